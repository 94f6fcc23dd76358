import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { coarseCount } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/dicomweb/planes.js';
import { Preview, decodeWire, parseWire } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/dicomweb/wire.js';

// What the server made, and a formula for the pixels that it made it of.
const examples = JSON.parse(readFileSync(new URL('wire-examples.json', import.meta.url), 'utf8'));

/** @param {any} example @returns {Uint8Array} */
function pixelsOf({ rows, columns, samples, bytes, planar, noise }) {
  const pixels = new Uint8Array(rows * columns * samples * bytes);
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0; x < columns; x += 1) {
      for (let sample = 0; sample < samples; sample += 1) {
        let hash = (Math.imul(x + 1, 73856093) ^ Math.imul(y + 1, 19349663) ^ Math.imul(sample + 1, 83492791)) >>> 0;
        hash = (hash ^ (hash >>> 13)) >>> 0;
        const value = ((x * x + 3 * y * y) >>> 4) + sample * 20 + (hash & noise);
        const at = planar ? sample * rows * columns + y * columns + x : (y * columns + x) * samples + sample;
        if (bytes === 2) {
          pixels[2 * at] = value & 255;
          pixels[2 * at + 1] = (value >> 8) & 255;
        } else pixels[at] = value & 255;
      }
    }
  }
  return pixels;
}

const wireOf = (/** @type {any} */ example) => new Uint8Array(Buffer.from(example.wire, 'base64'));

for (const example of examples) {
  test(`puts together bit for bit: ${example.name}`, async () => {
    assert.deepEqual(await decodeWire(wireOf(example)), pixelsOf(example));
  });

  test(`puts a preview and its rest together, and enlarges the preview: ${example.name}`, async () => {
    const frame = parseWire(wireOf(example));
    const preview = await Preview.of(frame);
    const expected = pixelsOf(example);
    assert.deepEqual(await preview.completed(frame.rest), expected);
    const enlarged = preview.enlarged();
    assert.equal(enlarged.length, expected.length);
    // The pixels that were sent are right already.
    const { rows, columns, step, bytes } = frame.shape;
    if (example.samples > 1) return;
    for (let row = 0; row < rows; row += step) {
      for (let column = 0; column < columns; column += step) {
        const at = (row * columns + column) * bytes;
        assert.equal(enlarged[at], expected[at]);
      }
    }
  });
}

test('a preview is a small part', () => {
  const example = examples.find((/** @type {any} */ each) => each.name === 'a larger step');
  const { shape } = parseWire(wireOf(example));
  assert.equal(shape.step, 4);
  assert.ok(coarseCount(shape) * 15 < example.rows * example.columns);
});

test('a preview looks like the whole', async () => {
  const [example] = examples;
  const words = (/** @type {Uint8Array} */ bytes) => new Uint16Array(bytes.buffer);
  const enlarged = words((await Preview.of(parseWire(wireOf(example)))).enlarged());
  const smooth = words(pixelsOf({ ...example, noise: 0 }));
  // The last row and column have no neighbour beyond them.
  const near = enlarged.filter((word, at) => Math.abs(word - smooth[at]) <= 32).length;
  assert.ok(near / smooth.length > 0.97, `${near / smooth.length}`);
});

test('what is cut off or something else is refused', async () => {
  const bytes = wireOf(examples[0]);
  assert.throws(() => parseWire(bytes.subarray(0, bytes.length - 1)), /cut off/);
  assert.throws(() => parseWire(new Uint8Array(100)), /not a frame/);
  const broken = bytes.slice();
  broken[40] ^= 0xff;
  broken[60] ^= 0xff;
  await assert.rejects(decodeWire(broken));
});
