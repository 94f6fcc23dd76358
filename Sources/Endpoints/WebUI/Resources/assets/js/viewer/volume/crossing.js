// Where one image's plane cuts another image: reference lines.

import { distanceTo, moved, toImage, toPatient } from './plane.js';

/**
 * @typedef {import('./plane.js').Plane} Plane
 * @typedef {import('./plane.js').ImagePoint} ImagePoint
 * @typedef {{from: ImagePoint, to: ImagePoint}} Line
 */

/** Planes nearer to parallel than this (sine of 3°) cut each other nowhere useful. */
const FLAT = 0.05;

/**
 * The line in `target`'s image where `plane`'s image, moved along its own normal by `offset` mm, passes through it.
 * @param {Plane} plane
 * @param {Plane} target
 * @param {number} [offset]
 * @returns {Line | null} null when they do not meet
 */
export function crossingLine(plane, target, offset = 0) {
  const cosine = plane.normal[0] * target.normal[0] + plane.normal[1] * target.normal[1] + plane.normal[2] * target.normal[2];
  if (1 - cosine * cosine < FLAT * FLAT) return null;
  const { columns, rows } = plane;
  const corners = [[0, 0], [columns, 0], [columns, rows], [0, rows]]
    .map(([column, row]) => moved(toPatient(plane, { column, row }), plane.normal, offset));
  const sides = corners.map((corner) => distanceTo(target, corner));
  /** @type {ImagePoint[]} */
  const ends = [];
  for (let index = 0; index < 4; index += 1) {
    const next = (index + 1) % 4;
    const [a, b] = [sides[index], sides[next]];
    if ((a < 0) === (b < 0)) continue;
    const share = a / (a - b);
    ends.push(toImage(target, corners[index].map((value, axis) => value + (corners[next][axis] - value) * share)));
  }
  return ends.length === 2 ? clipped({ from: ends[0], to: ends[1] }, target.columns, target.rows) : null;
}

/**
 * The part of a line within an image (Liang and Barsky).
 * @param {Line} line
 * @param {number} columns
 * @param {number} rows
 * @returns {Line | null}
 */
export function clipped({ from, to }, columns, rows) {
  const dx = to.column - from.column;
  const dy = to.row - from.row;
  let [first, last] = [0, 1];
  for (const [step, room] of [[-dx, from.column], [dx, columns - from.column], [-dy, from.row], [dy, rows - from.row]]) {
    if (step === 0) {
      if (room < 0) return null;
    } else if (step < 0) {
      first = Math.max(first, room / step);
    } else {
      last = Math.min(last, room / step);
    }
  }
  if (first > last) return null;
  return {
    from: { column: from.column + dx * first, row: from.row + dy * first },
    to: { column: from.column + dx * last, row: from.row + dy * last },
  };
}
