// One pane: draws a frame of a stack and answers the mouse.

import { t } from '../core/strings.js';
import { displaySize, fitted, panned, pixelAt, zoomedAt } from './placement.js';
import { automaticWindow, draggedWindow, greyTable, paintGrey, storedValue } from './window.js';

/**
 * @typedef {import('./frame-loader.js').Stack} Stack
 * @typedef {import('./frame-loader.js').FrameLoader} FrameLoader
 * @typedef {import('../dicomweb/image.js').Frame} Frame
 * @typedef {import('../dicomweb/image.js').Window} Window
 * @typedef {'window' | 'zoom' | 'pan' | 'scroll'} Tool
 * @typedef {'image' | 'automatic' | 'own'} WindowChoice
 */

export class StackPane {
  /**
   * @param {HTMLElement} element
   * @param {FrameLoader} loader
   * @param {() => void} onChange whatever the overlay shows has changed
   */
  constructor(element, loader, onChange) {
    this.element = element;
    this.loader = loader;
    this.onChange = onChange;
    this.canvas = document.createElement('canvas');
    element.prepend(this.canvas);
    const context = this.canvas.getContext('2d', { alpha: false });
    if (!context) throw new Error('this browser has no canvas');
    this.context = context;
    /** @type {Stack | null} */
    this.stack = null;
    this.index = 0;
    /** @type {1 | -1} */
    this.direction = 1;
    /** @type {Tool} */
    this.tool = 'window';
    /** @type {WindowChoice} */
    this.choice = 'image';
    /** @type {Window | null} */
    this.window = null;
    this.inverted = false;
    /** @type {import('./placement.js').Placement} */
    this.placement = { scale: 1, x: 0, y: 0 };
    this.isFitted = true;
    /** @type {{column: number, row: number, value: number | null} | null} */
    this.probe = null;
    /** @type {ImageData | null} */
    this.image = null;
    this.isPlanned = false;
    this.drawnKey = '';
    /** @type {Uint8Array | null} */
    this.table = null;
    this.tableKey = '';
    /** @type {Window | null} */
    this.automatic = null;
    this.automaticKey = '';
    new ResizeObserver(() => this.plan()).observe(element);
  }

  /** @returns {Frame | null} */
  get frame() {
    return this.stack?.frames[this.index] ?? null;
  }

  /** @param {Stack} stack */
  show(stack) {
    this.stack = stack;
    this.index = 0;
    this.direction = 1;
    this.choice = 'image';
    this.window = null;
    this.inverted = false;
    this.isFitted = true;
    this.probe = null;
    this.drawnKey = '';
    this.loader.lookAt(stack, 0, 1);
    this.plan();
  }

  /** @param {number} index */
  goTo(index) {
    if (!this.stack) return;
    const wanted = Math.min(this.stack.frames.length - 1, Math.max(0, index));
    if (wanted === this.index) return;
    this.direction = wanted > this.index ? 1 : -1;
    this.index = wanted;
    this.loader.lookAt(this.stack, wanted, this.direction);
    this.plan();
  }

  /** @param {WindowChoice} choice @param {Window} [window] */
  setWindow(choice, window) {
    this.choice = choice;
    this.window = window ?? null;
    this.plan();
  }

  invert() {
    this.inverted = !this.inverted;
    this.plan();
  }

  fit() {
    this.isFitted = true;
    this.plan();
  }

  /** One image pixel on one pixel of the screen. */
  actualSize() {
    this.isFitted = false;
    this.placement = { scale: 1 / window.devicePixelRatio, x: 0, y: 0 };
    this.plan();
  }

  reset() {
    this.choice = 'image';
    this.window = null;
    this.inverted = false;
    this.fit();
  }

  /** @param {number} factor @param {{x: number, y: number}} point from the pane's centre */
  zoom(factor, point) {
    this.isFitted = false;
    this.placement = zoomedAt(this.placement, factor, point);
    this.plan();
  }

  /** @param {number} dx @param {number} dy */
  pan(dx, dy) {
    this.isFitted = false;
    this.placement = panned(this.placement, dx, dy);
    this.plan();
  }

  /** @param {number} dx @param {number} dy */
  dragWindow(dx, dy) {
    const from = this.currentWindow();
    if (from) this.setWindow('own', draggedWindow(from, dx, dy));
  }

  /**
   * What the pane shows now; null while the pixels are not here or have no window.
   * @returns {Window | null}
   */
  currentWindow() {
    const { frame, stack } = this;
    if (!frame || !stack) return null;
    if (this.choice === 'own' && this.window) return this.window;
    if (this.choice === 'image' && frame.windows.length > 0) return frame.windows[0];
    const loaded = this.loader.loaded(stack, this.index);
    if (!loaded || loaded.kind !== 'grey') return null;
    const key = `${frame.instance}/${frame.number}`;
    if (this.automaticKey !== key) {
      this.automatic = automaticWindow(loaded.words, frame);
      this.automaticKey = key;
    }
    return this.automatic;
  }

