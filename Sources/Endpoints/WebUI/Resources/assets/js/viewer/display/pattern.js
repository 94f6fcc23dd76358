// A test pattern after TG18-QC and SMPTE RP 133, drawn pixel by pixel: greys, faint letters, fine lines, ramps.

/** @typedef {{x: number, y: number, width: number, height: number}} Box */

/** The levels of the patches, from black to white. */
export const PATCHES = Array.from({ length: 16 }, (_, index) => Math.round((index * 255) / 15));

/**
 * Where the patches lie: a ring of sixteen around the middle, clockwise from the top left.
 * @param {number} size of the square pattern, in pixels
 * @returns {Box[]}
 */
export function patchBoxes(size) {
  const side = Math.floor(size * 0.115);
  const from = Math.floor((size - 5 * side) / 2);
  // Columns and rows of a five by five grid, without its inner nine.
  /** @type {[number, number][]} */
  const ring = [[0, 0], [1, 0], [2, 0], [3, 0], [4, 0], [4, 1], [4, 2], [4, 3], [4, 4], [3, 4], [2, 4], [1, 4], [0, 4], [0, 3], [0, 2], [0, 1]];
  return ring.map(([column, row]) => ({ x: from + column * side, y: from + row * side, width: side, height: side }));
}

/** @param {number} grey @returns {string} */
function css(grey) {
  return `rgb(${grey} ${grey} ${grey})`.replace(/ /g, ',');
}

/**
 * @param {CanvasRenderingContext2D} context of a canvas with one pixel for each of the screen's
 * @param {number} width
 * @param {number} height
 */
export function drawPattern(context, width, height) {
  context.fillStyle = css(128);
  context.fillRect(0, 0, width, height);
  crossHatch(context, width, height);
  const size = Math.min(width, height);
  context.save();
  context.translate(Math.floor((width - size) / 2), Math.floor((height - size) / 2));
  patches(context, size);
  ends(context, size);
  letters(context, size);
  ramps(context, size);
  lines(context, size);
  context.restore();
  context.strokeStyle = '#fff';
  context.lineWidth = 1;
  context.strokeRect(0.5, 0.5, width - 1, height - 1);
  context.strokeRect(4.5, 4.5, width - 9, height - 9);
}

/**
 * Straight and square all over?
 * @param {CanvasRenderingContext2D} context
 * @param {number} width
 * @param {number} height
 */
function crossHatch(context, width, height) {
  const step = Math.floor(Math.min(width, height) / 12);
  context.fillStyle = css(178);
  for (let x = Math.floor((width / 2) % step); x < width; x += step) context.fillRect(x, 0, 1, height);
  for (let y = Math.floor((height / 2) % step); y < height; y += step) context.fillRect(0, y, width, 1);
}

/**
 * Sixteen greys, each with two faint corners 4 levels off.
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 */
function patches(context, size) {
  patchBoxes(size).forEach(({ x, y, width, height }, index) => {
    const level = PATCHES[index];
    context.fillStyle = css(level);
    context.fillRect(x, y, width, height);
    const faint = Math.floor(width / 5);
    const inset = Math.floor(width / 10);
    context.fillStyle = css(Math.max(0, level - 4));
    context.fillRect(x + inset, y + inset, faint, faint);
    context.fillStyle = css(Math.min(255, level + 4));
    context.fillRect(x + width - inset - faint, y + height - inset - faint, faint, faint);
  });
}

/**
 * 5 % in black, 95 % in white.
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 */
function ends(context, size) {
  const side = Math.floor(size * 0.1);
  const y = Math.floor(size / 2 - side / 2);
  const pairs = [[0, 13, -1], [255, 242, 1]];
  for (const [outer, inner, direction] of pairs) {
    const x = Math.floor(size / 2 + (direction < 0 ? -side * 1.2 : side * 0.2));
    context.fillStyle = css(outer);
    context.fillRect(x, y, side, side);
    context.fillStyle = css(inner);
    context.fillRect(x + Math.floor(side / 4), y + Math.floor(side / 4), Math.floor(side / 2), Math.floor(side / 2));
  }
}

/**
 * Letters that fade, on dark, middle and light.
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 */
function letters(context, size) {
  const words = 'QUALITY CONTROL';
  const width = Math.floor(size * 0.28);
  const height = Math.floor(size * 0.055);
  [0, 128, 255].forEach((ground, row) => {
    const x = Math.floor(size * 0.03 + row * (size * 0.33));
    const y = Math.floor(size * 0.9);
    context.fillStyle = css(ground);
    context.fillRect(x, y, width, height);
    context.font = `600 ${Math.floor(height * 0.5)}px sans-serif`;
    context.textBaseline = 'middle';
    [...words].forEach((letter, index) => {
      const contrast = 15 - index;
      context.fillStyle = css(ground === 255 ? 255 - contrast : ground + contrast);
      context.fillText(letter, x + ((index + 0.5) * width) / (words.length + 1), y + height / 2);
    });
  });
}

/**
 * Every one of 256 greys, both ways: no steps, no bands.
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 */
function ramps(context, size) {
  const height = Math.floor(size * 0.035);
  const width = Math.floor(size * 0.62);
  const x = Math.floor((size - width) / 2);
  for (let column = 0; column < width; column += 1) {
    const level = Math.floor((column * 256) / width);
    context.fillStyle = css(level);
    context.fillRect(x + column, Math.floor(size * 0.06), 1, height);
    context.fillStyle = css(255 - level);
    context.fillRect(x + column, Math.floor(size * 0.06) + height, 1, height);
  }
}

/**
 * Lines one and two pixels wide, at the middle and the corners.
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 */
function lines(context, size) {
  const side = Math.floor(size * 0.05);
  const places = [[0.02, 0.02], [0.88, 0.02], [0.02, 0.77], [0.88, 0.77], [0.45, 0.335]];
  for (const [left, top] of places) {
    const x = Math.floor(size * left);
    const y = Math.floor(size * top);
    for (const [index, wide] of [1, 2].entries()) {
      const from = y + index * Math.floor(side * 1.1);
      context.fillStyle = '#000';
      context.fillRect(x, from, side * 2 + 2, side);
      context.fillStyle = '#fff';
      for (let at = 0; at < side; at += 2 * wide) {
        context.fillRect(x + at, from, wide, side);
        context.fillRect(x + side + 2, from + at, side, wide);
      }
    }
  }
}
