// Where the image lies in its pane: zoom and pan, in CSS pixels.

/**
 * @typedef {object} Placement
 * @property {number} scale CSS pixels per image column
 * @property {number} x of the image's centre, from the pane's centre
 * @property {number} y
 *
 * @typedef {{width: number, height: number}} Size
 */

export const SMALLEST_SCALE = 0.05;
export const LARGEST_SCALE = 32;

/**
 * The image's size on screen at scale 1: rows are stretched when pixels are not square.
 * @param {Size} image columns and rows
 * @param {number[] | null} spacing between rows, between columns
 * @returns {Size}
 */
export function displaySize(image, spacing) {
  const stretch = spacing && spacing[0] > 0 && spacing[1] > 0 ? spacing[0] / spacing[1] : 1;
  return { width: image.width, height: image.height * stretch };
}

/**
 * @param {Size} image display size
 * @param {Size} pane
 * @returns {Placement}
 */
export function fitted(image, pane) {
  const scale = Math.min(pane.width / image.width, pane.height / image.height);
  return { scale: limit(scale), x: 0, y: 0 };
}

/**
 * Zooms so that what lies under a point of the pane stays there.
 * @param {Placement} placement
 * @param {number} factor
 * @param {{x: number, y: number}} point from the pane's centre
 * @returns {Placement}
 */
export function zoomedAt(placement, factor, point) {
  const scale = limit(placement.scale * factor);
  const applied = scale / placement.scale;
  return { scale, x: point.x - (point.x - placement.x) * applied, y: point.y - (point.y - placement.y) * applied };
}

/**
 * @param {Placement} placement
 * @param {number} dx
 * @param {number} dy
 * @returns {Placement}
 */
export function panned(placement, dx, dy) {
  return { scale: placement.scale, x: placement.x + dx, y: placement.y + dy };
}

/**
 * The image column and row under a point of the pane; outside the image they lie outside its size.
 * @param {Placement} placement
 * @param {Size} display display size at scale 1
 * @param {Size} image columns and rows
 * @param {{x: number, y: number}} point from the pane's centre
 * @returns {{column: number, row: number}}
 */
export function pixelAt(placement, display, image, point) {
  return {
    column: Math.floor(((point.x - placement.x) / (placement.scale * display.width) + 0.5) * image.width),
    row: Math.floor(((point.y - placement.y) / (placement.scale * display.height) + 0.5) * image.height),
  };
}

/** @param {number} scale @returns {number} */
function limit(scale) {
  return Math.min(LARGEST_SCALE, Math.max(SMALLEST_SCALE, scale));
}
