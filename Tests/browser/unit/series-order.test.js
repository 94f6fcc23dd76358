import assert from 'node:assert/strict';
import { test } from 'node:test';
import { framesOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/dicomweb/image.js';
import { compareSeries, sortFrames } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/series-order.js';

const AXIAL = [1, 0, 0, 0, 1, 0];
const CORONAL = [1, 0, 0, 0, 0, -1];

/** @param {number} number @param {number[] | null} position @param {number[]} [orientation] */
function slice(number, position, orientation = AXIAL) {
  return framesOf({
    '00080018': { vr: 'UI', Value: [`1.2.${number}`] }, '00280010': { vr: 'US', Value: [4] },
    '00280011': { vr: 'US', Value: [4] }, '00200013': { vr: 'IS', Value: [number] },
    ...(position ? {
      '00200032': { vr: 'DS', Value: position }, '00200037': { vr: 'DS', Value: orientation },
    } : {}),
  })[0];
}

/** @param {ReturnType<typeof slice>[]} frames */
const order = (frames) => sortFrames(frames).map(({ instanceNumber }) => instanceNumber);

test('slices are sorted by place, in the direction of their numbers', () => {
  assert.deepEqual(order([slice(3, [0, 0, -10]), slice(1, [0, 0, 10]), slice(2, [0, 0, 0])]), [1, 2, 3]);
  assert.deepEqual(order([slice(1, [0, 0, -10]), slice(3, [0, 0, 10]), slice(2, [0, 0, 0])]), [1, 2, 3]);
});

test('place decides where numbers are wrong', () => {
  assert.deepEqual(order([slice(1, [0, 0, 0]), slice(2, [0, 0, 10]), slice(9, [0, 0, 15]), slice(4, [0, 0, 20])]), [1, 2, 9, 4]);
});

test('several slices at one place, or other planes, keep their numbers', () => {
  assert.deepEqual(order([slice(4, [0, 0, 10]), slice(3, [0, 0, 0]), slice(2, [0, 0, 10]), slice(1, [0, 0, 0])]), [1, 2, 3, 4]);
  assert.deepEqual(order([slice(2, [0, 0, 0]), slice(1, [0, 0, 10], CORONAL)]), [1, 2]);
  assert.deepEqual(order([slice(2, null), slice(1, null)]), [1, 2]);
});

test('the frames of a multi-frame object stay in their order', () => {
  const frames = framesOf({
    '00280010': { vr: 'US', Value: [4] }, '00280011': { vr: 'US', Value: [4] }, '00280008': { vr: 'IS', Value: ['12'] },
  });
  assert.deepEqual(sortFrames(frames).map(({ number }) => number), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test('enhanced objects bring place and window per frame', () => {
  const plane = (/** @type {number} */ z) => ({
    '00209113': { vr: 'SQ', Value: [{ '00200032': { vr: 'DS', Value: [0, 0, z] } }] },
    '00289132': { vr: 'SQ', Value: [{ '00281050': { vr: 'DS', Value: [z] }, '00281051': { vr: 'DS', Value: [100] } }] },
  });
  const frames = framesOf({
    '00280010': { vr: 'US', Value: [4] }, '00280011': { vr: 'US', Value: [4] }, '00280008': { vr: 'IS', Value: ['2'] },
    52009229: { vr: 'SQ', Value: [{ '00209116': { vr: 'SQ', Value: [{ '00200037': { vr: 'DS', Value: AXIAL } }] } }] },
    52009230: { vr: 'SQ', Value: [plane(5), plane(2)] },
  });
  assert.deepEqual(sortFrames(frames).map(({ windows }) => windows[0].center), [5, 2]);
});

test('an enhanced object of several volumes is scrolled through volume by volume, however its frames were written', () => {
  const plane = (/** @type {number} */ z) => ({ '00209113': { vr: 'SQ', Value: [{ '00200032': { vr: 'DS', Value: [0, 0, z] } }] } });
  const object = (/** @type {number[]} */ places) => sortFrames(framesOf({
    '00080018': { vr: 'UI', Value: ['1.2.3'] }, '00280010': { vr: 'US', Value: [4] }, '00280011': { vr: 'US', Value: [4] },
    '00280008': { vr: 'IS', Value: [String(places.length)] },
    52009229: { vr: 'SQ', Value: [{ '00209116': { vr: 'SQ', Value: [{ '00200037': { vr: 'DS', Value: AXIAL } }] } }] },
    52009230: { vr: 'SQ', Value: places.map(plane) },
  })).map(({ number }) => number);
  assert.deepEqual(object([0, 0, 5, 5, 10, 10]), [1, 3, 5, 2, 4, 6]);
  assert.deepEqual(object([0, 5, 10, 0, 5, 10]), [1, 2, 3, 4, 5, 6]);
  // A film from one place stays a film.
  assert.deepEqual(object([7, 7, 7, 7]), [1, 2, 3, 4]);
});

test('documents stand after images', () => {
  const keys = [{ number: 1, modality: 'SR', uid: '1' }, { number: null, modality: 'CT', uid: '2' }, { number: 3, modality: 'CT', uid: '3' }];
  assert.deepEqual(keys.sort(compareSeries).map(({ uid }) => uid), ['3', '2', '1']);
});

test('an object without rows has no frames', () => {
  assert.deepEqual(framesOf({ '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.88.11'] } }), []);
});
