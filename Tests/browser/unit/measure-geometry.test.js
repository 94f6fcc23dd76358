import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  angle, cobbAngle, crossing, distance, ellipseArea, ellipseOf, ellipseOutline, polygonArea, rectangleOf, simplified, withCrossing,
} from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/measure/geometry.js';
import { moved, ordered, reshaped, shaped, storable } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/measure/kinds.js';

const at = (/** @type {number} */ column, /** @type {number} */ row) => ({ column, row });
const square = { column: 1, row: 1 };
/** Pixels twice as high as wide. */
const tall = { column: 0.5, row: 1 };
const near = (/** @type {number} */ found, /** @type {number} */ wanted, tolerance = 1e-9) => (
  assert.ok(Math.abs(found - wanted) <= tolerance, `${found} is not ${wanted}`));

test('a slanting length counts each axis by its own spacing', () => {
  near(distance(at(10, 10), at(18, 13), tall), 5);
  near(distance(at(0, 0), at(3, 4), square), 5);
});

test('an angle is the patient\'s, not the screen\'s', () => {
  near(angle([at(10, 0), at(0, 0), at(0, 10)], tall), 90);
  // 45° in the patient: two columns for each row.
  near(angle([at(10, 0), at(0, 0), at(20, 10)], tall), 45);
});

test('a Cobb angle does not depend on how the lines were drawn', () => {
  const [a, b, c, d] = [at(0, 0), at(100, 40), at(0, 200), at(100, 160)];
  const wanted = (2 * Math.atan2(40, 100) * 180) / Math.PI;
  for (const lines of [[a, b, c, d], [b, a, c, d], [a, b, d, c], [b, a, d, c], [c, d, a, b]]) near(cobbAngle(lines, square), wanted);
  near(cobbAngle([at(0, 0), at(50, 60), at(0, 200), at(50, 140)], square), (2 * Math.atan2(60, 50) * 180) / Math.PI);
});

test('areas of a rectangle, a triangle and an ellipse', () => {
  near(polygonArea(rectangleOf(at(30, 50), at(10, 10)), tall), 20 * 0.5 * 40);
  near(polygonArea([at(0, 0), at(10, 0), at(0, 10)], square), 50);
  near(ellipseArea(ellipseOf(at(0, 0), at(40, 20)), tall), (Math.PI / 4) * 20 * 20);
});

test('an ellipse names the ends of its longer axis first', () => {
  assert.deepEqual(ellipseOf(at(0, 0), at(40, 20)), [at(0, 10), at(40, 10), at(20, 0), at(20, 20)]);
  assert.deepEqual(ellipseOf(at(0, 0), at(20, 40)), [at(10, 0), at(10, 40), at(0, 20), at(20, 20)]);
  const outline = ellipseOutline(ellipseOf(at(0, 0), at(40, 20)));
  for (const { column, row } of outline) near(((column - 20) / 20) ** 2 + ((row - 10) / 10) ** 2, 1);
});

test('the short axis stands at right angles in the patient, and stays so', () => {
  const points = shaped('bidirectional', [at(0, 0), at(40, 0)], { ...tall, basis: 'patient', unitX: 'mm', unitY: 'mm' });
  near(distance(points[2], points[3], tall), 10);
  const scale = { ...tall, basis: /** @type {'patient'} */ ('patient'), unitX: 'mm', unitY: 'mm' };
  const turned = reshaped('bidirectional', points, 1, at(30, 20), scale);
  const product = (turned[1].column - turned[0].column) * 0.5 * (turned[3].column - turned[2].column) * 0.5
    + (turned[1].row - turned[0].row) * (turned[3].row - turned[2].row);
  near(product, 0);
  near(distance(turned[2], turned[3], tall), 10);
  const cross = crossing(turned, scale);
  near(cross.at, 0.5);
  const same = withCrossing(turned[0], turned[1], cross, scale);
  same.forEach((point, index) => near(distance(point, turned[index], square), 0));
});

test('the longer axis comes first, whichever was drawn first', () => {
  const scale = { ...tall, basis: /** @type {'patient'} */ ('patient'), unitX: 'mm', unitY: 'mm' };
  const points = [at(0, 10), at(20, 10), at(10, 0), at(10, 20)];
  assert.deepEqual(ordered('bidirectional', points, scale), [points[2], points[3], points[0], points[1]]);
  assert.equal(ordered('bidirectional', points, { ...scale, column: 2 }), points);
});

test('a handle moves its corner and keeps the opposite one', () => {
  const scale = { ...square, basis: /** @type {'none'} */ ('none'), unitX: 'mm', unitY: 'mm' };
  assert.deepEqual(reshaped('rectangle', rectangleOf(at(0, 0), at(10, 10)), 2, at(20, 30), scale), rectangleOf(at(0, 0), at(20, 30)));
  const ellipse = reshaped('ellipse', ellipseOf(at(0, 0), at(40, 20)), 1, at(60, 99), scale);
  assert.deepEqual(ellipse, ellipseOf(at(0, 0), at(60, 20)));
  assert.deepEqual(moved([at(1, 2)], 3, 4), [at(4, 6)]);
});

test('an outline loses points, not its shape', () => {
  const circle = Array.from({ length: 2000 }, (_, step) => at(100 + 50 * Math.cos(step / 318.3), 100 + 50 * Math.sin(step / 318.3)));
  const less = simplified(circle, 0.1);
  assert.ok(less.length < 150, `${less.length} points`);
  near(polygonArea(less, square), Math.PI * 2500, 40);
});

test('what is saved is what single precision holds', () => {
  const [point] = storable([at(10.1, 7.3)]);
  assert.equal(Math.fround(point.column), point.column);
  near(point.column, 10.1, 1e-6);
});
