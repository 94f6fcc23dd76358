// Pixels put together again from what the server took apart (its PlaneResiduals.swift is the way there).

/**
 * @typedef {object} Shape how the pixels of a frame lie
 * @property {number} rows
 * @property {number} columns
 * @property {number} samples 1 or 3
 * @property {number} bytes per sample, 1 or 2
 * @property {boolean} planar
 * @property {boolean} signed
 * @property {number} step of the small picture: a power of two
 */

/** @param {Shape} shape @returns {number} pixels of the small picture */
export function coarseCount({ rows, columns, step }) {
  return Math.ceil(rows / step) * Math.ceil(columns / step);
}

/** @param {number} word @returns {number} */
function unfolded(word) {
  return (word >>> 1) ^ -(word & 1);
}

/**
 * Residuals as words: all low bytes stand before all high ones.
 * @param {Uint8Array} bytes
 * @param {number} count
 * @param {number} width bytes per sample
 * @param {number} from the first residual
 * @param {number} total of all residuals in `bytes`
 * @returns {Uint16Array}
 */
function residuals(bytes, count, width, from, total) {
  if (bytes.length < total * width) throw new Error('the frame is cut off');
  const words = new Uint16Array(count);
  if (width === 1) for (let at = 0; at < count; at += 1) words[at] = bytes[from + at];
  else for (let at = 0; at < count; at += 1) words[at] = bytes[from + at] | (bytes[total + from + at] << 8);
  return words;
}

/**
 * The small picture, one array for each sample.
 * @param {Uint8Array} bytes inflated
 * @param {Shape} shape
 * @returns {Uint16Array[]}
 */
export function coarsePlanes(bytes, shape) {
  const width = Math.ceil(shape.columns / shape.step);
  const height = Math.ceil(shape.rows / shape.step);
  const count = width * height;
  const mask = shape.bytes === 2 ? 0xffff : 0xff;
  const planes = [];
  for (let sample = 0; sample < shape.samples; sample += 1) {
    const plane = residuals(bytes, count, shape.bytes, sample * count, count * shape.samples);
    for (let at = 0, row = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1, at += 1) {
        let expected;
        if (row === 0) expected = column > 0 ? plane[at - 1] : 0;
        else if (column === 0) expected = plane[at - width];
        else {
          const left = plane[at - 1];
          const above = plane[at - width];
          const corner = plane[at - width - 1];
          const low = left < above ? left : above;
          const high = left < above ? above : left;
          expected = corner >= high ? low : corner <= low ? high : left + above - corner;
        }
        plane[at] = (expected + unfolded(plane[at])) & mask;
      }
    }
    planes.push(plane);
  }
  return planes;
}

/**
 * One sample of the whole image; without residuals, what one would expect of it: the small picture, enlarged.
 * @param {Uint16Array} coarse
 * @param {Shape} shape
 * @param {Uint16Array | null} rest
 * @returns {Uint16Array}
 */
function fullPlane(coarse, { rows, columns, step, bytes }, rest) {
  const words = new Uint16Array(rows * columns);
  const mask = bytes === 2 ? 0xffff : 0xff;
  for (let row = 0, from = 0; row < rows; row += step) {
    for (let column = 0; column < columns; column += step) words[row * columns + column] = coarse[from++];
  }
  let next = 0;
  for (let distance = step; distance > 1; distance /= 2) {
    const half = distance / 2;
    for (let row = half; row < rows; row += distance) {
      const above = (row - half) * columns;
      const below = (row + half < rows ? row + half : row - half) * columns;
      for (let column = half; column < columns; column += distance) {
        const left = column - half;
        const right = column + half < columns ? column + half : left;
        const expected = (words[above + left] + words[above + right] + words[below + left] + words[below + right] + 2) >> 2;
        words[row * columns + column] = rest ? (expected + unfolded(rest[next++])) & mask : expected;
      }
    }
    for (const first of [0, half]) {
      for (let row = first; row < rows; row += distance) {
        const own = row * columns;
        const above = (row >= half ? row - half : row + half) * columns;
        const below = (row + half < rows ? row + half : row - half) * columns;
        for (let column = half - first; column < columns; column += distance) {
          const left = own + (column >= half ? column - half : column + half);
          const right = own + (column + half < columns ? column + half : column - half);
          const expected = (words[left] + words[right] + words[above + column] + words[below + column] + 2) >> 2;
          words[own + column] = rest ? (expected + unfolded(rest[next++])) & mask : expected;
        }
      }
    }
  }
  return words;
}

/**
 * Native pixels, little endian, as the metadata says they lie.
 * @param {Uint16Array[]} coarse of every sample
 * @param {Shape} shape
 * @param {Uint8Array | null} rest inflated; null for a preview
 * @returns {Uint8Array}
 */
export function nativePixels(coarse, shape, rest) {
  const count = shape.rows * shape.columns;
  const missing = count - coarseCount(shape);
  const planes = coarse.map((plane, sample) => fullPlane(
    plane, shape, rest && missing > 0 ? residuals(rest, missing, shape.bytes, sample * missing, missing * shape.samples) : null));
  if (shape.bytes === 2) {
    const [words] = planes;
    if (shape.signed) for (let at = 0; at < count; at += 1) words[at] ^= 0x8000;
    return new Uint8Array(words.buffer);
  }
  const turn = shape.signed ? 0x80 : 0;
  const pixels = new Uint8Array(count * shape.samples);
  if (shape.samples === 1) {
    for (let at = 0; at < count; at += 1) pixels[at] = planes[0][at] ^ turn;
    return pixels;
  }
  const [green, red, blue] = planes;
  const stride = shape.planar ? 1 : 3;
  const apart = shape.planar ? count : 1;
  for (let at = 0, to = 0; at < count; at += 1, to += stride) {
    pixels[to] = (red[at] + green[at]) ^ turn;
    pixels[to + apart] = green[at] ^ turn;
    pixels[to + 2 * apart] = (blue[at] + green[at]) ^ turn;
  }
  return pixels;
}
