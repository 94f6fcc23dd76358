// A plane, or a slab around it, through a grid of slices.

import { between, depthOf } from './grid.js';
import { addLine, insideRange } from './lines.js';
import { climbLine } from './oblique.js';
import { dot, minus, moved } from './plane.js';

/**
 * @typedef {import('./grid.js').Grid} Grid
 * @typedef {import('./plane.js').Plane} Plane
 * @typedef {import('./lines.js').Values} Values
 * @typedef {import('./lines.js').Track} Track
 * @typedef {'max' | 'min' | 'mean'} Projection
 *
 * @typedef {object} Slices what the grid holds; a slice that is not here yet is null
 * @property {(slice: number) => Values | null} values
 * @property {(slice: number) => number} scale from a slice's values to the output's
 * @property {(slice: number) => number} bias
 *
 * @typedef {object} Slab
 * @property {Projection} projection
 * @property {number[]} offsets mm along the plane's normal
 *
 * @typedef {object} SliceLine a line as it was read from one slice
 * @property {number} slice
 * @property {number} column where it begins
 * @property {number} row
 * @property {number} from
 * @property {number} to
 * @property {Float32Array} values
 */

/** What lies outside the volume; the least value of all, drawn as the window's lower end. */
export const NOTHING = -32768;

/**
 * Samples a plane into signed 16-bit words, row by row, in as many steps as its caller has time for. What is outside the volume,
 * in a gap or not loaded becomes `NOTHING`.
 */
export class Resampling {
  /**
   * @param {Int16Array} target columns × rows words
   * @param {Grid} grid
   * @param {Slices} slices
   * @param {Plane} plane
   * @param {Slab} slab
   * @param {number} [coarse] 2 for every second pixel of every second row, repeated
   */
  constructor(target, grid, slices, plane, slab, coarse = 1) {
    this.target = target;
    this.plane = plane;
    this.coarse = coarse;
    this.sampler = new Sampler(grid, slices, plane, slab);
    // Along a line at one depth the same slices serve all samples. Rows have that when they don't climb through the slices,
    // columns likewise; in an oblique plane neither has, and each sample finds its own.
    const climbs = Math.abs(dot(plane.across, grid.normal)) * plane.columnStep;
    const sinks = Math.abs(dot(plane.down, grid.normal)) * plane.rowStep;
    this.isByColumn = climbs > sinks;
    this.sampler.isLevel = Math.min(climbs, sinks) < 1e-6 * grid.spacing;
    this.line = 0;
  }

  /** @returns {number} */
  get lines() {
    return this.isByColumn ? this.plane.columns : this.plane.rows;
  }

  /** @returns {boolean} */
  get isDone() {
    return this.line >= this.lines;
  }

  /**
   * Samples the next lines.
   * @param {number} [count]
   */
  advance(count = Infinity) {
    for (let done = 0; done < count && !this.isDone; done += 1) this.sampleLine();
  }

  sampleLine() {
    const { plane, target, coarse, isByColumn, line } = this;
    const { columns, rows, across, down, columnStep, rowStep } = plane;
    const length = isByColumn ? rows : columns;
    const [lineStride, stride] = isByColumn ? [1, columns] : [columns, 1];
    const start = isByColumn ? moved(plane.origin, across, line * columnStep) : moved(plane.origin, down, line * rowStep);
    const sums = this.sampler.project(start, isByColumn ? down : across, (isByColumn ? rowStep : columnStep) * coarse,
      Math.ceil(length / coarse));
    const end = Math.min(this.lines, line + coarse);
    for (let copy = line; copy < end; copy += 1) {
      let at = copy * lineStride;
      for (let index = 0; index < length; index += 1, at += stride) {
        const value = sums[coarse === 1 ? index : (index / coarse) | 0];
        target[at] = value === value ? Math.max(NOTHING + 1, Math.min(32767, Math.round(value))) : NOTHING;
      }
    }
    this.line = end;
  }
}

/** Lines that begin nearer than this read the same pixels. */
const SAME_PIXEL = 1e-6;

/** Keeps the buffers of a line. */
class Sampler {
  /** @param {Grid} grid @param {Slices} slices @param {Plane} plane @param {Slab} slab */
  constructor(grid, slices, plane, slab) {
    this.grid = grid;
    this.slices = slices;
    this.slab = slab;
    this.normal = plane.normal;
    this.isLevel = true;
    const length = Math.max(plane.columns, plane.rows);
    this.line = new Float32Array(length);
    this.sum = new Float32Array(length);
    this.counts = new Uint16Array(length);
    /** @type {import('./oblique.js').Loaded | null} */
    this.loaded = null;
    /**
     * The lines read last, two for each offset of the slab.
     * @type {SliceLine[]}
     */
    this.kept = [];
    this.offset = 0;
  }

  /**
   * The slab's projection along a line; NaN where there is nothing.
   * @param {number[]} start
   * @param {number[]} along
   * @param {number} step mm
   * @param {number} count
   * @returns {Float32Array}
   */
  project(start, along, step, count) {
    const { offsets, projection } = this.slab;
    if (offsets.length === 1) {
      this.sample(offsets[0] === 0 ? start : moved(start, this.normal, offsets[0]), along, step, count);
      return this.line;
    }
    const { sum, line, counts } = this;
    sum.fill(NaN, 0, count);
    counts.fill(0, 0, count);
    for (const [number, offset] of offsets.entries()) {
      this.offset = number;
      const { from, to } = this.sample(moved(start, this.normal, offset), along, step, count);
      if (projection === 'max') keepLarger(sum, line, from, to);
      else if (projection === 'min') keepSmaller(sum, line, from, to);
      else addUp(sum, line, counts, from, to);
    }
    if (projection === 'mean') for (let index = 0; index < count; index += 1) if (counts[index] > 1) sum[index] /= counts[index];
    return sum;
  }

