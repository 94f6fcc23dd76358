// Look-up tables out of metadata: modality, VOI and palette colour (PS3.3 C.11.1, C.11.2, C.7.6.3, C.7.9.2).

import { Tag, numbers, text } from './dataset.js';
import { bytesOf, wordsOf } from './binary.js';

/**
 * @typedef {import('./dataset.js').DataSet} DataSet
 *
 * @typedef {object} LookupTable
 * @property {number} first the input that the first entry is for; smaller ones get it too
 * @property {number} bits of an entry
 * @property {Uint16Array} entries the last is for larger inputs too
 * @property {string} name what it is for, as the object says; '' when it does not
 *
 * @typedef {{red: LookupTable, green: LookupTable, blue: LookupTable}} Palette
 */

/** @param {LookupTable} table @param {number} input @returns {number} */
export function lookUp(table, input) {
  const at = Math.round(input) - table.first;
  const { entries } = table;
  return entries[at < 0 ? 0 : at >= entries.length ? entries.length - 1 : at];
}

/**
 * Number of entries, first input and bits. 0 entries are 65,536; the first input is signed where the inputs are.
 * @param {number[]} descriptor
 * @param {boolean} isSigned
 * @returns {{count: number, first: number, bits: number} | null}
 */
export function readDescriptor(descriptor, isSigned) {
  if (descriptor.length !== 3) return null;
  const [count, first, bits] = descriptor;
  return {
    count: count <= 0 ? count + 65536 : count,
    first: isSigned && first > 32767 ? first - 65536 : first,
    bits: Math.min(16, Math.max(1, bits)),
  };
}

/**
 * Entries of a table: words of 16 bits, or bytes two to a word.
 * @param {import('./dataset.js').Element | undefined} data
 * @param {number} count
 * @param {number} bits
 * @returns {Uint16Array | null}
 */
function entriesOf(data, count, bits) {
  const words = wordsOf(data);
  if (!words) return null;
  if (bits <= 8 && words.length < count) {
    const bytes = bytesOf(data);
    return bytes && bytes.length >= count ? Uint16Array.from(bytes.subarray(0, count)) : null;
  }
  return words.length >= count ? words.subarray(0, count) : null;
}

/**
 * The tables of a Modality LUT or VOI LUT Sequence.
 * @param {DataSet} data
 * @param {string} sequence its tag
 * @param {boolean} isSigned whether inputs may be negative
 * @returns {LookupTable[]}
 */
export function tablesOf(data, sequence, isSigned) {
  /** @type {LookupTable[]} */
  const tables = [];
  for (const item of data[sequence]?.Value ?? []) {
    const descriptor = readDescriptor(numbers(item, Tag.LUTDescriptor), isSigned);
    const entries = descriptor && entriesOf(item[Tag.LUTData], descriptor.count, descriptor.bits);
    if (!descriptor || !entries) continue;
    // Some say 16 bits of entries that are all smaller: what counts is what they say (PS3.3 C.11.2.1.1).
    tables.push({ first: descriptor.first, bits: descriptor.bits, entries, name: text(item, Tag.LUTExplanation) });
  }
  return tables;
}

/**
 * Segments unfolded (PS3.3 C.7.9.2): 0 discrete, 1 linear, 2 a copy of earlier segments.
 * @param {Uint16Array} words
 * @param {number} count of entries
 * @returns {Uint16Array | null} null when the segments are not what they should be
 */
export function unfoldSegments(words, count) {
  /** @type {number[]} */
  const entries = [];
  /** @param {number} at @param {number} segments @param {boolean} isCopy @returns {number} where it ended; −1 broken */
  const read = (at, segments, isCopy) => {
    let place = at;
    for (let done = 0; done < segments && place < words.length && entries.length < count; done += 1) {
      const kind = words[place];
      const length = words[place + 1];
      if (kind === 0) {
        for (let index = 0; index < length; index += 1) entries.push(words[place + 2 + index]);
        place += 2 + length;
      } else if (kind === 1) {
        const from = entries[entries.length - 1];
        const to = words[place + 2];
        if (from === undefined) return -1;
        for (let index = 1; index <= length; index += 1) entries.push(Math.round(from + ((to - from) * index) / length));
        place += 3;
      } else if (kind === 2 && !isCopy) {
        const offset = (words[place + 2] + words[place + 3] * 65536) / 2;
        if (read(offset, length, true) < 0) return -1;
        place += 4;
      } else {
        return -1;
      }
    }
    return place;
  };
  if (read(0, Infinity, false) < 0 || entries.length < count) return null;
  return Uint16Array.from(entries.slice(0, count));
}

/** Red, green, blue: descriptor, data, segmented data. */
const CHANNELS = [
  [Tag.PaletteRed.replace('1201', '1101'), Tag.PaletteRed, '00281221'],
  ['00281102', '00281202', '00281222'],
  ['00281103', '00281203', '00281223'],
];

/**
 * @param {DataSet} data
 * @param {boolean} isSigned
 * @returns {Palette | null}
 */
export function paletteOf(data, isSigned) {
  const tables = CHANNELS.map(([descriptorTag, dataTag, segmentedTag]) => {
    const descriptor = readDescriptor(numbers(data, descriptorTag), isSigned);
    if (!descriptor) return null;
    const segments = wordsOf(data[segmentedTag]);
    const entries = segments
      ? unfoldSegments(segments, descriptor.count) : entriesOf(data[dataTag], descriptor.count, descriptor.bits);
    return entries && { first: descriptor.first, bits: descriptor.bits, entries, name: '' };
  });
  const [red, green, blue] = tables;
  return red && green && blue ? { red, green, blue } : null;
}
