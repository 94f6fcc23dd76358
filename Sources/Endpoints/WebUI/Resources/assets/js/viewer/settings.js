// What each user set for themselves in the viewer: keys and mouse buttons. The node keeps them by account; this browser has a
// copy, so that they act at once, and while the node is away.

import { readTable } from './key-rules.js';

/**
 * @typedef {object} Mouse tools by button
 * @property {string} middle
 * @property {string} right
 * @property {'scroll' | 'zoom'} wheel
 */

/** @type {Mouse} */
export const USUAL_MOUSE = Object.freeze({ middle: 'pan', right: 'zoom', wheel: 'scroll' });

export class Settings {
  /** @param {string} user @param {Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>} storage */
  constructor(user, storage) {
    this.place = `jieli.viewer.${user}`;
    this.storage = storage;
    /**
     * Told what the account's settings are now.
     * @type {(settings: {keys: {[name: string]: string[]}, mouse: object}) => void}
     */
    this.onSave = () => {};
    /** @type {{[name: string]: string[]}} */
    this.keys = {};
    /** @type {Mouse} */
    this.mouse = { ...USUAL_MOUSE };
    this.read();
  }

  read() {
    try {
      this.use(JSON.parse(this.storage.getItem(this.place) ?? '{}'));
    } catch {
      this.use({});
    }
  }

  /** @param {any} stored whatever it is: what makes no sense is left out */
  use(stored) {
    this.keys = readTable(stored?.keys);
    const mouse = stored?.mouse ?? {};
    this.mouse = {
      middle: String(mouse.middle ?? USUAL_MOUSE.middle),
      right: String(mouse.right ?? USUAL_MOUSE.right),
      wheel: mouse.wheel === 'zoom' ? 'zoom' : 'scroll',
    };
  }

  /**
   * The account's, as the node has them.
   * @param {any} stored
   */
  take(stored) {
    this.use(stored);
    this.storage.setItem(this.place, JSON.stringify({ keys: this.keys, mouse: this.mouse }));
  }

  save() {
    const settings = { keys: this.keys, mouse: this.mouse };
    this.storage.setItem(this.place, JSON.stringify(settings));
    this.onSave(settings);
  }

  /** Everything as it comes. */
  reset() {
    this.keys = {};
    this.mouse = { ...USUAL_MOUSE };
    this.storage.removeItem(this.place);
    this.onSave({ keys: {}, mouse: {} });
  }
}
