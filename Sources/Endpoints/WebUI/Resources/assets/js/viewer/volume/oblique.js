// A line that climbs through the slices: each sample lies between two slices of its own.

/**
 * @typedef {import('./grid.js').Grid} Grid
 * @typedef {import('./lines.js').Values} Values
 *
 * @typedef {object} Loaded the slices, looked up once for all lines
 * @property {(Values | null)[]} values
 * @property {Float64Array} scale
 * @property {Float64Array} bias
 * @property {Float64Array} columns how far each slice is shifted against the first, in pixels
 * @property {Float64Array} rows
 *
 * @typedef {object} Climb a line: pixels in the first slice, mm along the normal, and the steps of each
 * @property {number} column
 * @property {number} row
 * @property {number} depth
 * @property {number} columnStep
 * @property {number} rowStep
 * @property {number} depthStep
 */

/** Nearer to a slice than this share of the way to the next, it is that slice. */
const ON_SLICE = 1e-4;

/**
 * Writes a line's samples; NaN where there is nothing, by the same rules as `between` has for a single depth.
 * @param {Float32Array} target
 * @param {number} count
 * @param {Grid} grid
 * @param {Loaded} loaded
 * @param {Climb} climb
 */
export function climbLine(target, count, grid, loaded, climb) {
  const { at, broken, columns, rows } = grid;
  const last = grid.count - 1;
  const half = grid.spacing / 2 + 1e-6;
  let slice = 0;
  for (let index = 0; index < count; index += 1) {
    const depth = climb.depth + climb.depthStep * index;
    target[index] = NaN;
    if (depth < -half || depth > at[last] + half) continue;
    while (slice < last - 1 && at[slice + 1] <= depth) slice += 1;
    while (slice > 0 && at[slice] > depth) slice -= 1;
    const step = at[slice + 1] - at[slice];
    let weight = (depth - at[slice]) / step;
    if (weight < ON_SLICE) weight = 0;
    else if (weight > 1 - ON_SLICE) weight = 1;
    else if (broken[slice]) {
      if (weight * step <= half) weight = 0;
      else if ((1 - weight) * step <= half) weight = 1;
      else continue;
    }
    const column = climb.column + climb.columnStep * index;
    const row = climb.row + climb.rowStep * index;
    let sum = 0;
    if (weight < 1) {
      const values = loaded.values[slice];
      if (!values) continue;
      const value = bilinear(values, columns, rows, column - loaded.columns[slice], row - loaded.rows[slice]);
      sum = (value * loaded.scale[slice] + loaded.bias[slice]) * (1 - weight);
    }
    if (weight > 0) {
      const next = slice + 1;
      const values = loaded.values[next];
      if (!values) continue;
      const value = bilinear(values, columns, rows, column - loaded.columns[next], row - loaded.rows[next]);
      sum += (value * loaded.scale[next] + loaded.bias[next]) * weight;
    }
    target[index] = sum;
  }
}

/**
 * @param {Values} values
 * @param {number} columns
 * @param {number} rows
 * @param {number} column
 * @param {number} row
 * @returns {number} NaN outside the slice
 */
function bilinear(values, columns, rows, column, row) {
  if (column < -0.5001 || row < -0.5001 || column > columns - 0.4999 || row > rows - 0.4999) return NaN;
  const x = column < 0 ? 0 : column > columns - 1 ? columns - 1 : column;
  const y = row < 0 ? 0 : row > rows - 1 ? rows - 1 : row;
  const left = Math.min(x | 0, columns - 2);
  const above = Math.min(y | 0, rows - 2);
  const at = above * columns + left;
  const top = values[at] + (values[at + 1] - values[at]) * (x - left);
  const bottom = values[at + columns] + (values[at + columns + 1] - values[at + columns]) * (x - left);
  return top + (bottom - top) * (y - above);
}
