import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reducedWords, regionOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/draft.js';
import { UPRIGHT, mapping, turned } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/placement.js';
import { frame } from './frame.js';

const PANE = { width: 860, height: 860 };
const us = (/** @type {number} */ value) => ({ vr: 'US', Value: [value] });

/** @param {number} rows @param {number} columns @param {object} [changes] */
const sized = (rows, columns, changes = {}) => frame({ '00280010': us(rows), '00280011': us(columns), ...changes });

/** @param {any} shown @param {number} scale @param {{x?: number, y?: number, orientation?: typeof UPRIGHT}} [how] */
function view(shown, scale, { x = 0, y = 0, orientation = UPRIGHT } = {}) {
  const size = { width: shown.format.columns, height: shown.format.rows };
  return /** @type {any} */ ({ frame: shown, scale, ...mapping(size, size, { scale, x, y }, orientation, PANE) });
}

test('a radiograph that fills its pane is reduced to no less than the pixels of the screen', () => {
  const radiograph = sized(3000, 3000);
  assert.deepEqual(regionOf(view(radiograph, 860 / 3000), PANE, 1), { left: 0, top: 0, across: 3, down: 3, columns: 1000, rows: 1000 });
  assert.deepEqual(regionOf(view(radiograph, 860 / 3000), PANE, 1.5), { left: 0, top: 0, across: 2, down: 2, columns: 1500, rows: 1500 });
});

test('of a magnified radiograph only what is seen is drawn, whichever way it is turned', () => {
  const radiograph = sized(3000, 2000);
  const region = regionOf(view(radiograph, 1, { x: 500, y: -200 }), PANE, 1);
  assert.deepEqual(region, { left: 70, top: 1270, across: 1, down: 1, columns: 860, rows: 860 });
  const lying = regionOf(view(radiograph, 860 / 3000, { orientation: turned(UPRIGHT, 1) }), PANE, 1);
  assert.deepEqual(lying, { left: 0, top: 0, across: 3, down: 3, columns: 667, rows: 1000 });
});

test('a small image, or one that the screen shows nearly whole, is drawn as it is', () => {
  assert.equal(regionOf(view(sized(512, 512), 1), PANE, 1), null);
  assert.equal(regionOf(view(sized(1100, 1100), 860 / 1100), PANE, 1), null);
});

test('reduced words are means of stored values, with their sign and without what is above the high bit', () => {
  const whole = { left: 0, top: 0, across: 2, down: 2, columns: 2, rows: 1 };
  const words = Uint16Array.from([0xf00a, 20, 100, 30, 40, 300]);
  assert.deepEqual([...reducedWords(words, sized(2, 3), whole)], [25, 200]);
  const signed = sized(2, 2, { '00280103': us(1) });
  assert.deepEqual([...reducedWords(Uint16Array.from([0xffe, 2, 0xffe, 2]), signed, { ...whole, columns: 1 })], [0]);
  assert.deepEqual([...reducedWords(Uint16Array.from([0xff0, 0xff0, 0xff2, 0xff2]), signed, { ...whole, columns: 1 })], [0xff1]);
});

test('of a palette an index is taken, not a mean', () => {
  const palette = sized(2, 2, { '00280004': { vr: 'CS', Value: ['PALETTE COLOR'] } });
  const region = { left: 0, top: 0, across: 2, down: 2, columns: 1, rows: 1 };
  assert.deepEqual([...reducedWords(Uint16Array.from([7, 100, 200, 300]), palette, region)], [7]);
});

test('words are the frame\'s own where nothing is reduced', () => {
  const words = Uint16Array.from({ length: 12 }, (_, index) => index + 0xf000);
  const region = { left: 1, top: 1, across: 1, down: 1, columns: 2, rows: 2 };
  assert.deepEqual([...reducedWords(words, sized(3, 4), region)], [0xf005, 0xf006, 0xf009, 0xf00a]);
});
