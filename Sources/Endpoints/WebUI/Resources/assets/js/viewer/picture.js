// The canvas of an image: pixels through a grey table, drawn at the image's own size. The browser scales it.

import { shutterMask } from '../dicomweb/shutter.js';
import { Draft, regionOf } from './draft.js';
import { paintPixels, pixelTable } from './window.js';

/**
 * @typedef {import('./frame-loader.js').Loaded} Loaded
 * @typedef {import('../dicomweb/image.js').Frame} Frame
 * @typedef {import('../dicomweb/image.js').Window} Window
 */

/** A dragged window that rests for so long is drawn whole, in milliseconds. */
const REST = 150;

export class Picture {
  /** @param {HTMLElement} element where the canvas goes */
  constructor(element) {
    this.canvas = document.createElement('canvas');
    this.canvas.className = 'picture';
    element.prepend(this.canvas);
    const context = this.canvas.getContext('2d', { alpha: false });
    if (!context) throw new Error('this browser has no canvas');
    this.context = context;
    /** @type {ImageData | null} */
    this.image = null;
    /** @type {Loaded | null} */
    this.drawn = null;
    this.drawnLook = '';
    /** @type {Uint32Array | null} */
    this.table = null;
    this.tableLook = '';
    /** @type {import('../dicomweb/look.js').Look | undefined} */
    this.tableOf = undefined;
    this.showsShutter = true;
    /** @type {Uint8Array | null} */
    this.mask = null;
    /** @type {import('../dicomweb/shutter.js').Shutter | null} */
    this.maskOf = null;
    this.draft = new Draft(this.canvas);
    /** The window changes from one animation frame to the next. */
    this.isMoving = false;
    this.restTimer = 0;
  }

  /** @param {boolean} isHidden */
  set isHidden(isHidden) {
    this.canvas.hidden = isHidden;
    if (isHidden) this.draft.canvas.hidden = true;
  }

  /**
   * The window is being dragged.
   * @param {() => void} onRest the whole can be drawn now
   */
  move(onRest) {
    this.isMoving = true;
    window.clearTimeout(this.restTimer);
    this.restTimer = window.setTimeout(() => {
      this.isMoving = false;
      onRest();
    }, REST);
  }

  /** Lets go of all pixels: nobody looks at them now. */
  release() {
    window.clearTimeout(this.restTimer);
    this.isMoving = false;
    this.forget();
    this.image = null;
    this.mask = null;
    this.maskOf = null;
    this.canvas.width = 0;
    this.canvas.height = 0;
  }

  /** The next drawing is a new one. */
  forget() {
    this.drawn = null;
    this.draft.forget();
  }

  /**
   * While a window is dragged: what the screen can show of a large frame, and no more.
   * @param {import('./stack-pane.js').View} view
   * @param {Loaded} loaded
   * @param {Window | null} window
   * @param {boolean} inverted
   * @param {import('./placement.js').Size} pane
   * @returns {boolean} whether it stands there; the whole is to be drawn otherwise
   */
  sketch(view, loaded, window, inverted, pane) {
    const region = this.isMoving && loaded.kind === 'grey' && window ? regionOf(view, pane, globalThis.devicePixelRatio) : null;
    this.canvas.classList.toggle('is-behind', region !== null);
    if (!region || loaded.kind !== 'grey') {
      this.draft.canvas.hidden = true;
      return false;
    }
    this.draft.draw(view, loaded, region, this.tableFor(view.frame, window, inverted), this.shutterOf(view.frame));
    return true;
  }

  /**
   * @param {Frame} frame
   * @param {Loaded} loaded
   * @param {Window | null} window for grey pixels
   * @param {boolean} inverted
   */
  draw(frame, loaded, window, inverted) {
    if (loaded.kind === 'grey') {
      if (window || frame.format.photometric === 'PALETTE COLOR') this.drawWords(frame, loaded, window, inverted);
      return;
    }
    const look = `${inverted}/${this.showsShutter}`;
    if (this.drawn === loaded && this.drawnLook === look) return;
    if (loaded.kind === 'rendered') this.drawBitmap(loaded.bitmap, inverted);
    else this.drawColour(frame, loaded.pixels, inverted);
    this.drawn = loaded;
    this.drawnLook = look;
  }

