// Planes through a volume as a source of frames: at once and coarse while somebody drags, fine as soon as they rest.

import { depthOf } from './grid.js';
import { centreOf } from './plane.js';
import { planeAt, slabOffsets } from './reformat.js';
import { Resampling } from './resample.js';

/**
 * @typedef {import('../frame-loader.js').Stack} Stack
 * @typedef {import('../frame-loader.js').FrameSource} FrameSource
 * @typedef {import('../frame-loader.js').Loaded} Loaded
 * @typedef {import('../stack-pane.js').StackPane} StackPane
 * @typedef {import('./volume.js').Volume} Volume
 * @typedef {import('./volume.js').ComputedStack} ComputedStack
 * @typedef {{loaded: Loaded, coarse: number, revision: number}} Made
 */

/** A plane may take this long while somebody drags; four of them and their drawing fit into a fiftieth of a second each (ms). */
const BUDGET = 14;
/** Nobody has moved anything for this long: time for the fine picture (ms). */
const REST = 120;
/** How long the fine picture may keep the page from answering at a time (ms). */
const SLICE = 10;
/** While slices arrive, planes are drawn anew this often (ms). */
const ARRIVAL = 300;
/** Planes kept, of all directions together. */
const KEPT = 24;

export class ComputedSource {
  /** @param {Volume} volume @param {FrameSource} wire */
  constructor(volume, wire) {
    this.volume = volume;
    this.wire = wire;
    /** @type {Map<string, Made>} */
    this.made = new Map();
    /** @type {Map<StackPane, {stack: ComputedStack, index: number}>} */
    this.looks = new Map();
    /** ms for a million samples, measured as it goes. */
    this.pace = 12;
    this.refreshedAt = -Infinity;
    this.restTimer = 0;
    this.arrivalTimer = 0;
    /** Rises with every movement: what was being refined is stale then. */
    this.turn = 0;
  }

  /** @param {Stack} stack @param {number} index @returns {Loaded | undefined} */
  loaded(stack, index) {
    const computed = /** @type {ComputedStack} */ (stack);
    const { slices } = this.volume;
    this.takeArrivals();
    if (slices.count === 0) return undefined;
    const key = stack.frames[index].instance;
    const known = this.made.get(key);
    if (known && known.revision === slices.revision) return known.loaded;
    const coarse = this.coarseness(computed);
    const run = this.resampling(computed, index, coarse);
    const start = performance.now();
    run.advance();
    this.learn(computed, coarse, performance.now() - start);
    const made = this.keep(key, run.target, coarse);
    this.refineAtRest();
    return made.loaded;
  }

  /** @param {Stack} stack @param {number} _index @returns {string | null} */
  failure(stack, _index) {
    const { slices } = this.volume;
    if (slices.count > 0 || slices.failed < slices.indices.length) return null;
    return this.wire.failure(slices.base, slices.indices[0]);
  }

  /** @param {Stack} stack @returns {number} as many of its planes as slices are here, in proportion */
  loadedCount(stack) {
    const { slices } = this.volume;
    if (slices.count === slices.indices.length) return stack.frames.length;
    return Math.floor((slices.count / slices.indices.length) * stack.frames.length);
  }

  /** @param {Stack} stack @param {number} index @param {1 | -1} _direction @param {object} pane */
  lookAt(stack, index, _direction, pane) {
    const computed = /** @type {ComputedStack} */ (stack);
    this.looks.set(/** @type {StackPane} */ (pane), { stack: computed, index });
    this.turn += 1;
    this.fetchMissing(pane);
    this.refineAtRest();
  }

  /** @param {object} pane */
  leave(pane) {
    this.looks.delete(/** @type {StackPane} */ (pane));
    this.wire.leave?.(pane);
    if (this.looks.size > 0) return;
    this.made.clear();
    this.volume.slices.release();
    this.refreshedAt = -Infinity;
  }

  /** @param {ComputedStack} stack whose planes are computed anew */
  forget(stack) {
    for (const key of [...this.made.keys()]) if (key.includes(`/${stack.reformat.direction}/`)) this.made.delete(key);
    for (const [pane, look] of this.looks) if (look.stack === stack) pane.plan();
  }

