import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  automaticWindow, draggedWindow, greyTable, paintPixels, pixelTable, storedValue, windowed,
} from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/window.js';
import { frame } from './frame.js';

test('drops bits above the high bit and extends the sign', () => {
  const { format } = frame();
  assert.equal(storedValue(0xf123, format), 0x123);
  assert.equal(storedValue(0xffff, { ...format, bitsStored: 16, highBit: 15, signed: true }), -1);
  assert.equal(storedValue(0x0800, { ...format, signed: true }), -2048);
  assert.equal(storedValue(0xfff0, { ...format, highBit: 15, signed: true }), -1);
});

test('the linear window is that of PS3.3 C.11.2.1.2.1', () => {
  const window = { center: 40, width: 400 };
  assert.equal(windowed(40 - 0.5 - 199.5, window), 0);
  assert.equal(windowed(40 - 0.5 + 199.5, window), 1);
  assert.equal(windowed(39.5, window), 0.5);
  assert.equal(windowed(10, { center: 10, width: 1 }), 1);
  assert.equal(windowed(9.5, { center: 10, width: 1 }), 0);
  assert.equal(windowed(40, window, 'LINEAR_EXACT'), 0.5);
  assert.equal(windowed(40, window, 'SIGMOID'), 0.5);
});

test('the table applies rescale, window and inversion', () => {
  const window = { center: 0, width: 2000 };
  const table = greyTable(frame(), window, false);
  assert.equal(table.length, 65536);
  assert.equal(table[0], 0);
  assert.equal(table[4095], 255);
  assert.equal(table[1024], table[1024 + 4096], 'bits above the high bit do not matter');
  const inverted = greyTable(frame(), window, true);
  assert.equal(inverted[1024], 255 - table[1024]);
});

test('MONOCHROME1 is drawn inverted, once, whatever its presentation shape says', () => {
  const one = { '00280004': { vr: 'CS', Value: ['MONOCHROME1'] } };
  const shape = { '20500020': { vr: 'CS', Value: ['INVERSE'] } };
  assert.equal(frame().inverse, false);
  assert.equal(frame(one).inverse, true);
  assert.equal(frame({ ...one, ...shape }).inverse, true);
  assert.equal(frame(shape).inverse, true);
});

test('paints opaque grey', () => {
  const target = new Uint32Array(2);
  paintPixels(Uint16Array.from([0, 4095]), pixelTable(frame(), { center: 0, width: 2000 }, false), target);
  assert.deepEqual([...target], [0xff000000, 0xffffffff]);
});

test('the automatic window leaves padding and outliers out', () => {
  const words = new Uint16Array(10000).map((_, index) => (index < 3000 ? 0 : 1000 + (index % 200)));
  words[9999] = 4095;
  const padded = frame({ '00280120': { vr: 'US', Value: [0] } });
  const { center, width } = automaticWindow(words, padded);
  assert.ok(center > -1024 + 1050 && center < -1024 + 1150, String(center));
  assert.ok(width > 150 && width < 250, String(width));
  assert.deepEqual(automaticWindow(new Uint16Array(16), padded), { center: 0, width: 1 });
});

test('dragging never makes a width below one', () => {
  assert.equal(draggedWindow({ center: 0, width: 10 }, -5000, 0).width, 1);
  assert.ok(draggedWindow({ center: 0, width: 2000 }, 0, 10).center > draggedWindow({ center: 0, width: 80 }, 0, 10).center);
});
