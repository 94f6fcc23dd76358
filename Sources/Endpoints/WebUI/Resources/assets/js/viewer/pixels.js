// The bytes of a frame as words or as 32-bit pixels.

/**
 * @typedef {import('../dicomweb/image.js').Frame} Frame
 * @typedef {{kind: 'grey', words: Uint8Array | Uint16Array} | {kind: 'colour', pixels: Uint32Array}} Pixels
 */

const OPAQUE = 0xff000000;

/** Transfer syntaxes without compression (PS3.5 10.1). */
const NATIVE = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.1.99', '1.2.840.10008.1.2.2'];

/**
 * Whether native pixels of this form can be drawn here; anything else is shown as the server renders it.
 * @param {Frame} frame
 * @returns {boolean}
 */
export function isDrawable(frame) {
  const { photometric, bitsAllocated, samples } = frame.format;
  if (photometric === 'PALETTE COLOR' && !frame.look?.palette) return false;
  if (samples === 1) return /^(MONOCHROME|PALETTE COLOR)/.test(photometric) && (bitsAllocated === 8 || bitsAllocated === 16);
  return samples === 3 && bitsAllocated === 8 && (photometric === 'RGB' || photometric.startsWith('YBR'));
}

/**
 * @param {Uint8Array} bytes little endian, native
 * @param {Frame} frame
 * @returns {Pixels}
 */
export function decodePixels(bytes, frame) {
  const { rows, columns, samples, bitsAllocated } = frame.format;
  const count = rows * columns;
  if (samples === 3) return { kind: 'colour', pixels: colourPixels(bytes, frame, count) };
  const wanted = (count * bitsAllocated) / 8;
  if (bytes.length < wanted) {
    throw new Error(`frame ${frame.number} has ${bytes.length} bytes, ${wanted} are needed`);
  }
  if (bitsAllocated <= 8) return { kind: 'grey', words: bytes.subarray(0, count) };
  if (bytes.byteOffset % 2 === 0) {
    return { kind: 'grey', words: new Uint16Array(bytes.buffer, bytes.byteOffset, count) };
  }
  return { kind: 'grey', words: new Uint16Array(bytes.slice(0, wanted).buffer) };
}

/** @param {Uint8Array} bytes @param {Frame} frame @param {number} count @returns {Uint32Array} */
function colourPixels(bytes, frame, count) {
  const { photometric, columns } = frame.format;
  // What a decoder returns is RGB, pixel by pixel, whatever the stored object says of itself.
  const isDecoded = frame.transferSyntax !== '' && !NATIVE.includes(frame.transferSyntax);
  const planar = isDecoded ? 0 : frame.format.planar;
  const pixels = new Uint32Array(count);
  if (photometric === 'YBR_FULL_422' && bytes.length < count * 3) return halfColour(bytes, pixels, columns);
  if (bytes.length < count * 3) throw new Error(`frame ${frame.number} has ${bytes.length} bytes, ${count * 3} are needed`);
  const step = planar === 1 ? 1 : 3;
  const plane = planar === 1 ? count : 1;
  const isYBR = photometric === 'YBR_FULL' && !isDecoded;
  for (let index = 0, at = 0; index < count; index += 1, at += step) {
    const a = bytes[at];
    const b = bytes[at + plane];
    const c = bytes[at + 2 * plane];
    pixels[index] = isYBR ? fromYBR(a, b, c) : (OPAQUE | (c << 16) | (b << 8) | a) >>> 0;
  }
  return pixels;
}

/**
 * Two pixels share one pair of colour differences (PS3.3 C.7.6.3.1.2).
 * @param {Uint8Array} bytes
 * @param {Uint32Array} pixels
 * @param {number} columns
 */
function halfColour(bytes, pixels, columns) {
  const pairs = Math.floor(columns / 2);
  if (bytes.length < Math.floor(pixels.length / columns) * pairs * 4) throw new Error('the frame is too short');
  for (let pair = 0, at = 0; pair * 2 + 1 < pixels.length; pair += 1, at += 4) {
    pixels[pair * 2] = fromYBR(bytes[at], bytes[at + 2], bytes[at + 3]);
    pixels[pair * 2 + 1] = fromYBR(bytes[at + 1], bytes[at + 2], bytes[at + 3]);
  }
  return pixels;
}

/** @param {number} y @param {number} cb @param {number} cr @returns {number} */
function fromYBR(y, cb, cr) {
  const red = byte(y + 1.402 * (cr - 128));
  const green = byte(y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128));
  const blue = byte(y + 1.772 * (cb - 128));
  return (OPAQUE | (blue << 16) | (green << 8) | red) >>> 0;
}

/** @param {number} value @returns {number} */
function byte(value) {
  return value < 0 ? 0 : value > 255 ? 255 : Math.round(value);
}
