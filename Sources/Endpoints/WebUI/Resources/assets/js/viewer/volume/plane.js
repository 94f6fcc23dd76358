// An image as a plane in the patient (PS3.3 C.7.6.2.1.1), in mm; x runs to the left, y to the back, z to the head.

/**
 * @typedef {import('../../dicomweb/image.js').Frame} Frame
 * @typedef {{column: number, row: number}} ImagePoint continuous; (0, 0) is the corner of the first pixel, (0.5, 0.5) its centre
 *
 * @typedef {object} Plane
 * @property {number[]} origin the centre of the first pixel
 * @property {number[]} across the direction in which columns are counted; a unit vector, as the next two
 * @property {number[]} down the direction in which rows are counted
 * @property {number[]} normal across × down
 * @property {number} columnStep mm from one column to the next
 * @property {number} rowStep mm from one row to the next
 * @property {number} columns
 * @property {number} rows
 */

/** What scanners round away; directions further from a right angle than this are wrong (cosine). */
const SKEW = 0.02;
/** Planes that scroll together may differ by 25°. */
const PARALLEL = Math.cos((25 * Math.PI) / 180);

/** @param {number[]} a @param {number[]} b @returns {number} */
export function dot(a, b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** @param {number[]} a @param {number[]} b @returns {number[]} */
export function cross(a, b) {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** @param {number[]} a @param {number[]} b @returns {number[]} */
export function minus(a, b) {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

/** @param {number[]} point @param {number[]} direction @param {number} distance @returns {number[]} */
export function moved(point, direction, distance) {
  return [point[0] + direction[0] * distance, point[1] + direction[1] * distance, point[2] + direction[2] * distance];
}

/** @param {number[]} a @returns {number[]} of length 1, or of length 0 where there is no direction */
export function unit(a) {
  const length = Math.sqrt(dot(a, a));
  return length > 0 ? [a[0] / length, a[1] / length, a[2] / length] : [0, 0, 0];
}

/**
 * Where a frame lies; null when it does not say so, or says what cannot be.
 * @param {Frame} frame
 * @returns {Plane | null}
 */
export function planeOf(frame) {
  const { position, orientation, spacing, format } = frame;
  if (!position || !orientation || !spacing || !(spacing[0] > 0) || !(spacing[1] > 0)) return null;
  const across = unit(orientation.slice(0, 3));
  const down = unit(orientation.slice(3, 6));
  const normal = unit(cross(across, down));
  if (dot(across, across) === 0 || dot(normal, normal) === 0 || Math.abs(dot(across, down)) > SKEW) return null;
  return {
    origin: position, across, down, normal, columnStep: spacing[1], rowStep: spacing[0], columns: format.columns, rows: format.rows,
  };
}

/** @param {Plane} plane @param {ImagePoint} point @returns {number[]} */
export function toPatient(plane, { column, row }) {
  return moved(moved(plane.origin, plane.across, (column - 0.5) * plane.columnStep), plane.down, (row - 0.5) * plane.rowStep);
}

/**
 * The foot of a point's perpendicular on a plane, in the plane's image.
 * @param {Plane} plane
 * @param {number[]} point
 * @returns {ImagePoint}
 */
export function toImage(plane, point) {
  const from = minus(point, plane.origin);
  return { column: dot(from, plane.across) / plane.columnStep + 0.5, row: dot(from, plane.down) / plane.rowStep + 0.5 };
}

/** @param {Plane} plane @param {number[]} point @returns {number} mm along the normal, with sign */
export function distanceTo(plane, point) {
  return dot(minus(point, plane.origin), plane.normal);
}

/** @param {Plane} plane @returns {number[]} the middle of the image */
export function centreOf(plane) {
  return toPatient(plane, { column: plane.columns / 2, row: plane.rows / 2 });
}

/** @param {Plane} a @param {Plane} b @returns {boolean} whether scrolling one means scrolling the other */
export function areParallel(a, b) {
  return Math.abs(dot(a.normal, b.normal)) >= PARALLEL;
}

/** @param {Plane} plane @param {ImagePoint} point @returns {boolean} */
export function isInside(plane, { column, row }) {
  return column >= 0 && row >= 0 && column <= plane.columns && row <= plane.rows;
}
