// Overlay planes (PS3.3 C.9.2): one bit a pixel, in data of their own or in pixel bits that the image leaves free.

import { number, numbers, text } from './dataset.js';
import { bytesOf } from './binary.js';

/**
 * @typedef {import('./dataset.js').DataSet} DataSet
 *
 * @typedef {object} OverlayPlane
 * @property {number} group 0x6000 to 0x601E
 * @property {number} rows
 * @property {number} columns
 * @property {number} top the image row of the first overlay row, from 1; may be 0 or less
 * @property {number} left
 * @property {boolean} isRegion a region of interest rather than graphics
 * @property {string} words what it is
 * @property {import('./binary.js').Element | null} data null: in the pixels, at `bit`
 * @property {number} bit
 * @property {number} firstFrame the image frame that its first frame belongs to, from 1
 * @property {number} frameCount 0: one plane for every frame
 */

/** @param {DataSet} data @returns {OverlayPlane[]} */
export function overlaysOf(data) {
  /** @type {OverlayPlane[]} */
  const planes = [];
  for (let group = 0x6000; group <= 0x601e; group += 2) {
    const prefix = group.toString(16).toUpperCase();
    const tag = (/** @type {string} */ element) => `${prefix}${element}`;
    const bit = number(data, tag('0102')) ?? 0;
    const own = data[tag('3000')] ?? null;
    const rows = number(data, tag('0010')) ?? (own ? 0 : number(data, '00280010') ?? 0);
    const columns = number(data, tag('0011')) ?? (own ? 0 : number(data, '00280011') ?? 0);
    if (rows === 0 || columns === 0 || (!own && bit === 0)) continue;
    const [top = 1, left = 1] = numbers(data, tag('0050'));
    planes.push({
      group, rows, columns, top, left, bit, data: own,
      isRegion: text(data, tag('0040')) === 'R',
      words: text(data, tag('0022')) || text(data, tag('1500')),
      firstFrame: number(data, tag('0051')) ?? 1,
      frameCount: number(data, tag('0015')) ?? 0,
    });
  }
  return planes;
}

/**
 * The plane for a frame, a byte a pixel.
 * @param {OverlayPlane} plane
 * @param {number} frame from 1
 * @param {Uint8Array | Uint16Array | null} words the frame's pixels, for planes that live in them
 * @returns {Uint8Array | null} null when there is nothing for this frame, or its data is not here
 */
export function planeBits(plane, frame, words) {
  const count = plane.rows * plane.columns;
  if (!plane.data) {
    if (!words || words.length < count) return null;
    const bits = new Uint8Array(count);
    for (let index = 0; index < count; index += 1) bits[index] = (words[index] >> plane.bit) & 1;
    return bits;
  }
  const at = plane.frameCount > 0 ? frame - plane.firstFrame : 0;
  if (at < 0 || (plane.frameCount > 0 && at >= plane.frameCount)) return null;
  const bytes = bytesOf(plane.data);
  // Frames follow one another without padding; the first pixel is the lowest bit of the first byte (PS3.5 8.1.2).
  const from = at * count;
  if (!bytes || bytes.length * 8 < from + count) return null;
  const bits = new Uint8Array(count);
  for (let index = 0; index < count; index += 1) bits[index] = (bytes[(from + index) >> 3] >> ((from + index) & 7)) & 1;
  return bits;
}
