// The kinds of measurements: how each is drawn, edited and counted.

import {
  bounds, crossing, distance, ellipseOf, ellipseOutline, rectangleOf, withCrossing,
} from './geometry.js';

/**
 * @typedef {import('./physical.js').Point} Point
 * @typedef {import('./physical.js').Scale} Scale
 * @typedef {'length' | 'bidirectional' | 'angle' | 'cobb' | 'rectangle' | 'ellipse' | 'freehand' | 'probe' | 'arrow' | 'text'
 *   | 'calibration'} Kind
 *
 * @typedef {object} Result one number, as it is said and saved
 * @property {string} name length, longAxis, shortAxis, angle, cobb, area, mean, deviation, minimum, maximum, value, time,
 *   velocity, depth, frequency
 * @property {number} value
 * @property {string} unit UCUM
 *
 * @typedef {object} Measurement
 * @property {string} id a UID: the measurement's own, for life
 * @property {Kind} kind
 * @property {string} instance
 * @property {number} frame from 1
 * @property {Point[]} points
 * @property {string} text
 * @property {number | null} known mm, of a calibration line
 * @property {Result[]} results
 * @property {{center: number, width: number, inverted: boolean} | null} window how it was seen when it was drawn
 * @property {number[] | null} area of the image that was on the screen: left, top, right, bottom
 * @property {string} by display name of who drew it; '' for the reader at this page
 */

/** @type {Kind[]} in the order of the tool bar */
export const KINDS = [
  'length', 'bidirectional', 'angle', 'cobb', 'rectangle', 'ellipse', 'freehand', 'probe', 'arrow', 'text', 'calibration',
];

/** Points of each stroke: a stroke begins where the button is pressed, its other points follow the pointer. */
const STROKES = /** @type {{[kind in Kind]: number[]}} */ ({
  length: [2], bidirectional: [2], angle: [3], cobb: [2, 2], rectangle: [2], ellipse: [2], freehand: [2], probe: [1], arrow: [2],
  text: [1], calibration: [2],
});

/** @param {Kind} kind @returns {number[]} */
export function strokesOf(kind) {
  return STROKES[kind];
}

/**
 * Regions have statistics.
 * @param {Kind} kind
 */
export function isRegion(kind) {
  return kind === 'rectangle' || kind === 'ellipse' || kind === 'freehand';
}

/**
 * How many points a finished one has; null: any number from three on.
 * @param {Kind} kind
 * @returns {number | null}
 */
export function pointCount(kind) {
  if (kind === 'freehand') return null;
  if (kind === 'rectangle' || kind === 'ellipse' || kind === 'bidirectional') return 4;
  return STROKES[kind].reduce((sum, count) => sum + count, 0);
}

/**
 * A measurement's points from those that were placed by hand.
 * @param {Kind} kind
 * @param {Point[]} placed
 * @param {Scale} scale
 * @returns {Point[]}
 */
export function shaped(kind, placed, scale) {
  if (kind === 'rectangle') return rectangleOf(placed[0], placed[1]);
  if (kind === 'ellipse') return ellipseOf(placed[0], placed[1]);
  if (kind === 'bidirectional') {
    const half = distance(placed[0], placed[1], scale) / 4;
    return withCrossing(placed[0], placed[1], { at: 0.5, before: -half, after: half }, scale);
  }
  return placed;
}

/**
 * The points after one handle was moved.
 * @param {Kind} kind
 * @param {Point[]} points
 * @param {number} index
 * @param {Point} to
 * @param {Scale} scale
 * @returns {Point[]}
 */
export function reshaped(kind, points, index, to, scale) {
  if (kind === 'rectangle') return rectangleOf(points[(index + 2) % 4], to);
  if (kind === 'ellipse') {
    const [least, most] = bounds(points);
    const moved = points[index];
    const other = points[index ^ 1];
    const isAcross = Math.abs(moved.column - other.column) >= Math.abs(moved.row - other.row);
    return isAcross
      ? ellipseOf({ column: to.column, row: least.row }, { column: other.column, row: most.row })
      : ellipseOf({ column: least.column, row: to.row }, { column: most.column, row: other.row });
  }
  if (kind === 'bidirectional') {
    const cross = crossing(points, scale);
    if (index < 2) return withCrossing(index === 0 ? to : points[0], index === 1 ? to : points[1], cross, scale);
    const wanted = crossing([points[0], points[1], to, to], scale);
    const changed = { at: wanted.at, before: index === 2 ? wanted.before : cross.before, after: index === 3 ? wanted.after : cross.after };
    return withCrossing(points[0], points[1], changed, scale);
  }
  return points.map((point, each) => (each === index ? to : point));
}

/** @param {Point[]} points @param {number} columns @param {number} rows @returns {Point[]} */
export function moved(points, columns, rows) {
  return points.map((point) => ({ column: point.column + columns, row: point.row + rows }));
}

/**
 * The longer axis first, whichever was drawn first.
 * @param {Kind} kind
 * @param {Point[]} points
 * @param {Scale} scale
 * @returns {Point[]}
 */
export function ordered(kind, points, scale) {
  if (kind !== 'bidirectional' || points.length < 4) return points;
  const [a, b, c, d] = points;
  return distance(c, d, scale) > distance(a, b, scale) ? [c, d, a, b] : points;
}

/**
 * The lines that are drawn, each a row of points.
 * @param {Kind} kind
 * @param {Point[]} points
 * @returns {Point[][]}
 */
export function outlines(kind, points) {
  if (kind === 'ellipse') return points.length === 4 ? [ellipseOutline(points)] : [];
  if (kind === 'rectangle' || kind === 'freehand') return points.length > 1 ? [[...points, points[0]]] : [];
  if (kind === 'bidirectional' || kind === 'cobb') return [points.slice(0, 2), points.slice(2, 4)].filter((line) => line.length === 2);
  return points.length > 1 ? [points] : [];
}

/**
 * Points to take hold of; a freehand outline is moved as a whole.
 * @param {Measurement} measurement
 * @returns {Point[]}
 */
export function handles(measurement) {
  return measurement.kind === 'freehand' ? [] : measurement.points;
}

/**
 * Coordinates as they are saved: SCOORD has single precision, and what is reopened must be what was drawn.
 * @param {Point[]} points
 * @returns {Point[]}
 */
export function storable(points) {
  return points.map(({ column, row }) => ({ column: Math.fround(column), row: Math.fround(row) }));
}

/**
 * Whether it is too small to have been meant.
 * @param {Kind} kind
 * @param {Point[]} points
 */
export function isEmpty(kind, points) {
  if (pointCount(kind) === 1) return points.length < 1;
  if (kind === 'freehand' && points.length < 3) return true;
  const [least, most] = bounds(points);
  const [wide, high] = [most.column - least.column, most.row - least.row];
  return isRegion(kind) ? wide < 0.5 || high < 0.5 : Math.hypot(wide, high) < 0.5;
}
