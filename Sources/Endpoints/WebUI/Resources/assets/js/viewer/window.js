// Grey-level arithmetic: stored values → modality values → window or VOI LUT → grey (PS3.3 C.11.1, C.11.2).

import { lookUp } from '../dicomweb/lookup.js';

/**
 * @typedef {import('../dicomweb/image.js').PixelFormat} PixelFormat
 * @typedef {import('../dicomweb/image.js').Window} Window
 * @typedef {import('../dicomweb/image.js').Frame} Frame
 */

/**
 * The number a stored word stands for: bits above the high bit (old overlays) dropped, the sign extended.
 * @param {number} word
 * @param {PixelFormat} format
 * @returns {number}
 */
export function storedValue(word, format) {
  const shift = Math.max(0, format.highBit + 1 - format.bitsStored);
  const range = 2 ** format.bitsStored;
  const value = Math.floor(word / 2 ** shift) % range;
  return format.signed && value >= range / 2 ? value - range : value;
}

/**
 * What a stored word measures: through the Modality LUT, or by slope and intercept (PS3.3 C.11.1).
 * @param {number} word
 * @param {Frame} frame
 * @returns {number}
 */
export function modalityValue(word, frame) {
  const stored = storedValue(word, frame.format);
  const table = frame.look?.modalityTable;
  return table ? lookUp(table, stored) : stored * frame.slope + frame.intercept;
}

/**
 * Where a modality value falls within a window, 0 to 1.
 * @param {number} value
 * @param {Window} window
 * @param {Frame['voiFunction']} how
 * @returns {number}
 */
export function windowed(value, window, how = 'LINEAR') {
  const { center, width } = window;
  if (how === 'SIGMOID') return 1 / (1 + Math.exp((-4 * (value - center)) / Math.max(width, 1e-6)));
  if (how === 'LINEAR_EXACT') return clamp((value - center) / Math.max(width, 1e-6) + 0.5);
  // PS3.3 C.11.2.1.2.1: a width of 1 is a threshold.
  if (width <= 1) return value <= center - 0.5 ? 0 : 1;
  return clamp((value - (center - 0.5)) / (width - 1) + 0.5);
}

/** @param {number} value @returns {number} */
function clamp(value) {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

/**
 * A table from stored word to grey: 256 entries for 8-bit pixels, 65,536 for 16-bit ones. It holds everything that a frame
 * and a window decide, so that drawing is one look-up a pixel.
 * @param {Frame} frame
 * @param {Window} window
 * @param {boolean} inverted the doctor's own inversion, on top of the image's
 * @returns {Uint8Array}
 */
export function greyTable(frame, window, inverted) {
  const { format } = frame;
  const table = new Uint8Array(format.bitsAllocated <= 8 ? 256 : 65536);
  const flip = frame.inverse !== inverted;
  const grey = greyOf(frame, window);
  const isHigh = format.highBit + 1 > format.bitsStored;
  // Words that differ only above the high bit look alike: fill the first run, then repeat it.
  const count = isHigh ? table.length : Math.min(table.length, 2 ** format.bitsStored);
  for (let word = 0; word < count; word += 1) {
    const value = grey(modalityValue(word, frame));
    table[word] = flip ? 255 - value : value;
  }
  for (let at = count; at < table.length; at += count) table.copyWithin(at, 0, count);
  return table;
}

/**
 * From modality value to grey, 0 to 255, before any inversion.
 * @param {Frame} frame
 * @param {Window} window
 * @returns {(value: number) => number}
 */
function greyOf(frame, window) {
  const { table } = window;
  if (!table) return (value) => Math.round(windowed(value, window, frame.voiFunction) * 255);
  const white = 2 ** table.bits - 1;
  return (value) => Math.min(255, Math.round((lookUp(table, value) / white) * 255));
}

/**
 * A table from stored word to a 32-bit pixel: grey, or the colours of a palette where the object has one.
 * @param {Frame} frame
 * @param {Window | null} window null: only for palette colour
 * @param {boolean} inverted
 * @returns {Uint32Array}
 */
export function pixelTable(frame, window, inverted) {
  const { format, look } = frame;
  const table = new Uint32Array(format.bitsAllocated <= 8 ? 256 : 65536);
  const isPalette = format.photometric === 'PALETTE COLOR';
  if (window && !isPalette) {
    const grey = greyTable(frame, window, inverted);
    for (let word = 0; word < table.length; word += 1) table[word] = 0xff000000 | (grey[word] * 0x010101);
  }
  const palette = look?.palette;
  if (!palette || (!isPalette && !look?.isPartlyColoured)) return table;
  const { red, green, blue } = palette;
  const flip = inverted ? 0x00ffffff : 0;
  const byte = (/** @type {import('../dicomweb/lookup.js').LookupTable} */ channel, /** @type {number} */ stored) => (
    channel.bits > 8 ? lookUp(channel, stored) >> (channel.bits - 8) : lookUp(channel, stored));
  for (let word = 0; word < table.length; word += 1) {
    const stored = storedValue(word, format);
    // Below the first input a supplemental palette leaves the image grey (PS3.3 C.7.6.19).
    if (!isPalette && stored < red.first) continue;
    table[word] = (0xff000000 | (byte(blue, stored) << 16) | (byte(green, stored) << 8) | byte(red, stored)) ^ flip;
  }
  return table;
}

/**
 * Draws words through a table of pixels (little-endian machines, as all browsers' are).
 * @param {Uint8Array | Uint16Array} words
 * @param {Uint32Array} table
 * @param {Uint32Array} target
 */
export function paintPixels(words, table, target) {
  const count = Math.min(words.length, target.length);
  for (let index = 0; index < count; index += 1) target[index] = table[words[index]];
}

/**
 * The window that shows nearly all of a frame: from the 0.5th to the 99.5th percentile, padding left out.
 * @param {Uint8Array | Uint16Array} words
 * @param {Frame} frame
 * @returns {Window}
 */
export function automaticWindow(words, frame) {
  const histogram = new Uint32Array(frame.format.bitsAllocated <= 8 ? 256 : 65536);
  const step = Math.max(1, Math.floor(words.length / 500000));
  for (let index = 0; index < words.length; index += step) histogram[words[index]] += 1;
  /** @type {Map<number, number>} */
  const counts = new Map();
  let total = 0;
  for (let word = 0; word < histogram.length; word += 1) {
    if (histogram[word] === 0) continue;
    const value = storedValue(word, frame.format);
    if (frame.padding !== null && value === frame.padding) continue;
    counts.set(value, (counts.get(value) ?? 0) + histogram[word]);
    total += histogram[word];
  }
  if (total === 0) return { center: 0, width: 1 };
  const values = [...counts.keys()].sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => {
    let seen = 0;
    for (const value of values) {
      seen += counts.get(value) ?? 0;
      if (seen >= total * share) return value;
    }
    return values[values.length - 1];
  };
  const table = frame.look?.modalityTable;
  const measured = (/** @type {number} */ stored) => (table ? lookUp(table, stored) : stored * frame.slope + frame.intercept);
  const low = measured(at(0.005));
  const high = measured(at(0.995));
  return { center: (low + high) / 2, width: Math.max(1, Math.abs(high - low)) };
}

/**
 * A window after dragging: right widens, down raises the centre. The step follows the width, so that bone and brain feel alike.
 * @param {Window} window
 * @param {number} dx in CSS pixels
 * @param {number} dy
 * @returns {Window}
 */
export function draggedWindow(window, dx, dy) {
  const step = Math.max(0.25, window.width / 300);
  return { center: window.center + dy * step, width: Math.max(1, window.width + dx * step) };
}
