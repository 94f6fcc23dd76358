// One pane: shows a frame of a stack, and says where everything on it lies.

import { t } from '../core/strings.js';
import { Layers } from './layers.js';
import { PaneDocument } from './pane-document.js';
import { PaneLook } from './pane-look.js';
import { Picture } from './picture.js';
import { isInside, valueAt } from './probe.js';
import { UPRIGHT, displaySize, fitted, mapping, turnedSize } from './placement.js';

/**
 * @typedef {import('./frame-loader.js').Stack} Stack
 * @typedef {import('./frame-loader.js').FrameSource} FrameSource
 * @typedef {import('./frame-loader.js').Loaded} Loaded
 * @typedef {import('../dicomweb/image.js').Frame} Frame
 * @typedef {import('../dicomweb/image.js').Window} Window
 * @typedef {import('./placement.js').Point} Point
 * @typedef {import('./placement.js').Place} Place
 *
 * @typedef {object} View the frame on the screen: from image coordinates to the pane's CSS pixels and back
 * @property {Frame} frame
 * @property {Stack} stack
 * @property {StackPane} pane
 * @property {number} scale CSS pixels per image column
 * @property {(place: Place) => Point} toScreen
 * @property {(point: Point) => Place} toImage
 */

export class StackPane extends PaneLook {
  /**
   * @param {HTMLElement} element
   * @param {FrameSource} wire where stacks without a source of their own come from
   * @param {{changed: (pane: StackPane) => void, shown: (pane: StackPane) => void}} told `changed`: whatever the corners
   *   say may differ; `shown`: another stack is here
   */
  constructor(element, wire, told) {
    super(element);
    this.wire = wire;
    this.told = told;
    this.picture = new Picture(element);
    this.layers = new Layers(element, this.picture.canvas);
    this.paper = new PaneDocument(element);
    /** @type {Stack | null} */
    this.stack = null;
    this.index = 0;
    /** @type {1 | -1} */
    this.direction = 1;
    /** @type {{column: number, row: number, value: number | null} | null} */
    this.probe = null;
    /** What a film says of itself while it runs. */
    this.film = '';
    this.isPlanned = false;
    /** No pane of the layout: nothing is fetched or kept for it. */
    this.isAsleep = false;
    new ResizeObserver(() => this.plan()).observe(element);
  }

  /** @returns {Frame | null} */
  get frame() {
    return this.stack?.frames[this.index] ?? null;
  }

  /** @returns {FrameSource} where the frames of this pane's stack come from */
  get source() {
    return this.stack?.source ?? this.wire;
  }

  /** @returns {Loaded | undefined} the pixels of the frame looked at */
  get loaded() {
    return this.stack && this.frame && !this.isAsleep ? this.source.loaded(this.stack, this.index) : undefined;
  }

  /** @param {Stack} stack @param {number} [index] */
  show(stack, index = 0) {
    if (this.stack && this.source !== (stack.source ?? this.wire)) this.source.leave?.(this);
    this.stack = stack;
    this.index = Math.max(0, Math.min(stack.frames.length - 1, index));
    this.direction = 1;
    this.isFitted = true;
    this.orientation = UPRIGHT;
    this.window.set('image');
    this.inverted = false;
    this.probe = null;
    this.picture.forget();
    this.paper.show(stack.document?.() ?? null);
    if (stack.frames.length > 0) this.look();
    else this.source.leave?.(this);
    this.told.shown(this);
    this.plan();
  }

  /**
   * The same images, and those that had not come: what is looked at stays as it is.
   * @param {Stack} stack
   */
  grow(stack) {
    const { frame } = this;
    const place = this.index > 0 ? stack.frames.findIndex((each) => each.instance === frame?.instance && each.number === frame.number) : 0;
    if (stack.document || stack.source || place < 0) {
      this.show(stack);
      return;
    }
    this.stack = stack;
    this.index = place;
    this.look();
    this.told.shown(this);
    this.plan();
  }

  /** Shows nothing any more. */
  clear() {
    if (this.stack) this.source.leave?.(this);
    this.stack = null;
    this.index = 0;
    this.probe = null;
    this.paper.show(null);
    this.told.shown(this);
    this.plan();
  }

  /** @param {number} index */
  goTo(index) {
    if (!this.stack || this.stack.frames.length === 0) return;
    const wanted = Math.min(this.stack.frames.length - 1, Math.max(0, index));
    if (wanted === this.index) return;
    this.direction = wanted > this.index ? 1 : -1;
    this.index = wanted;
    this.look();
    this.plan();
  }

  /** Tells the source what is looked at. */
  look() {
    if (this.stack && this.stack.frames.length > 0 && !this.isAsleep) this.source.lookAt(this.stack, this.index, this.direction, this);
  }

