// A picture while its window is dragged: only as much of the frame as the screen can show, until the drag rests.

import { imageTransform } from './image-transform.js';
import { paintPixels } from './window.js';

/**
 * @typedef {import('./frame-loader.js').Loaded} Loaded
 * @typedef {import('../dicomweb/image.js').Frame} Frame
 * @typedef {import('./stack-pane.js').View} View
 *
 * @typedef {object} Region of a frame, and how many of its pixels become one
 * @property {number} left
 * @property {number} top
 * @property {number} columns after the reduction
 * @property {number} rows
 * @property {number} across frame columns that become one
 * @property {number} down
 */

/** Smaller frames are drawn whole as fast as the screen takes them. */
const LARGE = 1024 * 1024;

/**
 * What of a frame can be seen, no finer than the screen's pixels.
 * @param {View} view
 * @param {import('./placement.js').Size} pane in CSS pixels
 * @param {number} ratio the screen's pixels to a CSS pixel
 * @returns {Region | null} null where the whole frame is drawn as fast
 */
export function regionOf(view, pane, ratio) {
  const { columns, rows } = view.frame.format;
  if (columns * rows < LARGE) return null;
  const [a, b, c, d] = imageTransform(view);
  const across = Math.max(1, Math.floor(1 / (Math.hypot(a, b) * ratio)));
  const down = Math.max(1, Math.floor(1 / (Math.hypot(c, d) * ratio)));
  const places = [[0, 0], [pane.width, 0], [0, pane.height], [pane.width, pane.height]].map(([x, y]) => view.toImage({ x, y }));
  const [left, right] = span(places.map(({ column }) => column), columns, across);
  const [top, bottom] = span(places.map(({ row }) => row), rows, down);
  const region = { left, top, across, down, columns: Math.ceil((right - left) / across), rows: Math.ceil((bottom - top) / down) };
  if (region.columns < 1 || region.rows < 1 || region.columns * region.rows * 2 > columns * rows) return null;
  return region;
}

/** @param {number[]} places @param {number} count @param {number} step @returns {[number, number]} from a whole step on, inside the frame */
function span(places, count, step) {
  const first = Math.max(0, Math.floor(Math.min(...places) / step) * step);
  return [first, Math.min(count, Math.ceil(Math.max(...places)))];
}

/**
 * The words of a region, each the mean of those it stands for; of a palette one of them, for between two of its indices lies
 * any colour.
 * @param {Uint8Array | Uint16Array} words
 * @param {Frame} frame
 * @param {Region} region
 * @returns {Uint16Array}
 */
export function reducedWords(words, frame, { left, top, columns, rows, across, down }) {
  const { format, look } = frame;
  const isIndex = format.photometric === 'PALETTE COLOR' || Boolean(look?.isPartlyColoured);
  const reduced = new Uint16Array(columns * rows);
  const shift = Math.max(0, format.highBit + 1 - format.bitsStored);
  const mask = 2 ** format.bitsStored - 1;
  // With the sign's bit turned over, signed values count up from nought.
  const sign = format.signed ? 2 ** (format.bitsStored - 1) : 0;
  for (let row = 0, at = 0; row < rows; row += 1) {
    const firstRow = top + row * down;
    const lastRow = Math.min(format.rows, firstRow + down);
    for (let column = 0; column < columns; column += 1, at += 1) {
      const first = left + column * across;
      const last = Math.min(format.columns, first + across);
      if (isIndex || (across === 1 && down === 1)) {
        reduced[at] = words[firstRow * format.columns + first];
        continue;
      }
      let sum = 0;
      for (let y = firstRow; y < lastRow; y += 1) {
        const line = y * format.columns;
        for (let x = line + first; x < line + last; x += 1) sum += ((words[x] >>> shift) & mask) ^ sign;
      }
      const mean = Math.round(sum / ((lastRow - firstRow) * (last - first)));
      reduced[at] = (mean ^ sign) << shift;
    }
  }
  return reduced;
}

export class Draft {
  /** @param {HTMLCanvasElement} picture whose place it takes meanwhile */
  constructor(picture) {
    this.canvas = document.createElement('canvas');
    this.canvas.className = 'draft';
    this.canvas.hidden = true;
    picture.before(this.canvas);
    const context = this.canvas.getContext('2d', { alpha: false });
    if (!context) throw new Error('this browser has no canvas');
    this.context = context;
    /** @type {{loaded: Loaded, place: string, words: Uint16Array, image: ImageData} | null} */
    this.reduced = null;
  }

  forget() {
    this.reduced = null;
    this.canvas.hidden = true;
    this.canvas.width = 0;
    this.canvas.height = 0;
  }

  /**
   * @param {View} view
   * @param {Loaded & {kind: 'grey'}} loaded
   * @param {Region} region
   * @param {Uint32Array} table from word to pixel
   * @param {{mask: Uint8Array, outside: number} | null} shutter
   */
  draw(view, loaded, region, table, shutter) {
    const { columns, rows, left, top, across, down } = region;
    const place = Object.values(region).join();
    if (this.reduced?.loaded !== loaded || this.reduced.place !== place) {
      this.canvas.width = columns;
      this.canvas.height = rows;
      this.reduced = { loaded, place, words: reducedWords(loaded.words, view.frame, region), image: this.context.createImageData(columns, rows) };
    }
    const { words, image } = this.reduced;
    const target = new Uint32Array(image.data.buffer);
    paintPixels(words, table, target);
    if (shutter) {
      const { columns: width } = view.frame.format;
      for (let row = 0, at = 0; row < rows; row += 1) {
        const line = (top + row * down) * width + left;
        for (let column = 0; column < columns; column += 1, at += 1) {
          if (shutter.mask[line + column * across] === 0) target[at] = shutter.outside;
        }
      }
    }
    this.context.putImageData(image, 0, 0);
    const [a, b, c, d, x, y] = imageTransform(view, left, top);
    const [right, below] = [Math.hypot(a, b), Math.hypot(c, d)];
    const { style } = this.canvas;
    style.width = `${columns * across * right}px`;
    style.height = `${rows * down * below}px`;
    style.transform = `matrix(${a / right}, ${b / right}, ${c / below}, ${d / below}, ${x}, ${y})`;
    this.canvas.classList.toggle('is-magnified', right * window.devicePixelRatio >= 3);
    this.canvas.hidden = false;
  }
}
