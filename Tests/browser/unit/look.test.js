import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overlaysOf, planeBits } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/dicomweb/overlay-planes.js';
import { isInside, shutterMask, shutterOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/dicomweb/shutter.js';
import { atSpeed, due, durationsOf, rateOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/cine.js';
import { edgesOf, lettersOf, opposite } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/directions.js';
import { UPRIGHT, mirrored, turned } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/placement.js';
import { frame } from './frame.js';

const of = (/** @type {string} */ vr, /** @type {any[]} */ ...values) => ({ vr, Value: values });

test('a rectangular shutter shows its edges and what lies within', () => {
  const shutter = shutterOf({
    '00181600': of('CS', 'RECTANGULAR'), '00181602': of('IS', 2), '00181604': of('IS', 3), '00181606': of('IS', 2),
    '00181608': of('IS', 2), '00181622': of('US', 65535),
  });
  assert.ok(shutter);
  assert.deepEqual([...shutterMask(shutter, 3, 4, 1)], [0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
  assert.equal(shutter.grey, 255);
});

test('a circle counts pixels along a row, whatever their height', () => {
  const shutter = { rectangle: null, circle: { row: 10, column: 10, radius: 5 }, polygon: [], grey: 0 };
  assert.deepEqual([isInside(shutter, 10, 15, 1), isInside(shutter, 10, 16, 1), isInside(shutter, 15, 10, 1)], [true, false, true]);
  assert.deepEqual([isInside(shutter, 13, 10, 2), isInside(shutter, 12, 10, 2)], [false, true]);
});

test('several shapes show what lies within all of them', () => {
  const shutter = shutterOf({
    '00181600': of('CS', 'CIRCULAR', 'POLYGONAL'), '00181610': of('IS', 5, 5), '00181612': of('IS', 4),
    '00181620': of('IS', 1, 1, 1, 9, 9, 1),
  });
  assert.ok(shutter);
  assert.deepEqual([isInside(shutter, 4, 4, 1), isInside(shutter, 7, 7, 1), isInside(shutter, 1, 1, 1)], [true, false, false]);
  assert.equal(shutterOf({}), null);
});

test('an overlay plane is read bit by bit, each frame after the other', () => {
  const [plane] = overlaysOf({
    '60000010': of('US', 3), '60000011': of('US', 3), '60000050': of('SS', 2, 0), '60000015': of('IS', 2), '60000051': of('US', 2),
    '60003000': { vr: 'OW', InlineBinary: btoa(String.fromCharCode(0b00000001, 0b00000011, 0b11)) },
  });
  assert.deepEqual([plane.top, plane.left], [2, 0]);
  assert.equal(planeBits(plane, 1, null), null);
  assert.deepEqual([...planeBits(plane, 2, null) ?? []], [1, 0, 0, 0, 0, 0, 0, 0, 1]);
  assert.deepEqual([...planeBits(plane, 3, null) ?? []], [1, 0, 0, 0, 0, 0, 0, 1, 1]);
  assert.equal(planeBits(plane, 4, null), null);
});

test('an overlay in the bits that the image leaves free comes out of the pixels', () => {
  const [plane] = overlaysOf({
    '00280010': of('US', 1), '00280011': of('US', 3), '60020010': of('US', 1), '60020011': of('US', 3), '60020102': of('US', 12),
  });
  assert.deepEqual([...planeBits(plane, 1, Uint16Array.of(0x1fff, 0x0fff, 0x2000)) ?? []], [1, 0, 0]);
});

test('the sides of the patient follow the image when it is mirrored and turned', () => {
  const axial = frame({ '00200037': of('DS', 1, 0, 0, 0, 1, 0) });
  assert.deepEqual(edgesOf(axial, UPRIGHT), { left: 'R', top: 'A', right: 'L', bottom: 'P' });
  assert.deepEqual(edgesOf(axial, mirrored(UPRIGHT, 'horizontal')), { left: 'L', top: 'A', right: 'R', bottom: 'P' });
  assert.deepEqual(edgesOf(axial, turned(UPRIGHT, 1)), { left: 'P', top: 'R', right: 'A', bottom: 'L' });
  const film = frame({ '00200020': of('CS', 'L', 'F') });
  assert.deepEqual(edgesOf(film, UPRIGHT), { left: 'R', top: 'H', right: 'L', bottom: 'F' });
  assert.equal(edgesOf(frame(), UPRIGHT), null);
  assert.equal(lettersOf([0.8, -0.6, 0]), 'LA');
  assert.deepEqual([opposite('LPH'), opposite('x')], ['RAF', '']);
});

const film = (/** @type {object} */ changes, count = 3) => Array.from({ length: count }, (_, index) => ({
  ...frame(changes), number: index + 1,
}));

test('frames stay as long as the object says: recommended rate, then each time, then one for all', () => {
  assert.deepEqual(durationsOf(film({ '00181063': of('DS', 40) })), [40, 40, 40]);
  assert.deepEqual(durationsOf(film({ '00181065': of('DS', 0, 30, 50) })), [30, 50, 40]);
  assert.deepEqual(durationsOf(film({ '00082144': of('IS', 20), '00181063': of('DS', 40) })), [50, 50, 50]);
  assert.deepEqual(durationsOf(film({})), [100, 100, 100]);
});

test('time stays true when frames are left out, and the film goes round', () => {
  assert.deepEqual(due([10, 20, 10], 0, 9), { index: 0, rest: 9 });
  assert.deepEqual(due([10, 20, 10], 0, 31), { index: 2, rest: 1 });
  assert.deepEqual(due([10, 20, 10], 2, 10), { index: 0, rest: 0 });
  assert.deepEqual(due([10, 20, 10], 1, 40 + 25), { index: 2, rest: 5 });
  assert.deepEqual(due([0, 0], 1, 5), { index: 1, rest: 0 });
});

test('speed changes within limits', () => {
  assert.equal(Math.round(rateOf(atSpeed([100, 100], 2))), 20);
  assert.equal(Math.round(rateOf(atSpeed([20, 20], 9))), 60);
});

test('an object whose UID is too long to be one is known by the address of its pixels', () => {
  const pixels = { vr: 'OW', BulkDataURI: 'https://node/dicom-web/studies/1.2/series/1.3/instances/2.25.77/bulkdata/7FE00010' };
  assert.equal(frame({ '00080018': of('UI', '1.2.3'), '7FE00010': pixels }).instance, '1.2.3');
  assert.equal(frame({ '00080018': of('UI', '1.2.'.padEnd(67, '9')), '7FE00010': pixels }).instance, '2.25.77');
});

test('marks of worth are read: lossy method and ratio, words in the pixels, who it is', () => {
  const { look } = frame({
    '00282110': of('CS', '01'), '00282112': of('DS', 4, 12.44), '00282114': of('CS', 'ISO_15444_1'), '00280301': of('CS', 'YES'),
    '00080008': of('CS', 'DERIVED', 'SECONDARY'), '00100020': of('LO', 'T1'),
  });
  assert.deepEqual([look?.lossiness, look?.isBurnedIn, look?.imageType[0], look?.patient], ['JPEG 2000 12.4:1', true, 'DERIVED', '^^T1^^']);
  assert.equal(frame().look?.lossiness, '');
});