  /**
   * The value under the pointer.
   * @param {{x: number, y: number}} point from the pane's centre
   */
  probeAt(point) {
    const { frame, stack } = this;
    const loaded = stack ? this.loader.loaded(stack, this.index) : undefined;
    this.probe = null;
    if (frame && loaded) {
      const size = { width: frame.format.columns, height: frame.format.rows };
      const { column, row } = pixelAt(this.placement, displaySize(size, frame.spacing), size, point);
      if (column >= 0 && row >= 0 && column < size.width && row < size.height) {
        const word = loaded.kind === 'grey' ? loaded.words[row * size.width + column] : null;
        const value = word === null ? null : storedValue(word, frame.format) * frame.slope + frame.intercept;
        this.probe = { column, row, value };
      }
    }
    this.onChange();
  }

  /** Draws at the next animation frame, once however much changed. */
  plan() {
    if (this.isPlanned) return;
    this.isPlanned = true;
    window.requestAnimationFrame(() => {
      this.isPlanned = false;
      this.draw();
      this.onChange();
    });
  }

  draw() {
    const { frame, stack } = this;
    if (!frame || !stack) return;
    const loaded = this.loader.loaded(stack, this.index);
    const failure = this.loader.failure(stack, this.index);
    this.element.dataset.state = loaded ? 'shown' : failure ? 'failed' : 'loading';
    this.canvas.hidden = !loaded;
    if (!loaded) return;
    const { rows, columns } = frame.format;
    if (loaded.kind === 'rendered') this.drawBitmap(loaded.bitmap);
    else if (loaded.kind === 'grey') this.drawGrey(frame, loaded.words);
    else this.drawColour(loaded.pixels, columns, rows);
    this.place(frame);
  }

  /** @param {Frame} frame @param {Uint8Array | Uint16Array} words */
  drawGrey(frame, words) {
    const window = this.currentWindow();
    if (!window) return;
    const { rows, columns, bitsAllocated, bitsStored, signed, highBit } = frame.format;
    const look = [window.center, window.width, this.inverted, frame.inverse, frame.slope, frame.intercept, frame.voiFunction,
      bitsAllocated, bitsStored, signed, highBit].join();
    const key = `${frame.instance}/${frame.number}/${look}`;
    if (key === this.drawnKey) return;
    if (!this.table || this.tableKey !== look) {
      this.table = greyTable(frame, window, this.inverted);
      this.tableKey = look;
    }
    const image = this.imageOf(columns, rows);
    paintGrey(words, this.table, new Uint32Array(image.data.buffer));
    this.context.putImageData(image, 0, 0);
    this.drawnKey = key;
  }

  /** @param {Uint32Array} pixels @param {number} columns @param {number} rows */
  drawColour(pixels, columns, rows) {
    const image = this.imageOf(columns, rows);
    new Uint32Array(image.data.buffer).set(pixels);
    this.context.putImageData(image, 0, 0);
    this.drawnKey = '';
  }

  /** @param {ImageBitmap} bitmap */
  drawBitmap(bitmap) {
    this.canvas.width = bitmap.width;
    this.canvas.height = bitmap.height;
    this.image = null;
    this.context.drawImage(bitmap, 0, 0);
    this.drawnKey = '';
  }

  /**
   * A buffer of the image's size; the canvas follows it.
   * @param {number} columns
   * @param {number} rows
   * @returns {ImageData}
   */
  imageOf(columns, rows) {
    if (!this.image || this.image.width !== columns || this.image.height !== rows) {
      this.canvas.width = columns;
      this.canvas.height = rows;
      this.image = this.context.createImageData(columns, rows);
    }
    return this.image;
  }

  /**
   * Lays the canvas out; the browser scales it.
   * @param {Frame} frame
   */
  place(frame) {
    const pane = { width: this.element.clientWidth, height: this.element.clientHeight };
    const display = displaySize({ width: frame.format.columns, height: frame.format.rows }, frame.spacing);
    if (pane.width === 0 || pane.height === 0) return;
    if (this.isFitted) this.placement = fitted(display, pane);
    const { scale, x, y } = this.placement;
    const width = display.width * scale;
    const height = display.height * scale;
    const { style } = this.canvas;
    style.width = `${width}px`;
    style.height = `${height}px`;
    style.transform = `translate(${(pane.width - width) / 2 + x}px, ${(pane.height - height) / 2 + y}px)`;
    this.canvas.classList.toggle('is-magnified', scale * window.devicePixelRatio >= 3);
  }

  /** @returns {string} the failure of the frame looked at, as a sentence; '' without one */
  get failureText() {
    const message = this.stack ? this.loader.failure(this.stack, this.index) : null;
    return message ? t('viewer.failed', { message }) : '';
  }
}
