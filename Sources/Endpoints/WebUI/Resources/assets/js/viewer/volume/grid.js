// Slices as a grid that can be sampled anywhere. Slices keep their own places: a sheared (tilted gantry) or uneven stack is
// sampled where it really lies, not where its count says.

import { dot, minus, moved } from './plane.js';

/**
 * @typedef {import('./plane.js').Plane} Plane
 * @typedef {import('./survey.js').Survey} Survey
 *
 * @typedef {object} Grid
 * @property {number[]} across
 * @property {number[]} down
 * @property {number[]} normal
 * @property {number} columnStep
 * @property {number} rowStep
 * @property {number} columns
 * @property {number} rows
 * @property {number} count slices
 * @property {number} spacing usual distance between slices, mm
 * @property {number[][]} origins the centre of each slice's first pixel
 * @property {Float64Array} at mm along the normal from the first slice
 * @property {boolean} isReversed the stack counts its slices against the normal
 * @property {Uint8Array} broken 1 where something is missing between a slice and the next
 *
 * @typedef {{slice: number, weight: number}} Between `weight` of the next slice; 0 when it is not needed
 */

/** Nearer to a slice than this share of the way to the next, it is that slice. */
const ON_SLICE = 1e-4;

/** @param {Survey} survey @returns {Grid} */
export function gridOf({ planes, at, spacing, gaps, indices }) {
  const { across, down, normal, columnStep, rowStep, columns, rows } = planes[0];
  const broken = new Uint8Array(planes.length);
  for (const { after } of gaps) broken[after] = 1;
  return {
    across, down, normal, columnStep, rowStep, columns, rows, spacing, broken,
    isReversed: indices[0] > indices[indices.length - 1],
    count: planes.length, origins: planes.map(({ origin }) => origin), at: Float64Array.from(at),
  };
}

/** @param {Grid} grid @param {number[]} point @returns {number} mm along the normal from the first slice */
export function depthOf(grid, point) {
  return dot(minus(point, grid.origins[0]), grid.normal);
}

/**
 * The slices around a depth. Half a slice beyond the ends and beside a gap still counts as the slice there; further on there is
 * nothing to show.
 * @param {Grid} grid
 * @param {number} depth
 * @returns {Between | null}
 */
export function between(grid, depth) {
  const { at, count, broken, spacing } = grid;
  const half = spacing / 2 + 1e-6;
  if (depth <= at[0]) return depth < -half ? null : { slice: 0, weight: 0 };
  if (depth >= at[count - 1]) return depth > at[count - 1] + half ? null : { slice: count - 1, weight: 0 };
  let [low, high] = [0, count - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at[middle] <= depth) low = middle;
    else high = middle;
  }
  const weight = (depth - at[low]) / (at[high] - at[low]);
  if (weight < ON_SLICE) return { slice: low, weight: 0 };
  if (weight > 1 - ON_SLICE) return { slice: high, weight: 0 };
  if (broken[low]) {
    if (depth - at[low] <= half) return { slice: low, weight: 0 };
    return at[high] - depth <= half ? { slice: high, weight: 0 } : null;
  }
  return { slice: low, weight };
}

/**
 * The centres of the eight outermost pixels; with a tilted gantry they are no box.
 * @param {Grid} grid
 * @returns {number[][]}
 */
export function cornersOf(grid) {
  const right = (grid.columns - 1) * grid.columnStep;
  const bottom = (grid.rows - 1) * grid.rowStep;
  return [grid.origins[0], grid.origins[grid.count - 1]].flatMap((origin) => [
    origin, moved(origin, grid.across, right), moved(origin, grid.down, bottom),
    moved(moved(origin, grid.across, right), grid.down, bottom),
  ]);
}
