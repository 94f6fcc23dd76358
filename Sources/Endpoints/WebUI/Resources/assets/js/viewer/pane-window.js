// Which window a pane uses: the image's own, an automatic one, or the reader's.

import { automaticWindow, draggedWindow } from './window.js';

/**
 * @typedef {import('./frame-loader.js').Loaded} Loaded
 * @typedef {import('../dicomweb/image.js').Frame} Frame
 * @typedef {import('../dicomweb/image.js').Window} Window
 * @typedef {'image' | 'automatic' | 'own'} WindowChoice
 */

export class PaneWindow {
  constructor() {
    /** @type {WindowChoice} */
    this.choice = 'image';
    /** Which of the image's own. */
    this.which = 0;
    /** @type {Window | null} */
    this.own = null;
    /** @type {Window | null} */
    this.automatic = null;
    /** @type {Loaded | null} */
    this.automaticOf = null;
  }

  /** Lets go of the pixels that the automatic window was made for. */
  forget() {
    this.automaticOf = null;
  }

  /** @param {WindowChoice} choice @param {Window} [window] */
  set(choice, window) {
    this.which = 0;
    this.choice = choice;
    this.own = window ?? null;
  }

  /** The image's own window; the next one of them when one is in use. */
  nextOfImage() {
    if (this.choice === 'image') this.which += 1;
    else this.set('image');
  }

  /**
   * The window of a frame; null while its pixels are not here or have no window.
   * @param {Frame} frame
   * @param {Loaded | undefined} loaded
   * @returns {Window | null}
   */
  of(frame, loaded) {
    if (this.choice === 'own' && this.own) return this.own;
    if (this.choice === 'image' && frame.windows.length > 0) return frame.windows[this.which % frame.windows.length];
    if (!loaded || loaded.kind !== 'grey') return null;
    if (this.automaticOf !== loaded) {
      this.automatic = automaticWindow(loaded.words, frame);
      this.automaticOf = loaded;
    }
    return this.automatic;
  }

  /** @param {Window | null} from @param {number} dx @param {number} dy in CSS pixels */
  drag(from, dx, dy) {
    if (from) this.set('own', draggedWindow(from, dx, dy));
  }
}
