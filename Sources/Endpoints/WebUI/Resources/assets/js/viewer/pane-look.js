// How a pane shows whatever it shows: window, zoom, turns and mirroring.

import { PaneWindow } from './pane-window.js';
import { UPRIGHT, mirrored, panned, turned, zoomedAt } from './placement.js';

/** @typedef {import('./placement.js').Point} Point */

export class PaneLook {
  /** @param {HTMLElement} element the pane's */
  constructor(element) {
    this.element = element;
    this.window = new PaneWindow();
    this.inverted = false;
    /** @type {import('./placement.js').Orientation} */
    this.orientation = UPRIGHT;
    /** @type {import('./placement.js').Placement} */
    this.placement = { scale: 1, x: 0, y: 0 };
    this.isFitted = true;
  }

  /** Draws at the next animation frame. */
  plan() {}

  /** @returns {import('./placement.js').Size} in CSS pixels */
  get size() {
    return { width: this.element.clientWidth, height: this.element.clientHeight };
  }

  invert() {
    this.inverted = !this.inverted;
    this.plan();
  }

  /** @param {'horizontal' | 'vertical'} direction */
  mirror(direction) {
    this.orientation = mirrored(this.orientation, direction);
    this.plan();
  }

  /** @param {1 | -1} direction a quarter turn, 1: clockwise */
  turn(direction) {
    this.orientation = turned(this.orientation, direction);
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
    this.orientation = UPRIGHT;
    this.window.set('image');
    this.inverted = false;
    this.fit();
  }

  /** @param {number} factor @param {Point} [point] from the pane's top left corner; its centre when absent */
  zoom(factor, point) {
    const { width, height } = this.size;
    this.isFitted = false;
    this.placement = zoomedAt(this.placement, factor, point ? { x: point.x - width / 2, y: point.y - height / 2 } : { x: 0, y: 0 });
    this.plan();
  }

  /** @param {number} dx @param {number} dy */
  pan(dx, dy) {
    this.isFitted = false;
    this.placement = panned(this.placement, dx, dy);
    this.plan();
  }
}
