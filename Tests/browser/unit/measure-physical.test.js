import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Measuring } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/measure/measuring.js';
import {
  calibrationFactor, imageScale, isMetric, scaleFor,
} from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/measure/physical.js';
import { frame } from './frame.js';

const at = (/** @type {number} */ column, /** @type {number} */ row) => ({ column, row });
/** @param {string} vr @param {...(number | string | object)} values */
const element = (vr, ...values) => ({ vr, Value: values });
/** @param {object} elements */
const spacing = (elements) => {
  const found = frame(elements).measuring;
  assert.ok(found);
  return found;
};
const CT = { '00080060': element('CS', 'CT') };
const DX = { '00080060': element('CS', 'DX') };

test('a slice has the patient\'s millimetres, rows and columns apart', () => {
  assert.deepEqual(imageScale(spacing({ ...CT, '00280030': element('DS', 0.8, 0.4) })), {
    basis: 'patient', column: 0.4, row: 0.8, unitX: 'mm', unitY: 'mm',
  });
});

test('without any spacing there are pixels', () => {
  const scale = imageScale(spacing({ '00080060': element('CS', 'OT') }));
  assert.deepEqual([scale.basis, scale.unitX, scale.column], ['none', '{pixels}', 1]);
  assert.equal(imageScale(spacing({ ...CT, '00280030': element('DS', 0, 0.4) })).basis, 'none');
});

test('a radiograph is measured at the detector, and says so', () => {
  const imager = element('DS', 0.15, 0.15);
  assert.equal(imageScale(spacing({ ...DX, '00181164': imager })).basis, 'detector');
  assert.equal(imageScale(spacing({ ...DX, '00181164': imager, '00280030': imager })).basis, 'detector');
  assert.equal(imageScale(spacing({ ...DX, '00280030': imager })).basis, 'detector');
});

test('a radiograph whose magnification is known is measured in the patient', () => {
  const elements = { ...DX, '00181164': element('DS', 0.15, 0.15), '00181114': element('DS', 1.5) };
  const scale = imageScale(spacing(elements));
  assert.equal(scale.basis, 'estimated');
  assert.ok(Math.abs(scale.column - 0.1) < 1e-12);
  // What was corrected already is not corrected again.
  const corrected = imageScale(spacing({ ...elements, '00280030': element('DS', 0.12, 0.12) }));
  assert.deepEqual([corrected.basis, corrected.row], ['corrected', 0.12]);
  const fiducial = imageScale(spacing({ ...elements, '00280030': element('DS', 0.15, 0.15), '00280A02': element('CS', 'FIDUCIAL') }));
  assert.deepEqual([fiducial.basis, fiducial.row], ['calibrated', 0.15]);
  const geometry = imageScale(spacing({ ...elements, '00280030': element('DS', 0.15, 0.15), '00280A02': element('CS', 'GEOMETRY') }));
  assert.equal(geometry.basis, 'corrected');
});

/** @param {number[]} box @param {number[]} units @param {number[]} deltas @param {number} [flags] */
function region([left, top, right, bottom], units, deltas, flags = 0) {
  return {
    '00186016': element('UL', flags), '00186018': element('UL', left), '0018601A': element('UL', top),
    '0018601C': element('UL', right), '0018601E': element('UL', bottom), '00186024': element('US', units[0]),
    '00186026': element('US', units[1]), '0018602C': element('FD', deltas[0]), '0018602E': element('FD', deltas[1]),
  };
}

test('ultrasound counts inside one region only, in that region\'s units', () => {
  const found = spacing({
    '00080060': element('CS', 'US'), '00280030': element('DS', 9, 9),
    '00186011': element('SQ', region([100, 50, 499, 449], [3, 3], [0.02, -0.02]), region([100, 460, 499, 599], [4, 7], [0.01, -0.5])),
  });
  const tissue = scaleFor(found, [at(150, 100), at(400, 300)]);
  assert.deepEqual([tissue.basis, tissue.unitX, tissue.column, tissue.row], ['region', 'mm', 0.2, 0.2]);
  const doppler = scaleFor(found, [at(150, 470), at(400, 590)]);
  assert.deepEqual([doppler.unitX, doppler.unitY, doppler.column, doppler.row], ['s', 'cm/s', 0.01, 0.5]);
  assert.equal(isMetric(doppler), false);
  assert.equal(scaleFor(found, [at(150, 100), at(400, 590)]).basis, 'none');
  assert.equal(scaleFor(found, [at(10, 10), at(20, 20)]).unitX, '{pixels}');
});

test('of regions that overlap, the one in front counts', () => {
  const found = spacing({
    '00080060': element('CS', 'US'),
    '00186011': element('SQ', region([0, 0, 499, 499], [3, 3], [0.02, 0.02]), region([0, 0, 599, 599], [3, 3], [0.05, 0.05], 1)),
  });
  assert.ok(Math.abs(scaleFor(found, [at(10, 10)]).column - 0.5) < 1e-12);
});

test('a line of known length calibrates the image, whatever it said', () => {
  const unknown = spacing({ '00080060': element('CS', 'OT') });
  const factor = calibrationFactor(unknown, at(0, 0), at(60, 80), 25);
  assert.equal(factor, 0.25);
  const scale = scaleFor(unknown, [at(0, 0)], factor);
  assert.deepEqual([scale.basis, scale.unitX, scale.column, scale.row], ['calibrated', 'mm', 0.25, 0.25]);
  // Pixels that are not square stay so.
  const tall = spacing({ ...CT, '00280030': element('DS', 1, 0.5) });
  const twice = calibrationFactor(tall, at(0, 0), at(0, 10), 20);
  const scaled = scaleFor(tall, [], twice);
  assert.deepEqual([scaled.row, scaled.column], [2, 1]);
  assert.equal(calibrationFactor(unknown, at(3, 3), at(3, 3), 25), null);
});

test('a calibration holds for its own image, and for a series only where the geometry is the same in all of it', () => {
  const frame = (/** @type {string} */ instance, /** @type {number[] | null} */ pixel) => /** @type {any} */ ({
    instance, number: 1, derived: false, measuring: { modality: 'CT', pixel, imager: null, scanned: null, calibrationType: '', magnification: null, regions: [] },
  });
  const factorBy = (/** @type {any} */ line, /** @type {any} */ on, series = 's') => {
    const all = [{ kind: 'calibration', instance: line.instance, frame: 1, known: 20, points: [at(0, 0), at(100, 0)] }];
    const page = { collection: { all }, find: () => ({ frame: line, series: 's' }) };
    return Measuring.prototype.calibrationOf.call(/** @type {any} */ (page), series, on);
  };
  const [bare, alike, slice, next] = [frame('1', null), frame('2', null), frame('3', [0.5, 0.5]), frame('4', [0.5, 0.5])];
  assert.equal(factorBy(bare, bare), 0.2);
  assert.equal(factorBy(bare, alike), null);
  assert.equal(factorBy(bare, slice), null);
  assert.equal(factorBy(slice, next), 0.4);
  assert.equal(factorBy(slice, next, 'another'), null);
});
