import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePixels, isDrawable } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/pixels.js';
import { frame } from './frame.js';

const colour = {
  '00280002': { vr: 'US', Value: [3] }, '00280010': { vr: 'US', Value: [1] }, '00280011': { vr: 'US', Value: [2] },
  '00280100': { vr: 'US', Value: [8] }, '00280004': { vr: 'CS', Value: ['RGB'] },
};

test('reads 16-bit words from an odd place in the answer', () => {
  const bytes = Uint8Array.from([9, 1, 0, 2, 0, 3, 0, 4, 1]).subarray(1);
  const pixels = decodePixels(bytes, frame());
  assert.equal(pixels.kind, 'grey');
  assert.deepEqual(pixels.kind === 'grey' ? [...pixels.words] : [], [1, 2, 3, 260]);
});

test('a short frame is an error', () => {
  assert.throws(() => decodePixels(new Uint8Array(7), frame()), /8 are needed/);
});

test('draws RGB by pixel and by plane', () => {
  const expected = [0xff030201, 0xff060504];
  const byPixel = decodePixels(Uint8Array.from([1, 2, 3, 4, 5, 6]), frame(colour));
  const byPlane = decodePixels(
    Uint8Array.from([1, 4, 2, 5, 3, 6]), frame({ ...colour, '00280006': { vr: 'US', Value: [1] } }));
  assert.deepEqual(byPixel.kind === 'colour' ? [...byPixel.pixels] : [], expected);
  assert.deepEqual(byPlane.kind === 'colour' ? [...byPlane.pixels] : [], expected);
});

test('a decoded JPEG is RGB by pixel whatever the object says', () => {
  const stored = {
    ...colour, '00280004': { vr: 'CS', Value: ['YBR_FULL_422'] }, '00280006': { vr: 'US', Value: [1] },
    '00083002': { vr: 'UI', Value: ['1.2.840.10008.1.2.4.50'] },
  };
  const pixels = decodePixels(Uint8Array.from([1, 2, 3, 4, 5, 6]), frame(stored));
  assert.deepEqual(pixels.kind === 'colour' ? [...pixels.pixels] : [], [0xff030201, 0xff060504]);
});

test('native YBR is turned into RGB, with half the colour too', () => {
  const native = { '00083002': { vr: 'UI', Value: ['1.2.840.10008.1.2.1'] } };
  const full = decodePixels(
    Uint8Array.from([100, 128, 128, 200, 128, 128]),
    frame({ ...colour, ...native, '00280004': { vr: 'CS', Value: ['YBR_FULL'] } }));
  const half = decodePixels(
    Uint8Array.from([100, 200, 128, 128]),
    frame({ ...colour, ...native, '00280004': { vr: 'CS', Value: ['YBR_FULL_422'] } }));
  assert.deepEqual(full.kind === 'colour' ? [...full.pixels] : [], [0xff646464, 0xffc8c8c8]);
  assert.deepEqual(half.kind === 'colour' ? [...half.pixels] : [], [0xff646464, 0xffc8c8c8]);
});

test('what cannot be drawn here is left to the server', () => {
  assert.equal(isDrawable(frame()), true);
  assert.equal(isDrawable(frame({ '00280004': { vr: 'CS', Value: ['PALETTE COLOR'] } })), false);
  assert.equal(isDrawable(frame({ '00280100': { vr: 'US', Value: [32] } })), false);
});
