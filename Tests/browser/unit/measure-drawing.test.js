import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Collection, MOST } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/measure/collection.js';
import { Sketch } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/measure/sketch.js';

/** @typedef {import('../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/measure/kinds.js').Measurement} Measurement */

const at = (/** @type {number} */ column, /** @type {number} */ row) => ({ column, row });
const scaleOf = () => ({ basis: /** @type {'none'} */ ('none'), column: 1, row: 1, unitX: 'mm', unitY: 'mm' });

/** @param {string} id @returns {Measurement} */
function length(id) {
  return {
    id, kind: 'length', instance: '1.2', frame: 1, points: [at(0, 0), at(10, 0)], text: '', known: null, results: [], window: null,
    area: null, by: '',
  };
}

test('a length is drawn in one drag', () => {
  const sketch = new Sketch('length', scaleOf);
  sketch.press(at(1, 1));
  sketch.move(at(5, 5), true);
  assert.deepEqual(sketch.points(), [at(1, 1), at(5, 5)]);
  assert.equal(sketch.release(at(6, 6), true), true);
  assert.deepEqual(sketch.points(), [at(1, 1), at(6, 6)]);
});

test('or with two clicks', () => {
  const sketch = new Sketch('length', scaleOf);
  sketch.press(at(1, 1));
  assert.equal(sketch.release(at(1, 1), false), false);
  sketch.move(at(8, 8), false);
  assert.deepEqual(sketch.points(), [at(1, 1), at(8, 8)]);
  sketch.press(at(9, 9));
  assert.equal(sketch.release(at(9, 9), true), true);
  assert.deepEqual(sketch.points(), [at(1, 1), at(9, 9)]);
});

test('an angle takes a drag and a click', () => {
  const sketch = new Sketch('angle', scaleOf);
  sketch.press(at(0, 10));
  sketch.move(at(0, 0), true);
  assert.equal(sketch.release(at(0, 0), true), false);
  sketch.move(at(10, 1), false);
  assert.deepEqual(sketch.points(), [at(0, 10), at(0, 0), at(10, 1)]);
  sketch.press(at(10, 0));
  assert.equal(sketch.release(at(10, 0), true), true);
  assert.deepEqual(sketch.points(), [at(0, 10), at(0, 0), at(10, 0)]);
});

test('a Cobb angle takes two drags, and nothing follows the pointer between them', () => {
  const sketch = new Sketch('cobb', scaleOf);
  sketch.press(at(0, 0));
  assert.equal(sketch.release(at(10, 2), true), false);
  sketch.move(at(50, 50), false);
  assert.equal(sketch.points().length, 2);
  sketch.press(at(0, 100));
  sketch.move(at(10, 98), true);
  assert.equal(sketch.points().length, 4);
  assert.equal(sketch.release(at(10, 98), true), true);
  assert.deepEqual(sketch.points(), [at(0, 0), at(10, 2), at(0, 100), at(10, 98)]);
});

test('a point and a freehand outline are whole when the button comes up', () => {
  const probe = new Sketch('probe', scaleOf);
  probe.press(at(3, 4));
  assert.equal(probe.release(at(3, 4), false), true);
  const outline = new Sketch('freehand', scaleOf);
  outline.press(at(0, 0));
  for (const point of [at(10, 0), at(10, 10), at(0, 10)]) outline.move(point, true);
  outline.move(at(99, 99), false);
  assert.equal(outline.release(at(0, 10), true), true);
  assert.equal(outline.points().length, 4);
  assert.equal(outline.isEmpty, false);
});

test('a slip of the hand is no measurement', () => {
  const sketch = new Sketch('rectangle', scaleOf);
  sketch.press(at(5, 5));
  sketch.release(at(5.2, 5.1), true);
  assert.equal(sketch.isEmpty, true);
});

test('what was done is undone in its order, and done again', () => {
  /** @type {string[]} */
  const told = [];
  const collection = new Collection((reason) => told.push(reason));
  const before = length('2.25.1');
  collection.add(before);
  collection.add(length('2.25.2'));
  const after = { ...before, points: [at(0, 0), at(20, 0)] };
  collection.preview(after);
  collection.change(after, before);
  collection.remove('2.25.1');
  assert.deepEqual(collection.all.map(({ id }) => id), ['2.25.2']);
  collection.undo();
  assert.deepEqual(collection.all.map(({ id }) => id), ['2.25.1', '2.25.2']);
  assert.equal(collection.all[0].points[1].column, 20);
  collection.undo();
  assert.equal(collection.all[0].points[1].column, 10);
  collection.redo();
  collection.redo();
  assert.equal(collection.redo(), false);
  assert.deepEqual(collection.all.map(({ id }) => id), ['2.25.2']);
  assert.ok(told.every((reason) => reason === 'edit'));
  collection.add(length('2.25.3'));
  assert.equal(collection.numberOf(collection.all[1]), 2);
});

test('a study has only so many', () => {
  const collection = new Collection(() => {});
  for (let index = 0; index < MOST; index += 1) assert.equal(collection.add(length(`2.25.${index}`)), true);
  assert.equal(collection.add(length('2.25.999')), false);
});