  /** The pane has left the screen. */
  sleep() {
    if (this.isAsleep) return;
    this.isAsleep = true;
    if (this.stack) this.source.leave?.(this);
    this.picture.release();
    this.window.forget();
  }

  /** The pane is on the screen again, as it was. */
  wake() {
    if (!this.isAsleep) return;
    this.isAsleep = false;
    this.look();
    this.plan();
  }

  /** @param {number} steps */
  scroll(steps) {
    if (this.paper.scroll(steps)) return;
    this.goTo(this.index + steps);
  }

  /** @param {import('./pane-window.js').WindowChoice} choice @param {Window} [window] */
  setWindow(choice, window) {
    this.window.set(choice, window);
    this.plan();
  }

  useImageWindow() {
    this.window.nextOfImage();
    this.plan();
  }

  /** @param {number} dx @param {number} dy */
  dragWindow(dx, dy) {
    this.window.drag(this.currentWindow(), dx, dy);
    this.picture.move(() => this.plan());
    this.plan();
  }

  /** @returns {Window | null} what the pane shows now; null while the pixels are not here or have no window */
  currentWindow() {
    return this.frame ? this.window.of(this.frame, this.loaded) : null;
  }

  /** @param {number} column @param {number} row continuous @returns {number | null} modality value; null outside, in colour, or while away */
  valueAt(column, row) {
    const { frame, loaded } = this;
    return valueAt(frame, loaded, { column, row });
  }

  /** @returns {(Loaded & {frame: Frame}) | null} the pixels of the frame shown, for statistics */
  pixels() {
    const { frame, loaded } = this;
    return frame && loaded ? { ...loaded, frame } : null;
  }

  /** @param {Place | null} place under the pointer; null: it left */
  probeAt(place) {
    const { frame } = this;
    const before = this.probe;
    this.probe = null;
    if (frame && place && isInside(frame, place.column, place.row)) {
      this.probe = { column: Math.floor(place.column), row: Math.floor(place.row), value: this.valueAt(place.column, place.row) };
    }
    if (before || this.probe) this.told.changed(this);
  }

  /** @param {import('./layers.js').Layer} layer @returns {() => void} takes it away again */
  addLayer(layer) {
    const remove = this.layers.add(layer);
    this.plan();
    return () => {
      remove();
      this.plan();
    };
  }

  /** Draws at the next animation frame, once however much changed. */
  plan() {
    if (this.isPlanned) return;
    this.isPlanned = true;
    window.requestAnimationFrame(() => {
      this.isPlanned = false;
      if (this.isAsleep) return;
      this.draw();
      this.told.changed(this);
    });
  }

  draw() {
    const { frame, stack, loaded } = this;
    const { dataset } = this.element;
    if (!frame || !stack) {
      dataset.state = stack?.document ? 'document' : 'empty';
      dataset.quality = '';
      this.picture.isHidden = true;
      this.layers.paint(null);
      return;
    }
    dataset.state = loaded ? 'shown' : this.source.failure(stack, this.index) ? 'failed' : 'loading';
    dataset.quality = loaded?.quality ?? '';
    dataset.series = stack.uid;
    dataset.instance = loaded ? frame.instance : '';
    dataset.frame = String(frame.number);
    this.picture.isHidden = !loaded;
    const view = this.view();
    const window = this.currentWindow();
    const isDraft = loaded !== undefined && view !== null && this.picture.sketch(view, loaded, window, this.inverted, this.size);
    this.element.toggleAttribute('data-draft', isDraft);
    if (loaded && !isDraft) this.picture.draw(frame, loaded, window, this.inverted);
    if (view) this.picture.place(this.display(frame), this.placement, this.orientation, this.size);
    this.layers.paint(loaded ? view : null);
  }

  /** Draws the whole now, if a window was dragged a moment ago. */
  settle() {
    if (!this.picture.isMoving) return;
    this.picture.isMoving = false;
    this.draw();
  }

  /** @param {Frame} frame @returns {import('./placement.js').Size} */
  display(frame) {
    return displaySize({ width: frame.format.columns, height: frame.format.rows }, frame.spacing ?? frame.aspect ?? null);
  }

  /** @returns {View | null} null without a frame or without room */
  view() {
    const { frame, stack, size, orientation } = this;
    if (!frame || !stack || size.width === 0 || size.height === 0) return null;
    const display = this.display(frame);
    if (this.isFitted) this.placement = fitted(turnedSize(display, orientation), size);
    const image = { width: frame.format.columns, height: frame.format.rows };
    const { toScreen, toImage } = mapping(image, display, this.placement, orientation, size);
    return { frame, stack, pane: this, scale: this.placement.scale, toScreen, toImage };
  }

  /** @returns {string} the failure of the frame looked at, as a sentence; '' without one */
  get failureText() {
    const message = this.stack && this.frame ? this.source.failure(this.stack, this.index) : null;
    return message ? t('viewer.failed', { message }) : '';
  }
}
