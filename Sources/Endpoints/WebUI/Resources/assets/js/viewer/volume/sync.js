// Panes that scroll together: by place in the patient, never by number.

import { areParallel, centreOf, distanceTo, minus, planeOf } from './plane.js';

/**
 * @typedef {import('../../dicomweb/image.js').Frame} Frame
 * @typedef {import('./plane.js').Plane} Plane
 * @typedef {{uid: string, frames: Frame[], base?: {uid: string}}} Placed what of a stack matters here; `base`: what it is computed from
 * @typedef {{index: number, beyond: number}} Follow `beyond`: mm by which the place lies outside the stack; 0 when it has it
 */

/**
 * The space in which a frame's places are told; images without a frame of reference have their series as one.
 * @param {Placed} stack
 * @param {Frame} frame
 * @returns {string}
 */
export function spaceOf(stack, frame) {
  return frame.frameOfReference || `series ${stack.base?.uid ?? stack.uid}`;
}

/**
 * The frame of a stack nearest to a point, among those parallel to `like`.
 * @param {Frame[]} frames
 * @param {number[]} point
 * @param {Plane} like
 * @param {number} current kept where several frames lie at the same place
 * @returns {Follow | null} null when none is parallel
 */
export function nearestFrame(frames, point, like, current) {
  /** @type {{index: number, distance: number}[]} */
  const near = [];
  frames.forEach((frame, index) => {
    const plane = planeOf(frame);
    if (plane && areParallel(plane, like)) near.push({ index, distance: Math.abs(distanceTo(plane, point)) });
  });
  if (near.length === 0) return null;
  const least = Math.min(...near.map(({ distance }) => distance));
  const best = near.filter(({ distance }) => distance < least + 1e-3);
  best.sort((a, b) => Math.abs(a.index - current) - Math.abs(b.index - current));
  return { index: best[0].index, beyond: beyond(near.map(({ distance }) => distance), least) };
}

/**
 * A place further from the nearest slice than half the usual step is outside.
 * @param {number[]} distances
 * @param {number} least
 */
function beyond(distances, least) {
  const sorted = [...new Set(distances.map((distance) => Math.round(distance * 100) / 100))].sort((a, b) => a - b);
  const step = sorted.length > 1 ? sorted[1] - sorted[0] : 0;
  const reach = Math.max(step, 1) * 0.75;
  return least > reach ? least : 0;
}

/** What corresponds between panes of different frames of reference, or where a doctor says so: shifts in mm. */
export class Alignment {
  constructor() {
    /** @type {Map<string, number[]>} by stack: what to add to its places to reach the common space */
    this.shifts = new Map();
  }

  /** @param {Placed} stack @param {Frame} frame @returns {string[]} a stack's own shift comes before its space's */
  keys(stack, frame) {
    return [`stack ${stack.uid}`, spaceOf(stack, frame)];
  }

  /** @param {Placed} stack @param {Frame} frame @returns {number[] | null} */
  shiftOf(stack, frame) {
    for (const key of this.keys(stack, frame)) {
      const shift = this.shifts.get(key);
      if (shift) return shift;
    }
    return null;
  }

  /**
   * What to add to a place of `from` to get the place in `to`; null when nobody has said how they correspond.
   * @param {Placed} from @param {Frame} fromFrame
   * @param {Placed} to @param {Frame} toFrame
   * @returns {number[] | null}
   */
  shiftBetween(from, fromFrame, to, toFrame) {
    const [a, b] = [this.shiftOf(from, fromFrame), this.shiftOf(to, toFrame)];
    if (a && b) return minus(a, b);
    return spaceOf(from, fromFrame) === spaceOf(to, toFrame) ? [0, 0, 0] : null;
  }

  /**
   * What two panes show now is the same place.
   * @param {Placed} from @param {Frame} fromFrame
   * @param {Placed} to @param {Frame} toFrame
   * @param {boolean} [isOwn] for this stack alone, though others of its space stay where they are
   * @returns {boolean} whether their planes are parallel enough
   */
  join(from, fromFrame, to, toFrame, isOwn = false) {
    const [a, b] = [planeOf(fromFrame), planeOf(toFrame)];
    if (!a || !b || !areParallel(a, b)) return false;
    let base = this.shiftOf(from, fromFrame);
    if (!base) {
      base = [0, 0, 0];
      this.shifts.set(spaceOf(from, fromFrame), base);
    }
    // Only along the normal: what lies beside is not scrolled.
    const distance = distanceTo(b, centreOf(a));
    const shift = base.map((value, axis) => value + b.normal[axis] * distance);
    this.shifts.set(this.keys(to, toFrame)[isOwn ? 0 : 1], shift);
    return true;
  }

  clear() {
    this.shifts.clear();
  }
}

/**
 * The frame a stack shows when another moved.
 * @param {Alignment} alignment
 * @param {Placed} leader @param {Frame} frame what it shows
 * @param {Placed} follower @param {number} current
 * @returns {Follow | null} null when they don't correspond
 */
export function follow(alignment, leader, frame, follower, current) {
  const plane = planeOf(frame);
  const shown = follower.frames[current];
  if (!plane || !shown) return null;
  const shift = alignment.shiftBetween(leader, frame, follower, shown);
  if (!shift) return null;
  const point = centreOf(plane).map((value, axis) => value + shift[axis]);
  return nearestFrame(follower.frames, point, plane, current);
}