  /** @param {Frame} frame @param {Loaded & {kind: 'grey'}} loaded @param {Window | null} window @param {boolean} inverted */
  drawWords(frame, loaded, window, inverted) {
    const { rows, columns } = frame.format;
    const table = this.tableFor(frame, window, inverted);
    const look = `${this.tableLook}/${this.showsShutter}`;
    if (this.drawn === loaded && this.drawnLook === look) return;
    const image = this.imageOf(columns, rows);
    const target = new Uint32Array(image.data.buffer);
    paintPixels(loaded.words, table, target);
    this.shut(frame, target);
    this.context.putImageData(image, 0, 0);
    this.drawn = loaded;
    this.drawnLook = look;
  }

  /** @param {Frame} frame @param {Window | null} window @param {boolean} inverted @returns {Uint32Array} from word to pixel */
  tableFor(frame, window, inverted) {
    const { bitsAllocated, bitsStored, signed, highBit, photometric } = frame.format;
    const tableLook = [window?.center, window?.width, inverted, frame.inverse, frame.slope, frame.intercept, frame.voiFunction,
      bitsAllocated, bitsStored, signed, highBit, photometric, window?.table?.name].join();
    const own = frame.look && (frame.look.modalityTable || frame.look.palette || window?.table) ? frame.look : undefined;
    if (!this.table || this.tableLook !== tableLook || this.tableOf !== own) {
      this.table = pixelTable(frame, window, inverted);
      this.tableLook = tableLook;
      this.tableOf = own;
    }
    return this.table;
  }

  /** @param {Frame} frame @param {Uint32Array} pixels @param {boolean} inverted */
  drawColour(frame, pixels, inverted) {
    const image = this.imageOf(frame.format.columns, frame.format.rows);
    const target = new Uint32Array(image.data.buffer);
    target.set(pixels);
    if (inverted) for (let index = 0; index < target.length; index += 1) target[index] ^= 0x00ffffff;
    this.shut(frame, target);
    this.context.putImageData(image, 0, 0);
  }

  /**
   * What lies outside the shutter gets its grey.
   * @param {Frame} frame
   * @param {Uint32Array} target
   */
  shut(frame, target) {
    const shutter = this.shutterOf(frame);
    if (!shutter) return;
    const { mask, outside } = shutter;
    for (let index = 0; index < target.length; index += 1) if (mask[index] === 0) target[index] = outside;
  }

  /** @param {Frame} frame @returns {{mask: Uint8Array, outside: number} | null} */
  shutterOf(frame) {
    const shutter = frame.look?.shutter;
    if (!shutter || !this.showsShutter) return null;
    const { rows, columns } = frame.format;
    if (this.maskOf !== shutter || this.mask?.length !== rows * columns) {
      const spacing = frame.spacing ?? frame.aspect ?? [1, 1];
      this.mask = shutterMask(shutter, rows, columns, spacing[0] / spacing[1]);
      this.maskOf = shutter;
    }
    return { mask: this.mask, outside: 0xff000000 | (shutter.grey * 0x010101) };
  }

  /** @param {ImageBitmap} bitmap @param {boolean} inverted */
  drawBitmap(bitmap, inverted) {
    this.canvas.width = bitmap.width;
    this.canvas.height = bitmap.height;
    this.image = null;
    this.context.drawImage(bitmap, 0, 0);
    if (!inverted) return;
    this.context.globalCompositeOperation = 'difference';
    this.context.fillStyle = '#fff';
    this.context.fillRect(0, 0, bitmap.width, bitmap.height);
    this.context.globalCompositeOperation = 'source-over';
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
   * Lays the canvas out in its pane.
   * @param {import('./placement.js').Size} display at scale 1, unturned
   * @param {import('./placement.js').Placement} placement
   * @param {import('./placement.js').Orientation} orientation
   * @param {import('./placement.js').Size} pane
   */
  place(display, placement, orientation, pane) {
    const { scale, x, y } = placement;
    const { style } = this.canvas;
    // Size by width and height: browsers shrink a large canvas smoothly that way, and by a transform they do not.
    style.width = `${display.width * scale}px`;
    style.height = `${display.height * scale}px`;
    style.transform = `translate(${pane.width / 2 + x}px, ${pane.height / 2 + y}px) rotate(${orientation.turns * 90}deg)`
      + ` scaleX(${orientation.isMirrored ? -1 : 1}) translate(-50%, -50%)`;
    this.canvas.classList.toggle('is-magnified', scale * window.devicePixelRatio >= 3);
  }
}
