import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ellipseOf, rectangleOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/measure/geometry.js';
import { basisWords, labelLines, measured, spoken } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/measure/results.js';
import { runsInside, runsInsideEllipse, statistics } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/measure/statistics.js';
import { frame } from './frame.js';

/**
 * @typedef {import('../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/measure/kinds.js').Kind} Kind
 * @typedef {import('../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/measure/physical.js').Point} Point
 */

const at = (/** @type {number} */ column, /** @type {number} */ row) => ({ column, row });
const count = (/** @type {{from: number, to: number}[]} */ runs) => runs.reduce((sum, { from, to }) => sum + to - from, 0);

/** A CT of water (0 HU) with a disc of radius 40 mm and 100 HU in its middle; 0.5 mm × 0.8 mm pixels. */
function phantom() {
  const [columns, rows] = [256, 200];
  const us = (/** @type {number} */ value) => ({ vr: 'US', Value: [value] });
  const image = frame({
    '00080060': { vr: 'CS', Value: ['CT'] }, '00280010': us(rows), '00280011': us(columns),
    '00280030': { vr: 'DS', Value: [0.8, 0.5] }, '00281054': { vr: 'LO', Value: ['HU'] },
  });
  const words = new Uint16Array(columns * rows);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const inside = Math.hypot((column + 0.5 - 128) * 0.5, (row + 0.5 - 100) * 0.8) < 40;
      words[row * columns + column] = 1024 + (inside ? 100 + (column % 2 === 0 ? 10 : -10) : 0);
    }
  }
  return { image, words };
}

/** @param {Kind} kind @param {Point[]} points */
function drawn(kind, points) {
  return {
    id: '2.25.1', kind, instance: '1', frame: 1, points, text: '', known: null, results: [], window: null, area: null, by: '',
  };
}

test('a pixel belongs to a region when its centre does', () => {
  assert.equal(count(runsInside(rectangleOf(at(10, 20), at(14, 23)), 100, 100)), 12);
  assert.deepEqual(runsInside(rectangleOf(at(10.6, 20.6), at(12.4, 21.6)), 100, 100), [{ row: 21, from: 11, to: 12 }]);
  assert.equal(count(runsInside(rectangleOf(at(-50, -50), at(5, 5)), 100, 100)), 25);
  const disc = count(runsInsideEllipse(ellipseOf(at(10, 10), at(90, 90)), 100, 100));
  assert.ok(Math.abs(disc - Math.PI * 1600) < 30, `${disc} pixels`);
});

test('a figure of eight is counted even-odd, and a line has no inside', () => {
  assert.equal(count(runsInside([at(0, 0), at(10, 0), at(0, 10), at(10, 10)], 20, 20)), 50);
  assert.deepEqual(runsInside([at(0, 0), at(10, 0)], 20, 20), []);
});

test('statistics are of modality values, padding left out', () => {
  const image = frame({ '00280120': { vr: 'US', Value: [0] } });
  const words = new Uint16Array([0, 1024, 1034, 1044]);
  const found = statistics([{ row: 0, from: 0, to: 2 }, { row: 1, from: 0, to: 2 }], words, image);
  assert.ok(found);
  assert.deepEqual([found.count, found.mean, found.minimum, found.maximum], [3, 10, 0, 20]);
  assert.ok(Math.abs(found.deviation - Math.sqrt(200 / 3)) < 1e-9);
  assert.equal(statistics([{ row: 0, from: 0, to: 1 }], words, image), null);
});

test('signed words keep their sign', () => {
  const image = frame({ '00280103': { vr: 'US', Value: [1] }, '00280101': { vr: 'US', Value: [16] }, '00280102': { vr: 'US', Value: [15] }, '00281052': { vr: 'DS', Value: [0] } });
  const found = statistics([{ row: 0, from: 0, to: 2 }], new Uint16Array([0xffff, 3, 0, 0]), image);
  assert.deepEqual([found?.minimum, found?.maximum, found?.mean], [-1, 3, 1]);
});

test('a region on the phantom says the disc\'s value and size', () => {
  const { image, words } = phantom();
  const region = drawn('ellipse', ellipseOf(at(128 - 60, 100 - 40), at(128 + 60, 100 + 40)));
  const { results } = measured(region, image, words, null);
  const by = Object.fromEntries(results.map(({ name, value }) => [name, value]));
  assert.ok(Math.abs(by.mean - 100) < 0.5, `${by.mean}`);
  assert.ok(Math.abs(by.deviation - 10) < 0.1);
  assert.deepEqual([by.minimum, by.maximum], [90, 110]);
  assert.ok(Math.abs(by.area - Math.PI * 30 * 32) < 1e-6);
  assert.deepEqual(results.map(({ unit }) => unit), ['mm2', "[hnsf'U]", "[hnsf'U]", "[hnsf'U]", "[hnsf'U]"]);
});

