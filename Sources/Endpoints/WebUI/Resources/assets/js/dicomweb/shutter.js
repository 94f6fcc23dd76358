// Display shutters (PS3.3 C.7.6.11): what lies outside is not shown.

import { Tag, functionalGroup, number, numbers } from './dataset.js';

/**
 * @typedef {import('./dataset.js').DataSet} DataSet
 *
 * @typedef {object} Shutter rows and columns from 1, as DICOM counts
 * @property {{left: number, right: number, top: number, bottom: number} | null} rectangle
 * @property {{row: number, column: number, radius: number} | null} circle
 * @property {{row: number, column: number}[]} polygon empty without one
 * @property {number} grey of what is outside, 0 to 255
 */

/**
 * @param {DataSet} data
 * @returns {Shutter | null} of the whole object; a frame's own are in its functional groups
 */
export function shutterOf(data) {
  const group = functionalGroup(data, 1, Tag.FrameDisplayShutter);
  const source = group && group[Tag.ShutterShape] ? group : data;
  const shapes = (source[Tag.ShutterShape]?.Value ?? []).map(String);
  if (shapes.length === 0) return null;
  const edges = [Tag.ShutterLeft, Tag.ShutterRight, Tag.ShutterUpper, Tag.ShutterLower].map((tag) => number(source, tag));
  const [left, right, top, bottom] = edges;
  const centre = numbers(source, Tag.ShutterCentre);
  const radius = number(source, Tag.ShutterRadius);
  const vertices = numbers(source, Tag.ShutterVertices);
  const polygon = [];
  for (let index = 0; index + 1 < vertices.length; index += 2) polygon.push({ row: vertices[index], column: vertices[index + 1] });
  const isRectangle = shapes.includes('RECTANGULAR') && left !== null && right !== null && top !== null && bottom !== null;
  return {
    rectangle: isRectangle ? { left: left ?? 0, right: right ?? 0, top: top ?? 0, bottom: bottom ?? 0 } : null,
    circle: shapes.includes('CIRCULAR') && centre.length === 2 && radius !== null
      ? { row: centre[0], column: centre[1], radius } : null,
    polygon: shapes.includes('POLYGONAL') && polygon.length > 2 ? polygon : [],
    grey: Math.round(((number(source, Tag.ShutterValue) ?? 0) / 65535) * 255),
  };
}

/**
 * @param {Shutter} shutter
 * @param {number} row from 1
 * @param {number} column
 * @param {number} stretch a pixel's height by its width: the radius counts pixels along a row
 * @returns {boolean} inside of every shape
 */
export function isInside(shutter, row, column, stretch) {
  const { rectangle, circle, polygon } = shutter;
  if (rectangle && (column < rectangle.left || column > rectangle.right || row < rectangle.top || row > rectangle.bottom)) return false;
  if (circle) {
    const dx = column - circle.column;
    const dy = (row - circle.row) * stretch;
    if (dx * dx + dy * dy > circle.radius * circle.radius) return false;
  }
  return polygon.length === 0 || isInPolygon(polygon, row, column);
}

/** @param {{row: number, column: number}[]} polygon @param {number} row @param {number} column @returns {boolean} on an edge too */
function isInPolygon(polygon, row, column) {
  let inside = false;
  for (let index = 0, before = polygon.length - 1; index < polygon.length; before = index, index += 1) {
    const a = polygon[index];
    const b = polygon[before];
    const cross = (column - a.column) * (b.row - a.row) - (row - a.row) * (b.column - a.column);
    const within = Math.min(a.row, b.row) <= row && row <= Math.max(a.row, b.row)
      && Math.min(a.column, b.column) <= column && column <= Math.max(a.column, b.column);
    if (cross === 0 && within) return true;
    if ((a.row > row) !== (b.row > row) && column < ((b.column - a.column) * (row - a.row)) / (b.row - a.row) + a.column) inside = !inside;
  }
  return inside;
}

/**
 * Every pixel: 1 inside, 0 outside.
 * @param {Shutter} shutter
 * @param {number} rows
 * @param {number} columns
 * @param {number} stretch
 * @returns {Uint8Array}
 */
export function shutterMask(shutter, rows, columns, stretch) {
  const mask = new Uint8Array(rows * columns);
  for (let row = 1, at = 0; row <= rows; row += 1) {
    for (let column = 1; column <= columns; column += 1, at += 1) mask[at] = isInside(shutter, row, column, stretch) ? 1 : 0;
  }
  return mask;
}
