import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookUp, readDescriptor, unfoldSegments } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/dicomweb/lookup.js';
import { automaticWindow, greyTable, modalityValue, pixelTable } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/window.js';
import { frame } from './frame.js';

const us = (/** @type {number[]} */ ...values) => ({ vr: 'US', Value: values });
const cs = (/** @type {string} */ value) => ({ vr: 'CS', Value: [value] });
const table = (/** @type {number[]} */ descriptor, /** @type {number[]} */ data) => (
  { vr: 'SQ', Value: [{ '00283002': us(...descriptor), '00283006': us(...data) }] });

test('a table gives its first entry below and its last above what it names', () => {
  const lut = { first: -2, bits: 8, entries: Uint16Array.of(10, 20, 30), name: '' };
  assert.deepEqual([-9, -2, -1, 0, 1, 99].map((input) => lookUp(lut, input)), [10, 10, 20, 30, 30, 30]);
});

test('a descriptor of no entries means 65,536, and a first input is signed where inputs are', () => {
  assert.deepEqual(readDescriptor([0, 0, 16], false), { count: 65536, first: 0, bits: 16 });
  assert.deepEqual(readDescriptor([4096, 63488, 16], true), { count: 4096, first: -2048, bits: 16 });
  assert.equal(readDescriptor([1, 2], false), null);
});

test('a Modality LUT replaces slope and intercept, in values and in the automatic window', () => {
  const own = frame({ '00280101': us(8), '00280102': us(7), '00283000': table([4, 0, 16], [0, 100, 400, 900]) });
  assert.deepEqual([0, 1, 2, 3, 200].map((word) => modalityValue(word, own)), [0, 100, 400, 900, 900]);
  assert.deepEqual(automaticWindow(Uint16Array.of(0, 1, 2, 3), own), { center: 450, width: 900 });
});

test('a VOI LUT comes before the windows and spreads its bits over all greys', () => {
  const own = frame({
    '00281052': us(0), '00281050': us(5), '00281051': us(2), '00283010': table([3, 10, 10], [0, 512, 1023]),
  });
  assert.equal(own.windows.length, 2);
  const grey = greyTable(own, own.windows[0], false);
  assert.deepEqual([0, 10, 11, 12, 4095].map((word) => grey[word]), [0, 0, Math.round((512 / 1023) * 255), 255, 255]);
  const monochrome1 = frame({ '00280004': cs('MONOCHROME1'), '00281052': us(0), '00283010': table([3, 10, 10], [0, 512, 1023]) });
  assert.equal(greyTable(monochrome1, monochrome1.windows[0], false)[0], 255);
});

test('the lowest bits are found above a table whose overlay lives in the high bits', () => {
  const own = frame({ '00281052': us(0) });
  const grey = greyTable(own, { center: 2048, width: 4096 }, false);
  assert.equal(grey[0x1000 | 700], grey[700]);
});

/** @param {object} [changes] */
function palette(changes = {}) {
  return frame({
    '00280100': us(8), '00280101': us(8), '00280102': us(7), '00280004': cs('PALETTE COLOR'), '00281052': us(0),
    '00281101': us(3, 1, 16), '00281102': us(3, 1, 16), '00281103': us(3, 1, 16),
    '00281201': us(0xff00, 0, 0), '00281202': us(0, 0x8000, 0), '00281203': us(0, 0, 0xffff), ...changes,
  });
}

test('a palette colours its inputs, ends beyond them, and inverts', () => {
  const own = palette();
  const hex = (/** @type {number} */ word) => pixelTable(own, null, false)[word].toString(16);
  assert.deepEqual([0, 1, 2, 3, 255].map(hex), ['ff0000ff', 'ff0000ff', 'ff008000', 'ffff0000', 'ffff0000']);
  assert.equal(pixelTable(own, null, true)[1].toString(16), 'ffffff00');
});

test('a supplemental palette colours from its first input on and leaves the rest grey', () => {
  const own = palette({ '00280004': cs('MONOCHROME2'), '00089205': cs('COLOR'), '00281101': us(3, 100, 16), '00281102': us(3, 100, 16),
    '00281103': us(3, 100, 16) });
  const pixels = pixelTable(own, { center: 128, width: 256 }, false);
  assert.deepEqual([pixels[0].toString(16), pixels[64].toString(16), pixels[100].toString(16)], ['ff000000', 'ff404040', 'ff0000ff']);
});

test('segments unfold: discrete, linear, and copies of earlier ones', () => {
  assert.deepEqual([...unfoldSegments(Uint16Array.of(0, 2, 0, 10, 1, 3, 40), 5) ?? []], [0, 10, 20, 30, 40]);
  assert.deepEqual([...unfoldSegments(Uint16Array.of(0, 2, 5, 6, 2, 1, 0, 0), 4) ?? []], [5, 6, 5, 6]);
  assert.equal(unfoldSegments(Uint16Array.of(1, 3, 40), 3), null);
  assert.equal(unfoldSegments(Uint16Array.of(2, 1, 0, 0), 3), null);
});
