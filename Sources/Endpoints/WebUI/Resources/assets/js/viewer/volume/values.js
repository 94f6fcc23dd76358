// A frame's words as numbers, in place wherever they already are numbers.

import { storedValue } from '../window.js';

/**
 * @typedef {import('../../dicomweb/image.js').PixelFormat} PixelFormat
 * @typedef {import('./lines.js').Values} Values
 */

/**
 * The stored values of a frame. Nearly always a view of the same bytes, so that a volume costs no memory of its own; a copy only
 * where something else lies in the unused bits (old overlays, signs not extended).
 * @param {Uint8Array | Uint16Array} words
 * @param {PixelFormat} format
 * @returns {Values}
 */
export function valuesOf(words, format) {
  const { bitsStored, signed } = format;
  const isByte = words.BYTES_PER_ELEMENT === 1;
  /** @type {Values} */
  let values = words;
  if (signed) {
    values = isByte ? new Int8Array(words.buffer, words.byteOffset, words.length) : new Int16Array(words.buffer, words.byteOffset, words.length);
  }
  const [least, most] = rangeOf(format);
  if (bitsStored === words.BYTES_PER_ELEMENT * 8 && format.highBit === bitsStored - 1) return values;
  for (let index = 0; index < values.length; index += 1) {
    if (values[index] < least || values[index] > most) return copied(words, format);
  }
  return format.highBit === bitsStored - 1 ? values : copied(words, format);
}

/** @param {PixelFormat} format @returns {[number, number]} the least and the largest stored value */
export function rangeOf({ bitsStored, signed }) {
  return signed ? [-(2 ** (bitsStored - 1)), 2 ** (bitsStored - 1) - 1] : [0, 2 ** bitsStored - 1];
}

/** @param {Uint8Array | Uint16Array} words @param {PixelFormat} format @returns {Values} */
function copied(words, format) {
  const values = format.signed ? new Int16Array(words.length) : new Uint16Array(words.length);
  for (let index = 0; index < words.length; index += 1) values[index] = storedValue(words[index], format);
  return values;
}
