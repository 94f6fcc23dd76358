// The slices of a volume, used where the frame source keeps them.

import { rangeOf, valuesOf } from './values.js';

/**
 * @typedef {import('../frame-loader.js').Stack} Stack
 * @typedef {import('../frame-loader.js').FrameSource} FrameSource
 * @typedef {import('../frame-loader.js').Loaded} Loaded
 * @typedef {import('../../dicomweb/image.js').Frame} Frame
 * @typedef {import('./lines.js').Values} Values
 * @typedef {{slope: number, intercept: number}} Scale from words to modality values
 */

/** Words of planes are signed; larger stored values are shifted down by this. */
const SHIFT = 32768;

/**
 * The scale of the words that planes are made of: the slices' own where they agree, one that holds them all otherwise
 * (positron emission: a scale for each slice).
 * @param {Frame[]} frames
 * @returns {Scale}
 */
export function commonScale(frames) {
  const [first] = frames;
  if (frames.every(({ slope, intercept }) => slope === first.slope && intercept === first.intercept)) {
    const shift = rangeOf(first.format)[1] > 32767 ? SHIFT : 0;
    return { slope: first.slope, intercept: first.intercept + shift * first.slope };
  }
  let [least, most] = [Infinity, -Infinity];
  for (const { slope, intercept, format } of frames) {
    for (const value of rangeOf(format)) {
      least = Math.min(least, value * slope + intercept);
      most = Math.max(most, value * slope + intercept);
    }
  }
  const slope = (most - least) / 65000;
  return { slope, intercept: (most + least) / 2 };
}

export class HeldSlices {
  /**
   * @param {FrameSource} wire
   * @param {Stack} base
   * @param {number[]} indices the frames that are the slices
   */
  constructor(wire, base, indices) {
    this.wire = wire;
    this.base = base;
    this.indices = indices;
    /** @type {(Loaded | undefined)[]} */
    this.held = indices.map(() => undefined);
    /** @type {(Values | null)[]} */
    this.images = indices.map(() => null);
    this.count = 0;
    this.isComplete = false;
    this.common = commonScale(indices.map((index) => base.frames[index]));
    /** Rises whenever other pixels are here. */
    this.revision = 0;
  }

  /** Takes what has come since. */
  refresh() {
    if (this.isComplete) return;
    let [count, changed] = [0, false];
    this.indices.forEach((index, slice) => {
      const before = this.held[slice];
      const loaded = before ?? this.arrived(index);
      if (loaded !== before) {
        changed = true;
        this.held[slice] = loaded;
        this.images[slice] = loaded?.kind === 'grey' ? valuesOf(loaded.words, this.base.frames[index].format) : null;
      }
      if (this.images[slice]) count += 1;
    });
    this.count = count;
    this.isComplete = count === this.indices.length;
    if (changed) this.revision += 1;
  }

  /** Lets go of them: nobody looks at the volume now. */
  release() {
    this.held.fill(undefined);
    this.images.fill(null);
    this.count = 0;
    this.isComplete = false;
    this.revision += 1;
  }

  /** @returns {number} how many slices the wire could not bring */
  get failed() {
    return this.indices.filter((index, slice) => !this.images[slice] && this.wire.failure(this.base, index) !== null).length;
  }

  /**
   * A slice that is here whole; planes are not made of previews.
   * @param {number} index
   * @returns {Loaded | undefined}
   */
  arrived(index) {
    if (this.wire.isLoaded && !this.wire.isLoaded(this.base, index)) return undefined;
    const loaded = this.wire.loaded(this.base, index);
    return loaded?.quality === 'diagnostic' ? loaded : undefined;
  }

  /** @param {number} near @returns {number} the frame to fetch next: the nearest that is not here; -1 with all of them */
  missing(near) {
    let best = -1;
    this.images.forEach((image, slice) => {
      if (!image && (best < 0 || Math.abs(slice - near) < Math.abs(best - near))) best = slice;
    });
    return best < 0 ? -1 : this.indices[best];
  }

  /** @param {number} index @returns {Loaded | undefined} the slice as it came, by its frame in the stack */
  loaded(index) {
    return this.held[this.indices.indexOf(index)];
  }

  /** @param {number} slice @returns {Values | null} */
  values(slice) {
    return this.images[slice];
  }

  /** @param {number} slice @returns {number} */
  scale(slice) {
    return this.base.frames[this.indices[slice]].slope / this.common.slope;
  }

  /** @param {number} slice @returns {number} */
  bias(slice) {
    return (this.base.frames[this.indices[slice]].intercept - this.common.intercept) / this.common.slope;
  }
}