  /**
   * Samples a line into `this.line`.
   * @param {number[]} start @param {number[]} along @param {number} step @param {number} count
   * @returns {{from: number, to: number}} outside it there is nothing
   */
  sample(start, along, step, count) {
    const { line } = this;
    line.fill(NaN, 0, count);
    if (!this.isLevel) return this.sampleOblique(start, along, step, count);
    const found = between(this.grid, depthOf(this.grid, start));
    return found ? this.addBoth(found.slice, found.weight, start, along, step, count) : { from: 0, to: 0 };
  }

  /**
   * Samples a line at one depth from the slice `slice` and, with a weight, the next.
   * @param {number} slice @param {number} weight
   * @param {number[]} start @param {number[]} along @param {number} step @param {number} count
   * @returns {{from: number, to: number}}
   */
  addBoth(slice, weight, start, along, step, count) {
    const first = this.sliceLine(slice, start, along, step, count);
    const second = weight > 0 ? this.sliceLine(slice + 1, start, along, step, count) : first;
    const from = Math.max(first.from, second.from);
    const to = Math.min(first.to, second.to);
    if (from >= to) return { from: 0, to: 0 };
    if (weight > 0) mix(this.line, from, to, first.values, second.values, weight);
    else this.line.set(first.values.subarray(from, to), from);
    return { from, to };
  }

  /**
   * A line through one slice. The next line of a plane mostly lies between the same slices and at the same pixels of them: what
   * was read for this one is kept.
   * @param {number} slice @param {number[]} start @param {number[]} along @param {number} step @param {number} count
   * @returns {SliceLine}
   */
  sliceLine(slice, start, along, step, count) {
    const { grid, slices } = this;
    const place = this.offset * 2 + (slice & 1);
    if (!this.kept[place]) this.kept[place] = { slice: -1, column: 0, row: 0, from: 0, to: 0, values: new Float32Array(this.line.length) };
    const kept = this.kept[place];
    const track = this.track(slice, start, along, step);
    if (kept.slice === slice && Math.abs(kept.column - track.column) < SAME_PIXEL && Math.abs(kept.row - track.row) < SAME_PIXEL) return kept;
    const values = slices.values(slice);
    const { from, to } = values ? insideRange(track, count, grid.columns, grid.rows) : { from: 0, to: 0 };
    Object.assign(kept, { slice, column: track.column, row: track.row, from, to });
    kept.values.fill(0, from, to);
    if (values) {
      const { columns, rows } = grid;
      addLine(kept.values, from, to, { values, columns, rows }, track, slices.scale(slice), slices.bias(slice));
    }
    return kept;
  }

  /** @param {number} slice @param {number[]} start @param {number[]} along @param {number} step @returns {Track} */
  track(slice, start, along, step) {
    const { origins, across, down, columnStep, rowStep } = this.grid;
    const from = minus(start, origins[slice]);
    return {
      column: dot(from, across) / columnStep, row: dot(from, down) / rowStep,
      columnStep: (dot(along, across) * step) / columnStep, rowStep: (dot(along, down) * step) / rowStep,
    };
  }

  /** @param {number[]} start @param {number[]} along @param {number} step @param {number} count */
  sampleOblique(start, along, step, count) {
    const { grid } = this;
    if (!this.loaded) this.loaded = lookUp(grid, this.slices);
    const track = this.track(0, start, along, step);
    climbLine(this.line, count, grid, this.loaded, {
      ...track, depth: depthOf(grid, start), depthStep: dot(along, grid.normal) * step,
    });
    return { from: 0, to: count };
  }
}

/** @param {Grid} grid @param {Slices} slices @returns {import('./oblique.js').Loaded} */
function lookUp(grid, slices) {
  const every = Array.from({ length: grid.count }, (_, slice) => slice);
  const shifts = every.map((slice) => minus(grid.origins[slice], grid.origins[0]));
  return {
    values: every.map((slice) => slices.values(slice)),
    scale: Float64Array.from(every, (slice) => slices.scale(slice)),
    bias: Float64Array.from(every, (slice) => slices.bias(slice)),
    columns: Float64Array.from(shifts, (shift) => dot(shift, grid.across) / grid.columnStep),
    rows: Float64Array.from(shifts, (shift) => dot(shift, grid.down) / grid.rowStep),
  };
}

/**
 * @param {Float32Array} line @param {number} from @param {number} to
 * @param {Float32Array} first @param {Float32Array} second @param {number} weight of the second
 */
function mix(line, from, to, first, second, weight) {
  for (let index = from; index < to; index += 1) line[index] = first[index] + (second[index] - first[index]) * weight;
}

/** @param {Float32Array} sum @param {Float32Array} line @param {number} from @param {number} to */
function keepLarger(sum, line, from, to) {
  // NaN on either side makes the comparison false; a first value replaces NaN.
  for (let index = from; index < to; index += 1) if (!(line[index] <= sum[index]) && line[index] === line[index]) sum[index] = line[index];
}

/** @param {Float32Array} sum @param {Float32Array} line @param {number} from @param {number} to */
function keepSmaller(sum, line, from, to) {
  for (let index = from; index < to; index += 1) if (!(line[index] >= sum[index]) && line[index] === line[index]) sum[index] = line[index];
}

/** @param {Float32Array} sum @param {Float32Array} line @param {Uint16Array} counts @param {number} from @param {number} to */
function addUp(sum, line, counts, from, to) {
  for (let index = from; index < to; index += 1) {
    if (line[index] !== line[index]) continue;
    sum[index] = counts[index] === 0 ? line[index] : sum[index] + line[index];
    counts[index] += 1;
  }
}
