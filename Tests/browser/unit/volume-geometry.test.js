import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clipped, crossingLine } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/volume/crossing.js';
import { edgesOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/directions.js';
import { UPRIGHT, mirrored, turned } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/placement.js';
import { distanceTo, planeOf, toImage, toPatient } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/volume/plane.js';
import { surveyOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/volume/survey.js';
import { frame } from './frame.js';
import { series, straight } from './volume.js';

const AXIAL = { x: [1, 0, 0], y: [0, 1, 0] };
const CORONAL = { x: [1, 0, 0], y: [0, 0, -1] };
const SAGITTAL = { x: [0, 1, 0], y: [0, 0, -1] };

test('the position of an image is the centre of its first pixel, whose corner is (0, 0)', () => {
  const plane = planeOf(series({ ...AXIAL, origins: [[-100, -50, 20]], spacing: [2, 0.5] })[0]);
  assert.deepEqual(toPatient(plane, { column: 0.5, row: 0.5 }), [-100, -50, 20]);
  assert.deepEqual(toPatient(plane, { column: 2.5, row: 1.5 }), [-99, -48, 20]);
  assert.deepEqual(toImage(plane, [-99, -48, 33]), { column: 2.5, row: 1.5 });
  assert.equal(distanceTo(plane, [-99, -48, 33]), 13);
});

test('a place in an oblique image comes back from its place in the patient', () => {
  const [c, s] = [Math.cos(0.4), Math.sin(0.4)];
  const plane = planeOf(series({ x: [c, s, 0], y: [0, 0, -1], origins: [[5, 6, 7]], spacing: [0.7, 0.3] })[0]);
  const { column, row } = toImage(plane, toPatient(plane, { column: 11.25, row: 3.75 }));
  assert.ok(Math.abs(column - 11.25) < 1e-9 && Math.abs(row - 3.75) < 1e-9);
});

test('an image that says no place, or an impossible one, has no plane', () => {
  assert.equal(planeOf(frame()), null);
  assert.equal(planeOf(series({ x: [1, 0, 0], y: [1, 0, 0], origins: [[0, 0, 0]] })[0]), null);
  assert.equal(planeOf(series({ x: [1, 0, 0], y: [0.5, 0.8, 0], origins: [[0, 0, 0]] })[0]), null);
});

test('the edges of standard planes, turned and mirrored', () => {
  const edges = (layout, orientation = UPRIGHT) => edgesOf(series({ ...layout, origins: [[0, 0, 0]] })[0], orientation);
  assert.deepEqual(edges(AXIAL), { left: 'R', top: 'A', right: 'L', bottom: 'P' });
  assert.deepEqual(edges(CORONAL), { left: 'R', top: 'H', right: 'L', bottom: 'F' });
  assert.deepEqual(edges(SAGITTAL), { left: 'A', top: 'H', right: 'P', bottom: 'F' });
  assert.deepEqual(edges({ x: [-1, 0, 0], y: [0, -1, 0] }), { left: 'L', top: 'P', right: 'R', bottom: 'A' });
  assert.deepEqual(edges(AXIAL, mirrored(UPRIGHT, 'horizontal')), { left: 'L', top: 'A', right: 'R', bottom: 'P' });
  assert.deepEqual(edges(AXIAL, turned(UPRIGHT, 1)), { left: 'P', top: 'R', right: 'A', bottom: 'L' });
});

test('an axial slice cuts a coronal image in a level line at its height', () => {
  const axial = planeOf(series({ ...AXIAL, origins: [[0, 0, 20]], columns: 100, rows: 100 })[0]);
  const coronal = planeOf(series({ ...CORONAL, origins: [[0, 50, 60]], columns: 100, rows: 80 })[0]);
  const line = crossingLine(axial, coronal);
  assert.deepEqual([line.from.row, line.to.row], [40.5, 40.5]);
  assert.deepEqual([line.from.column, line.to.column].sort((a, b) => a - b), [0, 100]);
  // 5 mm towards the head is 5 rows up.
  assert.equal(crossingLine(axial, coronal, 5).from.row, 35.5);
});

test('a line ends where the cutting image ends, and planes that do not meet have none', () => {
  const small = planeOf(series({ ...AXIAL, origins: [[20, 0, 20]], columns: 10, rows: 100 })[0]);
  const coronal = planeOf(series({ ...CORONAL, origins: [[0, 50, 60]], columns: 100, rows: 80 })[0]);
  const { from, to } = crossingLine(small, coronal);
  assert.deepEqual([from.column, to.column].sort((a, b) => a - b), [20, 30]);
  const far = planeOf(series({ ...AXIAL, origins: [[0, 0, -500]], columns: 100, rows: 100 })[0]);
  assert.equal(crossingLine(far, coronal), null);
  assert.equal(crossingLine(small, far), null);
  assert.equal(clipped({ from: { column: -5, row: 5 }, to: { column: -1, row: 5 } }, 10, 10), null);
});

test('even slices have nothing to say', () => {
  const survey = surveyOf(series({ origins: straight([0, 0, 100], [0, 0, -1], 0.625, 40) }), 0);
  assert.deepEqual([survey.spacing, survey.gaps, survey.uneven, survey.tilt, survey.volumes], [0.625, [], null, 0, 1]);
  // Sorted along the normal, whatever the order in the stack.
  assert.equal(survey.indices[0], 39);
});

test('a missing slice is found, with its place and count', () => {
  const origins = straight([0, 0, 0], [0, 0, 1], 5, 20).filter((_, index) => index !== 7 && index !== 12 && index !== 13);
  const { gaps, uneven } = surveyOf(series({ origins }), 0);
  assert.deepEqual(gaps.map(({ from, to, missing }) => [from, to, missing]), [[30, 40, 1], [55, 70, 2]]);
  assert.equal(uneven, null);
});

test('thin slices below thick ones are uneven, not missing', () => {
  const origins = [0, 5, 10, 15, 20, 25, 35, 45, 55, 65].map((z) => [0, 0, z]);
  const { gaps, uneven } = surveyOf(series({ origins }), 0);
  assert.deepEqual([gaps, uneven], [[], { least: 5, most: 10 }]);
});

test('places written with few digits are still even', () => {
  const origins = Array.from({ length: 50 }, (_, index) => [0, 0, Math.round(index * 0.6667 * 100) / 100]);
  assert.equal(surveyOf(series({ origins }), 0).uneven, null);
});

test('a tilted gantry is measured from the places of the slices', () => {
  const tilt = (18 * Math.PI) / 180;
  const y = [0, Math.cos(tilt), -Math.sin(tilt)];
  const survey = surveyOf(series({ y, origins: straight([0, 0, 0], [0, 0, 1], 5, 20) }), 0);
  assert.ok(Math.abs(survey.tilt - 18) < 1e-6);
  assert.ok(Math.abs(survey.spacing - 5 * Math.cos(tilt)) < 1e-9);
});

test('phases at the same places are volumes of their own', () => {
  const places = straight([0, 0, 0], [0, 0, 1], 2, 6);
  const frames = series({ origins: [...places, ...places] });
  assert.deepEqual(surveyOf(frames, 0).indices, [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(surveyOf(frames, 8).indices, [6, 7, 8, 9, 10, 11]);
  assert.equal(surveyOf(frames, 8).volumes, 2);
  // Interleaved: both b-values of a place, then the next place.
  assert.deepEqual(surveyOf(series({ origins: places.flatMap((place) => [place, place]) }), 3).indices, [1, 3, 5, 7, 9, 11]);
});

test('localizers of other directions are left out, and what is no volume says why', () => {
  const frames = [...series({ ...CORONAL, origins: [[0, 0, 0]] }), ...series({ origins: straight([0, 0, 0], [0, 0, 1], 2, 4) })];
  assert.deepEqual(surveyOf(frames, 1).indices, [1, 2, 3, 4]);
  assert.equal(surveyOf(frames, 0), 'too-few');
  assert.equal(surveyOf([frame()], 0), 'no-geometry');
});
