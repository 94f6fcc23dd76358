// A measurement while it is being drawn: by dragging, or by one click after another.

import { simplified } from './geometry.js';
import { isEmpty, shaped, strokesOf } from './kinds.js';

/**
 * @typedef {import('./physical.js').Point} Point
 * @typedef {import('./physical.js').Scale} Scale
 * @typedef {import('./kinds.js').Kind} Kind
 */

/** An outline of more points says no more. */
const MOST_POINTS = 400;

export class Sketch {
  /**
   * @param {Kind} kind
   * @param {(points: Point[]) => Scale} scaleOf
   */
  constructor(kind, scaleOf) {
    this.kind = kind;
    this.scaleOf = scaleOf;
    /** @type {Point[]} those that stay */
    this.placed = [];
    /** @type {Point | null} the one under the pointer */
    this.free = null;
  }

  /** How many points the strokes up to the one being drawn have. */
  get strokeEnd() {
    let end = 0;
    for (const count of strokesOf(this.kind)) {
      end += count;
      if (this.placed.length < end) break;
    }
    return end;
  }

  get isStrokeBegun() {
    const strokes = strokesOf(this.kind);
    return this.placed.length > this.strokeEnd - strokes[strokes.length - 1] && this.placed.length > 0;
  }

  get isDone() {
    return this.placed.length >= strokesOf(this.kind).reduce((sum, count) => sum + count, 0);
  }

  /**
   * The button goes down.
   * @param {Point} point
   */
  press(point) {
    if (this.kind === 'freehand' && this.placed.length === 0) {
      this.placed = [point];
      return;
    }
    if (this.isStrokeBegun) this.free = point;
    else {
      this.placed.push(point);
      if (!this.isDone) this.free = point;
    }
  }

  /** @param {Point} point @param {boolean} isPressed */
  move(point, isPressed) {
    if (this.kind === 'freehand') {
      if (isPressed) this.placed.push(point);
      return;
    }
    if (this.isStrokeBegun && !this.isDone) this.free = point;
  }

  /**
   * The button comes up.
   * @param {Point} point
   * @param {boolean} hasMoved a click leaves the point under the pointer, which the next click places
   * @returns {boolean} whether the measurement is whole
   */
  release(point, hasMoved) {
    if (this.kind === 'freehand') return true;
    if (!this.isDone && this.free && hasMoved) {
      this.placed.push(point);
      this.free = null;
    }
    return this.isDone;
  }

  /** @returns {Point[]} the shape as far as it is drawn; fewer points than a whole one has while it is not */
  points() {
    if (this.kind === 'freehand') return this.outline();
    const all = this.free && !this.isDone ? [...this.placed, this.free] : this.placed;
    const needed = strokesOf(this.kind).reduce((sum, count) => sum + count, 0);
    return all.length < needed ? all : shaped(this.kind, all, this.scaleOf(all));
  }

  /** @returns {Point[]} */
  outline() {
    let tolerance = 0.1;
    let points = simplified(this.placed, tolerance);
    while (points.length > MOST_POINTS) {
      tolerance *= 1.6;
      points = simplified(points, tolerance);
    }
    return points;
  }

  get isEmpty() {
    return isEmpty(this.kind, this.points());
  }
}
