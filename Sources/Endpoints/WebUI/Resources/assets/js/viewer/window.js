// Grey-level arithmetic: stored values → modality values → window → grey (PS3.3 C.11.1, C.11.2).

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
  const { format, slope, intercept, voiFunction } = frame;
  const table = new Uint8Array(format.bitsAllocated <= 8 ? 256 : 65536);
  const flip = frame.inverse !== inverted;
  const count = Math.min(table.length, 2 ** format.bitsStored);
  const shift = Math.max(0, format.highBit + 1 - format.bitsStored);
  if (shift === 0) {
    // Words that differ only above the high bit look alike: fill the first run, then repeat it.
    for (let word = 0; word < count; word += 1) {
      const value = storedValue(word, format) * slope + intercept;
      const grey = Math.round(windowed(value, window, voiFunction) * 255);
      table[word] = flip ? 255 - grey : grey;
    }
    for (let at = count; at < table.length; at += count) table.copyWithin(at, 0, count);
    return table;
  }
  for (let word = 0; word < table.length; word += 1) {
    const value = storedValue(word, format) * slope + intercept;
    const grey = Math.round(windowed(value, window, voiFunction) * 255);
    table[word] = flip ? 255 - grey : grey;
  }
  return table;
}

/**
 * Draws words through a table into 32-bit pixels, alpha opaque (little-endian machines, as all browsers' are).
 * @param {Uint8Array | Uint16Array} words
 * @param {Uint8Array} table
 * @param {Uint32Array} target
 */
export function paintGrey(words, table, target) {
  const count = Math.min(words.length, target.length);
  for (let index = 0; index < count; index += 1) {
    target[index] = 0xff000000 | (table[words[index]] * 0x010101);
  }
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
  const low = at(0.005) * frame.slope + frame.intercept;
  const high = at(0.995) * frame.slope + frame.intercept;
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