test('the disc\'s diameter is right in every direction, within half a pixel at either end', () => {
  const { image, words } = phantom();
  for (let turn = 0; turn < 180; turn += 15) {
    const [x, y] = [40 * Math.cos((turn * Math.PI) / 180), 40 * Math.sin((turn * Math.PI) / 180)];
    // Where the edge is by the pixels themselves, walking outwards.
    const edge = (/** @type {number} */ sign) => {
      for (let reach = 30; reach < 50; reach += 0.05) {
        const [column, row] = [128 + (sign * x * reach) / 40 / 0.5, 100 + (sign * y * reach) / 40 / 0.8];
        if (words[Math.floor(row) * 256 + Math.floor(column)] === 1024) return at(column, row);
      }
      throw new Error('no edge');
    };
    const [result] = measured(drawn('length', [edge(-1), edge(1)]), image, words, null).results;
    assert.ok(Math.abs(result.value - 80) <= 0.8 + 0.05, `${turn}°: ${result.value} mm`);
  }
});

test('values are said with their units, and not without', () => {
  const words = (/** @type {string} */ key) => key.split('.').pop() ?? '';
  assert.equal(spoken({ name: 'length', value: 12.34, unit: 'mm' }), '12.3 mm');
  assert.equal(spoken({ name: 'length', value: 12.34, unit: '{pixels}' }), '12.3 px');
  assert.equal(spoken({ name: 'angle', value: 42.04, unit: 'deg' }), '42.0°');
  assert.equal(spoken({ name: 'value', value: -57, unit: "[hnsf'U]" }), '-57 HU');
  const { image, words: pixels } = phantom();
  const region = drawn('rectangle', rectangleOf(at(120, 90), at(140, 110)));
  region.results = /** @type {never[]} */ (measured(region, image, pixels, null).results);
  assert.deepEqual(labelLines(region, words), ['mean 100.0 HU ± 10.0', '90 … 110 HU', 'area 160.0 mm²']);
  const plain = measured(region, image, null, null);
  assert.deepEqual(plain.results.map(({ name }) => name), ['area']);
});

test('in a Doppler region a line says time and velocity, and an angle nothing', () => {
  const us = (/** @type {number} */ value) => ({ vr: 'US', Value: [value] });
  const image = frame({
    '00280010': us(400), '00280011': us(400),
    '00186011': { vr: 'SQ', Value: [{
      '00186018': us(0), '0018601A': us(0), '0018601C': us(399), '0018601E': us(399), '00186024': us(4), '00186026': us(7),
      '0018602C': { vr: 'FD', Value: [0.005] }, '0018602E': { vr: 'FD', Value: [-0.5] },
    }] },
  });
  const { results } = measured(drawn('length', [at(100, 300), at(300, 100)]), image, null, null);
  assert.deepEqual(results, [{ name: 'time', value: 1, unit: 's' }, { name: 'velocity', value: 100, unit: 'cm/s' }]);
  assert.deepEqual(measured(drawn('angle', [at(0, 0), at(10, 10), at(20, 0)]), image, null, null).results, []);
});

test('millimetres that are not the patient\'s say so wherever they are written', () => {
  const scale = { column: 1, row: 1, unitX: 'mm', unitY: 'mm' };
  const length = {
    id: '2.25.1', kind: /** @type {'length'} */ ('length'), instance: '1.2', frame: 1, points: [], text: '', known: null,
    results: [{ name: 'length', value: 30, unit: 'mm' }], window: null, area: null, by: '',
  };
  const key = (/** @type {string} */ name) => name;
  assert.deepEqual(basisWords({ ...scale, basis: 'detector' }, length, key), ['measure.basis.detector']);
  assert.deepEqual(basisWords({ ...scale, basis: 'patient' }, length, key), []);
  assert.deepEqual(basisWords({ ...scale, basis: 'detector' }, { ...length, results: [{ name: 'length', value: 3, unit: '{pixels}' }] }, key), []);
  assert.deepEqual(basisWords({ ...scale, basis: 'calibrated' }, { ...length, kind: 'calibration' }, key), []);
});