  /**
   * Asks the wire for the slices that are not here, those around the plane looked at first.
   * @param {object} pane
   */
  fetchMissing(pane) {
    const { slices, grid } = this.volume;
    const look = this.looks.get(/** @type {StackPane} */ (pane));
    if (!look || slices.isComplete) return;
    const depth = depthOf(grid, centreOf(planeAt(look.stack.reformat, look.index)));
    const near = grid.at.findIndex((place) => place >= depth);
    const missing = slices.missing(near < 0 ? grid.count - 1 : near);
    if (missing >= 0) this.wire.lookAt(slices.base, missing, 1, pane);
  }

  /** Takes slices that came, not more often than planes can be drawn for them. */
  takeArrivals() {
    const { slices } = this.volume;
    if (slices.isComplete) return;
    const now = performance.now();
    if (now - this.refreshedAt < ARRIVAL) {
      if (this.arrivalTimer) return;
      this.arrivalTimer = window.setTimeout(() => {
        this.arrivalTimer = 0;
        for (const pane of this.looks.keys()) pane.plan();
      }, ARRIVAL);
      return;
    }
    this.refreshedAt = now;
    slices.refresh();
    if (slices.isComplete) this.volume.lendWindows();
    for (const pane of this.looks.keys()) {
      if (slices.isComplete) this.wire.leave?.(pane);
      else this.fetchMissing(pane);
    }
  }

  /** @param {ComputedStack} stack @returns {number} samples of one of its planes */
  samples({ reformat, slab }) {
    const { columns, rows } = reformat.first;
    return columns * rows * slabOffsets(slab?.thickness ?? 0, reformat.step).length;
  }

  /** @param {ComputedStack} stack @returns {number} 1, 2 or 4: what the time allows */
  coarseness(stack) {
    const whole = (this.samples(stack) / 1e6) * this.pace;
    return whole <= BUDGET ? 1 : whole / 4 <= BUDGET ? 2 : 4;
  }

  /** @param {ComputedStack} stack @param {number} coarse @param {number} taken ms */
  learn(stack, coarse, taken) {
    const pace = taken / (this.samples(stack) / 1e6 / (coarse * coarse));
    this.pace = this.pace * 0.8 + pace * 0.2;
  }

  /** @param {ComputedStack} stack @param {number} index @param {number} coarse @returns {Resampling} */
  resampling({ reformat, slab }, index, coarse) {
    const { grid, slices } = this.volume;
    const { columns, rows } = reformat.first;
    return new Resampling(new Int16Array(columns * rows), grid, slices, planeAt(reformat, index), {
      projection: slab?.projection ?? 'max', offsets: slabOffsets(slab?.thickness ?? 0, reformat.step),
    }, coarse);
  }

  /** @param {string} key @param {Int16Array} target @param {number} coarse @returns {Made} */
  keep(key, target, coarse) {
    const { slices } = this.volume;
    /** @type {Made} */
    const made = {
      coarse, revision: slices.revision,
      loaded: {
        kind: 'grey', words: new Uint16Array(target.buffer),
        quality: coarse === 1 && slices.isComplete ? 'diagnostic' : 'preview',
      },
    };
    this.made.delete(key);
    this.made.set(key, made);
    for (const oldest of this.made.keys()) {
      if (this.made.size <= KEPT) break;
      this.made.delete(oldest);
    }
    return made;
  }

  refineAtRest() {
    window.clearTimeout(this.restTimer);
    this.restTimer = window.setTimeout(() => { this.refine(); }, REST);
  }

  /** Computes the fine pictures of what is looked at, a little at a time, until somebody moves again. */
  async refine() {
    const { turn } = this;
    for (const [pane, { stack, index }] of this.looks) {
      const key = stack.frames[index].instance;
      const made = this.made.get(key);
      if (!made || made.coarse === 1 || !pane.element.isConnected) continue;
      const { revision } = this.volume.slices;
      const run = this.resampling(stack, index, 1);
      while (!run.isDone) {
        const until = performance.now() + SLICE;
        while (!run.isDone && performance.now() < until) run.advance(4);
        await new Promise((resolve) => { window.setTimeout(resolve, 0); });
        if (this.turn !== turn || this.volume.slices.revision !== revision) return;
      }
      this.keep(key, run.target, 1);
      pane.plan();
    }
  }
}
