// One frame from the server to pixels.

import { fetchFrame, fetchRendered, wholeAhead } from '../dicomweb/client.js';
import { Preview, canInflate, decodeWire, parseWire } from '../dicomweb/wire.js';
import { decodePixels, isDrawable } from './pixels.js';

/**
 * @typedef {import('../dicomweb/image.js').Frame} Frame
 * @typedef {import('../dicomweb/wire.js').Part} Part
 * @typedef {import('./pixels.js').Pixels | {kind: 'rendered', bitmap: ImageBitmap}} Picture
 * @typedef {Picture & {quality: 'preview' | 'diagnostic'}} Loaded
 * @typedef {{study: string, uid: string}} Address of a series
 */

/** A larger frame is not taken apart (bytes; the server's WireFrame.swift says the same). */
const LARGEST = 2 ** 27;

/**
 * Whether the frame has a form for a thin line. Those of one bit, or of words of four bytes, come as they are.
 * @param {Frame} frame
 * @returns {boolean}
 */
export function hasWireForm(frame) {
  const { rows, columns, samples, bitsAllocated, photometric } = frame.format;
  return canInflate && isDrawable(frame) && photometric !== 'YBR_FULL_422' && rows * columns * samples * (bitsAllocated / 8) <= LARGEST
    && (bitsAllocated === 8 || (samples === 1 && bitsAllocated === 16));
}

/**
 * Whether a small picture of it looks like the whole: between two indices of a palette lies any colour.
 * @param {Frame} frame
 * @returns {boolean}
 */
export function hasPreview(frame) {
  return hasWireForm(frame) && frame.format.photometric !== 'PALETTE COLOR';
}

/**
 * Bytes of a frame on the line, roughly.
 * @param {Frame} frame
 * @returns {number}
 */
export function wireBytes(frame) {
  const { rows, columns, samples, bitsAllocated } = frame.format;
  return (rows * columns * samples * bitsAllocated) / 8 / 3;
}

/** @param {Address} address @param {Frame} frame @returns {boolean} whether the page asked for the whole before the viewer was here */
export function isAhead({ study, uid }, frame) {
  return wholeAhead(study, uid, frame.instance, frame.number) !== null;
}

/** @param {Address} address @param {Frame} frame @param {AbortSignal} signal @returns {Promise<{preview: Preview, bytes: number}>} */
export async function loadPreview({ study, uid }, frame, signal) {
  const { body, transferred } = await fetchFrame(study, uid, frame.instance, frame.number, 'preview', signal);
  return { preview: await Preview.of(parseWire(body)), bytes: transferred };
}

/**
 * The frame as the server has it, bit for bit, or as the server draws it.
 * @param {Address} address
 * @param {Frame} frame
 * @param {{preview: Preview | null, packed: boolean}} how
 * @param {AbortSignal} signal
 * @returns {Promise<{picture: Picture, bytes: number}>}
 */
export async function loadWhole({ study, uid }, frame, { preview, packed }, signal) {
  if (!isDrawable(frame)) {
    return { picture: { kind: 'rendered', bitmap: await fetchRendered(study, uid, frame.instance, frame.number, signal) }, bytes: 0 };
  }
  const ahead = wholeAhead(study, uid, frame.instance, frame.number);
  const form = ahead ?? (!hasWireForm(frame) ? 'native' : preview ? 'rest' : packed ? 'whole' : 'native');
  const { body, transferred } = await fetchFrame(study, uid, frame.instance, frame.number, form, signal);
  if (form === 'native') return { picture: decodePixels(body, frame), bytes: transferred };
  const native = form === 'rest' && preview ? await preview.completed(parseWire(body).rest) : await decodeWire(body);
  return { picture: decodePixels(native, frame), bytes: transferred };
}

/** @param {Frame} frame @returns {number} bytes it will take in memory */
export function expectedSize(frame) {
  const { rows, columns, samples, bitsAllocated } = frame.format;
  return rows * columns * (isDrawable(frame) && samples === 1 ? Math.ceil(bitsAllocated / 8) : 4);
}

/** @param {Frame} frame @param {Picture} picture @returns {number} bytes it takes in memory */
export function sizeOf(frame, picture) {
  if (picture.kind === 'grey') return picture.words.byteLength;
  return frame.format.rows * frame.format.columns * 4;
}
