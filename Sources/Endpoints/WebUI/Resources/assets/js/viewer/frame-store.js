// The frames that are here: small pictures, and wholes.

import { decodePixels } from './pixels.js';
import { ByteBoundedCache } from './prefetch.js';
import { sizeOf } from './frame-fetch.js';

/**
 * @typedef {import('../dicomweb/image.js').Frame} Frame
 * @typedef {import('../dicomweb/wire.js').Preview} Preview
 * @typedef {import('./frame-fetch.js').Loaded} Loaded
 * @typedef {import('./frame-fetch.js').Picture} Picture
 */

const MIB = 1024 * 1024;
/** Of a small machine's memory a tab may not take half. */
const WHOLES = (Number(Reflect.get(globalThis.navigator ?? {}, 'deviceMemory')) >= 8 ? 640 : 400) * MIB;
const PREVIEWS = 64 * MIB;
const ENLARGED = 32 * MIB;

export class FrameStore {
  constructor(limits = { wholes: WHOLES, previews: PREVIEWS, enlarged: ENLARGED }) {
    this.limits = limits;
    /** @type {ByteBoundedCache<Loaded>} */
    this.wholes = new ByteBoundedCache(limits.wholes);
    /** @type {ByteBoundedCache<Preview>} */
    this.previews = new ByteBoundedCache(limits.previews);
    /**
     * Those that were on the screen: a pane must get the same object each time.
     * @type {ByteBoundedCache<Loaded>}
     */
    this.enlarged = new ByteBoundedCache(limits.enlarged);
  }

  /** For a frame that nobody needs soon. */
  get hasRoom() {
    return this.wholes.bytes < this.wholes.limit * 0.9;
  }

  /** @param {string} key @returns {'none' | 'preview' | 'diagnostic'} */
  quality(key) {
    if (this.wholes.has(key)) return 'diagnostic';
    return this.previews.has(key) ? 'preview' : 'none';
  }

  /** @param {string} key @returns {Preview | null} */
  preview(key) {
    return this.previews.get(key) ?? null;
  }

  /**
   * The best there is.
   * @param {string} key @param {Frame} frame
   * @returns {Loaded | undefined}
   */
  loaded(key, frame) {
    const whole = this.wholes.get(key);
    if (whole) return whole;
    const shown = this.enlarged.get(key);
    if (shown) return shown;
    const preview = this.previews.get(key);
    if (!preview) return undefined;
    const picture = decodePixels(preview.enlarged(), frame);
    /** @type {Loaded} */
    const loaded = { ...picture, quality: 'preview' };
    this.enlarged.set(key, loaded, sizeOf(frame, picture));
    return loaded;
  }

  /** Lets go of everything. */
  clear() {
    for (const cache of [this.wholes, this.previews, this.enlarged]) cache.clear();
  }

  /** @param {string} key @param {Preview} preview */
  putPreview(key, preview) {
    this.previews.set(key, preview, preview.byteLength);
  }

  /** @param {string} key @param {Frame} frame @param {Picture} picture @returns {Loaded} */
  putWhole(key, frame, picture) {
    /** @type {Loaded} */
    const loaded = { ...picture, quality: 'diagnostic' };
    this.wholes.set(key, loaded, sizeOf(frame, picture));
    this.previews.delete(key);
    this.enlarged.delete(key);
    return loaded;
  }
}
