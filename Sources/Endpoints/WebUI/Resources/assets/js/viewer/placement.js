// Where the image lies in its pane: zoom, pan, turns and mirroring, in CSS pixels.

/**
 * @typedef {object} Placement
 * @property {number} scale CSS pixels per image column
 * @property {number} x of the image's centre, from the pane's centre
 * @property {number} y
 *
 * @typedef {object} Orientation how the image is turned on the screen: mirrored first, then turned
 * @property {number} turns quarter turns clockwise, 0 to 3
 * @property {boolean} isMirrored left and right exchanged
 *
 * @typedef {{width: number, height: number}} Size
 * @typedef {{x: number, y: number}} Point
 * @typedef {{column: number, row: number}} Place continuous; (0, 0) is the top left corner of the top left pixel
 */

export const SMALLEST_SCALE = 0.02;
export const LARGEST_SCALE = 64;

/** @type {Orientation} */
export const UPRIGHT = Object.freeze({ turns: 0, isMirrored: false });

/**
 * The image's size at scale 1, unturned: rows are stretched when pixels are not square.
 * @param {Size} image columns and rows
 * @param {number[] | null} aspect the pixel's height and width, in any unit: spacing or PixelAspectRatio (0028,0034)
 * @returns {Size}
 */
export function displaySize(image, aspect) {
  const stretch = aspect && aspect[0] > 0 && aspect[1] > 0 ? aspect[0] / aspect[1] : 1;
  return { width: image.width, height: image.height * stretch };
}

/** @param {Size} size @param {Orientation} orientation @returns {Size} the size on the screen */
export function turnedSize(size, orientation) {
  return orientation.turns % 2 === 0 ? size : { width: size.height, height: size.width };
}

/**
 * @param {Size} image display size, turned
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
 * @param {Point} point from the pane's centre
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
 * One more quarter turn of what is on the screen.
 * @param {Orientation} orientation
 * @param {1 | -1} direction 1: clockwise
 * @returns {Orientation}
 */
export function turned(orientation, direction) {
  return { turns: (orientation.turns + direction + 4) % 4, isMirrored: orientation.isMirrored };
}

/**
 * Mirrors what is on the screen, whatever way it is turned.
 * @param {Orientation} orientation
 * @param {'horizontal' | 'vertical'} direction horizontal: left and right change places
 * @returns {Orientation}
 */
export function mirrored(orientation, direction) {
  // A mirror before a turn is the opposite turn before the mirror; upside down is left-right and half a turn.
  const turns = (4 - orientation.turns + (direction === 'vertical' ? 2 : 0)) % 4;
  return { turns, isMirrored: !orientation.isMirrored };
}

/**
 * A direction within the image (to the right, down) as a direction on the screen.
 * @param {Orientation} orientation
 * @param {Point} direction
 * @returns {Point}
 */
export function oriented(orientation, { x, y }) {
  const across = orientation.isMirrored ? -x : x;
  switch (orientation.turns) {
    case 1: return { x: -y, y: across };
    case 2: return { x: -across, y: -y };
    case 3: return { x: y, y: -across };
    default: return { x: across, y };
  }
}

/** @param {Orientation} orientation @param {Point} direction @returns {Point} undoes `oriented` */
export function unoriented(orientation, { x, y }) {
  /** @type {Point} */
  let back = { x, y };
  if (orientation.turns === 1) back = { x: y, y: -x };
  else if (orientation.turns === 2) back = { x: -x, y: -y };
  else if (orientation.turns === 3) back = { x: -y, y: x };
  return { x: orientation.isMirrored ? -back.x : back.x, y: back.y };
}

/**
 * The way between image coordinates and the pane's CSS pixels (from its top left corner).
 * @param {Size} image columns and rows
 * @param {Size} display at scale 1, unturned
 * @param {Placement} placement
 * @param {Orientation} orientation
 * @param {Size} pane
 * @returns {{toScreen: (place: Place) => Point, toImage: (point: Point) => Place}}
 */
export function mapping(image, display, placement, orientation, pane) {
  const centreX = pane.width / 2 + placement.x;
  const centreY = pane.height / 2 + placement.y;
  const across = (placement.scale * display.width) / image.width;
  const down = (placement.scale * display.height) / image.height;
  return {
    toScreen: ({ column, row }) => {
      const at = oriented(orientation, { x: (column - image.width / 2) * across, y: (row - image.height / 2) * down });
      return { x: at.x + centreX, y: at.y + centreY };
    },
    toImage: ({ x, y }) => {
      const at = unoriented(orientation, { x: x - centreX, y: y - centreY });
      return { column: at.x / across + image.width / 2, row: at.y / down + image.height / 2 };
    },
  };
}

/** @param {number} scale @returns {number} */
function limit(scale) {
  return Math.min(LARGEST_SCALE, Math.max(SMALLEST_SCALE, scale));
}
