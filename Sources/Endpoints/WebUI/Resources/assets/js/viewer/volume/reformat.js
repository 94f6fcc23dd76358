// Stacks of planes through a volume: axial, coronal and sagittal to the patient, or the slices' own.

import { cornersOf } from './grid.js';
import { cross, dot, moved } from './plane.js';

/**
 * @typedef {import('./grid.js').Grid} Grid
 * @typedef {import('./plane.js').Plane} Plane
 * @typedef {'axial' | 'coronal' | 'sagittal' | 'own'} Direction
 *
 * @typedef {object} Reformat
 * @property {Direction} direction
 * @property {Plane} first the plane of index 0
 * @property {number} step mm from one plane to the next, along the first one's normal times `sign`
 * @property {1 | -1} sign
 * @property {number} count
 * @property {number[][]} [origins] of each plane, where they don't follow from the first
 */

/** Planes are no larger than this; beyond it their pixels become coarser. */
const LARGEST = 1024;
/** Directions that agree to within a hundredth of a degree are the same. */
const SAME = 1 - 1.5e-8;

/** @type {{[direction: string]: {across: number[], down: number[], towards: number[]}}} as a radiologist looks at them */
const VIEWS = {
  axial: { across: [1, 0, 0], down: [0, 1, 0], towards: [0, 0, -1] },
  coronal: { across: [1, 0, 0], down: [0, 0, -1], towards: [0, 1, 0] },
  sagittal: { across: [0, 1, 0], down: [0, 0, -1], towards: [1, 0, 0] },
};

/**
 * The grid's own axis where it is the same as one wanted, so that pixels fall on pixels.
 * @param {Grid} grid
 * @param {number[]} wanted
 * @returns {number[]}
 */
function snapped(grid, wanted) {
  for (const axis of [grid.across, grid.down, grid.normal]) {
    const cosine = dot(axis, wanted);
    if (Math.abs(cosine) > SAME) return axis.map((value) => value * Math.sign(cosine));
  }
  return wanted;
}

/**
 * How finely to sample along an axis: as finely as the volume is there, but never coarser than its slices' pixels.
 * @param {Grid} grid
 * @param {number[]} axis
 * @returns {number}
 */
function stepAlong(grid, axis) {
  const inPlane = Math.max(grid.columnStep, grid.rowStep);
  const shares = [Math.abs(dot(axis, grid.across)), Math.abs(dot(axis, grid.down)), Math.abs(dot(axis, grid.normal))];
  const most = shares.indexOf(Math.max(...shares));
  return most === 0 ? grid.columnStep : most === 1 ? grid.rowStep : Math.min(grid.spacing, inPlane);
}

/** @param {Grid} grid @param {number[]} axis @returns {{least: number, most: number}} mm */
function extent(grid, axis) {
  const along = cornersOf(grid).map((corner) => dot(corner, axis));
  return { least: Math.min(...along), most: Math.max(...along) };
}

/** @param {number} length @param {number} step @returns {number} */
function countOver(length, step) {
  return Math.max(1, Math.floor(length / step + 1e-4) + 1);
}

/**
 * @param {Grid} grid
 * @param {Direction} direction
 * @returns {Reformat}
 */
export function reformatOf(grid, direction) {
  if (direction === 'own') return ownSlices(grid);
  const view = VIEWS[direction];
  const across = snapped(grid, view.across);
  const down = snapped(grid, view.down);
  const normal = cross(across, down);
  const sign = dot(normal, view.towards) > 0 ? 1 : -1;
  const [wide, high, deep] = [extent(grid, across), extent(grid, down), extent(grid, normal)];
  const columnStep = Math.max(stepAlong(grid, across), (wide.most - wide.least) / (LARGEST - 1));
  const rowStep = Math.max(stepAlong(grid, down), (high.most - high.least) / (LARGEST - 1));
  const step = deepStep(grid, normal);
  // In the basis (across, down, normal), which is orthonormal, the first plane's first pixel.
  let origin = [0, 0, 0];
  origin = moved(origin, across, wide.least);
  origin = moved(origin, down, high.least);
  origin = moved(origin, normal, sign > 0 ? deep.least : deep.most);
  return {
    direction, step, sign, count: countOver(deep.most - deep.least, step),
    first: {
      origin, across, down, normal, columnStep, rowStep,
      columns: countOver(wide.most - wide.least, columnStep), rows: countOver(high.most - high.least, rowStep),
    },
  };
}

/**
 * From plane to plane: slice by slice along the slices' normal, pixel by pixel otherwise.
 * @param {Grid} grid
 * @param {number[]} axis
 */
function deepStep(grid, axis) {
  return Math.abs(dot(axis, grid.normal)) > 0.9 ? grid.spacing : stepAlong(grid, axis);
}

/**
 * The slices as they are and in the stack's order, for slabs of them.
 * @param {Grid} grid
 * @returns {Reformat}
 */
function ownSlices(grid) {
  const { across, down, normal, columnStep, rowStep, columns, rows, spacing, count, isReversed } = grid;
  const origins = isReversed ? [...grid.origins].reverse() : grid.origins;
  const first = { origin: origins[0], across, down, normal, columnStep, rowStep, columns, rows };
  return { direction: 'own', step: spacing, sign: isReversed ? -1 : 1, count, first, origins };
}

/** @param {Reformat} reformat @param {number} index @returns {Plane} */
export function planeAt({ first, step, sign, origins }, index) {
  return { ...first, origin: origins ? origins[index] : moved(first.origin, first.normal, index * step * sign) };
}

/**
 * Where the samples of a slab lie, mm from its middle: as many as the volume has, within the thickness.
 * @param {number} thickness mm; 0 for a plane without thickness
 * @param {number} step mm from one plane of the volume to the next
 * @returns {number[]}
 */
export function slabOffsets(thickness, step) {
  const half = Math.floor(thickness / 2 / step + 1e-6);
  return Array.from({ length: half * 2 + 1 }, (_, index) => (index - half) * step);
}

/**
 * A slab is never thinner than what it is made of.
 * @param {Reformat} reformat
 * @param {number} thickness mm
 * @returns {number} mm
 */
export function realThickness({ step }, thickness) {
  return Math.max(thickness, step);
}
