// Samples one slice along a straight line: the innermost loops of reformatting.

/**
 * @typedef {Int16Array | Uint16Array | Uint8Array | Int8Array} Values
 *
 * @typedef {object} SliceImage
 * @property {Values} values
 * @property {number} columns
 * @property {number} rows
 *
 * @typedef {object} Track a line through a slice, in pixels from the centre of its first pixel
 * @property {number} column
 * @property {number} row
 * @property {number} columnStep
 * @property {number} rowStep
 */

/** Nearer than this to the centre of a pixel is that pixel. */
const ON_PIXEL = 1e-4;
/** Steps differing from whole pixels by less than this drift less than a tenth of a pixel over a line. */
const ON_STEP = 1e-5;

/**
 * The samples of a line that lie in a slice, [from, to).
 * @param {Track} track
 * @param {number} count samples
 * @param {number} columns
 * @param {number} rows
 * @returns {{from: number, to: number}}
 */
export function insideRange(track, count, columns, rows) {
  const range = { from: 0, to: count };
  narrow(range, track.column, track.columnStep, columns);
  narrow(range, track.row, track.rowStep, rows);
  if (range.to < range.from) range.to = range.from;
  return range;
}

/** @param {{from: number, to: number}} range @param {number} start @param {number} step @param {number} size */
function narrow(range, start, step, size) {
  // A pixel reaches half its size around its centre.
  const [low, high] = [-0.5 - ON_PIXEL, size - 0.5 + ON_PIXEL];
  if (Math.abs(step) < 1e-12) {
    if (start < low || start > high) range.to = range.from;
    return;
  }
  const [a, b] = [(low - start) / step, (high - start) / step];
  range.from = Math.max(range.from, Math.ceil(Math.min(a, b)));
  range.to = Math.min(range.to, Math.floor(Math.max(a, b)) + 1);
}

/**
 * Adds `weight` times the slice's values along a line, and `bias`, to a target. Samples outside [from, to) are left alone.
 * @param {Float32Array} target
 * @param {number} from
 * @param {number} to
 * @param {SliceImage} slice
 * @param {Track} track
 * @param {number} weight
 * @param {number} bias
 */
export function addLine(target, from, to, slice, track, weight, bias) {
  if (from >= to) return;
  const { columnStep, rowStep } = track;
  const isAlongRow = Math.abs(rowStep) < ON_STEP && isWhole(columnStep);
  const isAlongColumn = Math.abs(columnStep) < ON_STEP && isWhole(rowStep);
  const column = track.column + from * columnStep;
  const row = track.row + from * rowStep;
  const isOnPixels = Math.abs(column - Math.round(column)) < ON_PIXEL && Math.abs(row - Math.round(row)) < ON_PIXEL;
  const isWithin = column > -ON_PIXEL && row > -ON_PIXEL && column < slice.columns - 1 + ON_PIXEL && row < slice.rows - 1 + ON_PIXEL;
  if (isOnPixels && isWithin && (isAlongRow || isAlongColumn)) {
    const stride = isAlongRow ? Math.round(columnStep) : Math.round(rowStep) * slice.columns;
    addPixels(target, from, to, slice.values, Math.round(row) * slice.columns + Math.round(column), stride, weight, bias);
  } else {
    addBetween(target, from, to, slice, track, weight, bias);
  }
}

/** @param {number} step in pixels @returns {boolean} from pixel to pixel, one or more on */
function isWhole(step) {
  return Math.abs(step) > 0.5 && Math.abs(step - Math.round(step)) < ON_STEP;
}

/**
 * @param {Float32Array} target
 * @param {number} from
 * @param {number} to
 * @param {Values} values
 * @param {number} at
 * @param {number} stride
 * @param {number} weight
 * @param {number} bias
 */
function addPixels(target, from, to, values, at, stride, weight, bias) {
  for (let index = from, place = at; index < to; index += 1, place += stride) target[index] += values[place] * weight + bias;
}

/**
 * Bilinear between pixel centres, the edge repeated in the outer half of the edge pixels.
 * @param {Float32Array} target
 * @param {number} from
 * @param {number} to
 * @param {SliceImage} slice
 * @param {Track} track
 * @param {number} weight
 * @param {number} bias
 */
function addBetween(target, from, to, { values, columns, rows }, track, weight, bias) {
  const { columnStep, rowStep } = track;
  const lastColumn = columns - 1;
  const lastRow = rows - 1;
  for (let index = from; index < to; index += 1) {
    let column = track.column + index * columnStep;
    let row = track.row + index * rowStep;
    column = column < 0 ? 0 : column > lastColumn ? lastColumn : column;
    row = row < 0 ? 0 : row > lastRow ? lastRow : row;
    let left = column | 0;
    let above = row | 0;
    if (left === lastColumn && left > 0) left -= 1;
    if (above === lastRow && above > 0) above -= 1;
    const x = column - left;
    const y = row - above;
    const at = above * columns + left;
    const top = values[at] + (x > 0 ? (values[at + 1] - values[at]) * x : 0);
    if (y > 0) {
      const under = at + columns;
      const bottom = values[under] + (x > 0 ? (values[under + 1] - values[under]) * x : 0);
      target[index] += (top + (bottom - top) * y) * weight + bias;
    } else {
      target[index] += top * weight + bias;
    }
  }
}
