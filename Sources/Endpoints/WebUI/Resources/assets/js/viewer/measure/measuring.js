// Measurements in the viewer: what is drawn, chosen and changed, on all its panes.

import { notify } from '../../core/notice.js';
import { t } from '../../core/strings.js';
import { Collection } from './collection.js';
import { hitAt } from './hit.js';
import { isRegion, ordered, storable } from './kinds.js';
import { calibrationFactor, imageScale, scaleFor, spacingOfFrame } from './physical.js';
import { measured } from './results.js';
import { Sketch } from './sketch.js';
import { newUID } from './uid.js';

/**
 * @typedef {import('../viewer.js').Viewer} Viewer
 * @typedef {import('../stack-pane.js').StackPane} StackPane
 * @typedef {import('../stack-pane.js').View} View
 * @typedef {import('../../dicomweb/image.js').Frame} Frame
 * @typedef {import('./kinds.js').Measurement} Measurement
 * @typedef {import('./kinds.js').Kind} Kind
 * @typedef {import('./physical.js').Point} Point
 * @typedef {import('./physical.js').Scale} Scale
 */

/** What a computed plane is known by: it has no instance of its own, and its measurements stay in this page. */
const COMPUTED = 'computed:';

/** @param {Frame} frame @returns {string} */
export function placeOf(frame) {
  if (!frame.derived) return frame.instance;
  return `${COMPUTED}${[...(frame.position ?? []), ...(frame.orientation ?? [])].map((value) => value.toFixed(3)).join()}`;
}

export class Measuring {
  /** @param {Viewer} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    /**
     * Told of every change: what is listed, saved and shown follows.
     * @type {((reason: 'edit' | 'choice' | 'load') => void)[]}
     */
    this.listeners = [];
    this.collection = new Collection((reason) => {
      if (reason !== 'choice') this.remeasureAll();
      this.repaint();
      for (const listener of this.listeners) listener(reason);
    });
    /** @type {{pane: StackPane, place: string, sketch: Sketch, window: Measurement['window']} | null} */
    this.drawing = null;
    /**
     * Images of other studies: what is measured on them stays in this page.
     * @type {Set<string>}
     */
    this.elsewhere = new Set();
    /**
     * Those that came with the study and are not this reader's to change.
     * @type {Set<string>}
     */
    this.locked = new Set();
    /** Asks for the words of an arrow or a text, or the length of a calibration line; null: not wanted after all. */
    this.ask = async (/** @type {Kind} */ _kind, /** @type {string} */ text) => /** @type {string | null} */ (text);
    for (const event of ['frame', 'stack', 'layout']) viewer.events.addEventListener(event, () => this.leave());
  }

  /**
   * Whether it can be kept with the study.
   * @param {Measurement} measurement
   */
  isKept({ id, instance }) {
    return !instance.startsWith(COMPUTED) && !this.elsewhere.has(instance) && !this.locked.has(id);
  }

  repaint() {
    for (const pane of this.viewer.panes) pane.plan();
  }

  // MARK: Drawing

  /**
   * A press with a measuring tool: begins a measurement, or goes on with the one begun.
   * @param {Kind} kind
   * @param {StackPane} pane
   * @param {import('../placement.js').Point} point
   * @param {View} view
   * @returns {import('../layers.js').Grip}
   */
  press(kind, pane, point, view) {
    const place = placeOf(view.frame) + view.frame.number;
    if (this.drawing && (this.drawing.pane !== pane || this.drawing.place !== place || this.drawing.sketch.kind !== kind)) this.drawing = null;
    if (!this.drawing) {
      const sketch = new Sketch(kind, (points) => this.scaleOn(view.frame, view.stack.uid, points));
      this.drawing = { pane, place, sketch, window: windowOf(pane) };
    }
    const { sketch } = this.drawing;
    this.collection.choose(null);
    // The second click of a stroke places its point, however still the hand is.
    let hasMoved = sketch.isStrokeBegun;
    sketch.press(view.toImage(point));
    pane.plan();
    return {
      move: (to) => {
        if (Math.hypot(to.x - point.x, to.y - point.y) > 3) hasMoved = true;
        if (hasMoved) sketch.move((pane.view() ?? view).toImage(to), true);
        pane.plan();
      },
      end: (to) => {
        if (this.drawing?.sketch !== sketch) return;
        const now = pane.view() ?? view;
        // A click on what is there chooses it.
        const hit = hasMoved || sketch.placed.length > 1 ? null : hitAt(this.on(now.frame), null, to, now.toScreen);
        if (hit) {
          this.drawing = null;
          this.collection.choose(hit.measurement.id);
          return;
        }
        if (sketch.release(now.toImage(to), hasMoved)) this.finish(now);
        pane.plan();
      },
      cancel: () => this.cancel(),
    };
  }

  /**
   * The pointer moves with no button down.
   * @param {StackPane} pane
   * @param {import('../placement.js').Point} point
   * @param {View} view
   */
  hover(pane, point, view) {
    if (this.drawing?.pane !== pane) return false;
    this.drawing.sketch.move(view.toImage(point), false);
    pane.plan();
    return true;
  }

  /** @param {View} view */
  async finish(view) {
    const { drawing } = this;
    this.drawing = null;
    if (!drawing || drawing.sketch.isEmpty) return;
    const { kind } = drawing.sketch;
    /** @type {Measurement} */
    const made = {
      id: newUID(), kind, instance: placeOf(view.frame), frame: view.frame.number,
      points: storable(ordered(kind, drawing.sketch.points(), this.scaleOn(view.frame, view.stack.uid, drawing.sketch.points()))),
      text: '', known: null, results: [], window: drawing.window, area: areaOf(view), by: '',
    };
    if (kind === 'arrow' || kind === 'text' || kind === 'calibration') {
      const words = await this.ask(kind, '');
      if (words === null) return;
      if (kind === 'calibration') made.known = Number(words);
      else made.text = words;
    }
    if (view.stack.study !== this.viewer.study) this.elsewhere.add(made.instance);
    if (!this.collection.add(made)) notify(t('measure.tooMany'), 'problem');
  }

  /**
   * Gives up what is being drawn.
   * @returns {boolean} whether anything was
   */
  cancel() {
    const was = this.drawing !== null;
    this.drawing = null;
    this.repaint();
    return was;
  }

  /** Another image: what was begun on the one before is gone. */
  leave() {
    const { drawing } = this;
    if (!drawing) return;
    const { frame } = drawing.pane;
    if (!frame || placeOf(frame) + frame.number !== drawing.place) this.drawing = null;
  }

  // MARK: Numbers

  /** @param {Frame} frame @returns {Measurement[]} in the order they are drawn */
  on(frame) {
    const place = placeOf(frame);
    return this.collection.all.filter(({ instance, frame: number }) => instance === place && number === frame.number);
  }

  /**
   * The reader's own factor for a series, as far as it fits a frame: a factor on millimetres is none on pixels.
   * @param {string} series
   * @param {Frame} frame
   * @returns {number | null}
   */
  calibrationOf(series, frame) {
    const { unitX, basis } = imageScale(spacingOfFrame(frame));
    // How much a radiograph enlarges, and how deep ultrasound looks, changes from image to image.
    const isUniform = basis === 'patient' || basis === 'corrected';
    const lines = this.collection.all.filter(({ kind }) => kind === 'calibration');
    for (const line of lines.reverse()) {
      const found = this.find(line);
      const isOfThis = found !== null && found.series === series && (isUniform || found.frame.instance === frame.instance);
      if (found && isOfThis && line.known && imageScale(spacingOfFrame(found.frame)).unitX === unitX) {
        return calibrationFactor(spacingOfFrame(found.frame), line.points[0], line.points[1], line.known);
      }
    }
    return null;
  }

  /** @param {Frame} frame @param {string} series @param {Point[]} points @returns {Scale} */
  scaleOn(frame, series, points) {
    return scaleFor(spacingOfFrame(frame), points, this.calibrationOf(series, frame));
  }

  /**
   * The frame that a measurement is on, with its pixels where some pane has them.
   * @param {Measurement} measurement
   */
  find({ instance, frame: number }) {
    for (const pane of this.viewer.panes) {
      const { frame, stack, loaded } = pane;
      if (!frame || !stack || placeOf(frame) !== instance || frame.number !== number) continue;
      return { frame, series: stack.uid, words: loaded?.kind === 'grey' && loaded.quality === 'diagnostic' ? loaded.words : null };
    }
    const place = this.viewer.placeOf(instance, number);
    const stack = place?.entry.stack;
    if (!place || !stack) return null;
    const loaded = (stack.source ?? this.viewer.loader).loaded(stack, place.index);
    return {
      frame: stack.frames[place.index], series: stack.uid,
      words: loaded?.kind === 'grey' && loaded.quality === 'diagnostic' ? loaded.words : null,
    };
  }

  /** @param {Measurement} measurement @returns {Measurement} with its numbers as they are now */
  remeasured(measurement) {
    if (this.locked.has(measurement.id)) return measurement;
    const found = this.find(measurement);
    if (!found) return measurement;
    const { results } = measured(measurement, found.frame, found.words, this.calibrationOf(found.series, found.frame));
    if (!found.words && (isRegion(measurement.kind) || measurement.kind === 'probe')) {
      // The pixels are not here: what they said before stays.
      const names = results.map(({ name }) => name);
      results.push(...measurement.results.filter(({ name }) => !names.includes(name) && name !== 'area'));
    }
    return { ...measurement, results };
  }

  remeasureAll() {
    const changed = this.collection.all.map((measurement) => this.remeasured(measurement));
    this.collection.all = changed;
  }

  /**
   * Pixels came that were awaited: numbers that lacked them are there now.
   * @param {Frame} frame
   */
  pixelsCame(frame) {
    const waiting = this.on(frame).filter(({ kind, results }) => (isRegion(kind) && !results.some(({ name }) => name === 'mean'))
      || (kind === 'probe' && results.length === 0));
    let changed = false;
    for (const measurement of waiting) {
      const now = this.remeasured(measurement);
      if (now.results.length === measurement.results.length) continue;
      this.collection.preview(now);
      changed = true;
    }
    if (changed) for (const listener of this.listeners) listener('edit');
  }
}

/** @param {StackPane} pane @returns {Measurement['window']} how it is seen */
export function windowOf(pane) {
  const { frame } = pane;
  const window = frame && pane.loaded?.kind === 'grey' ? pane.currentWindow() : null;
  return frame && window && window.width > 0 ? { center: window.center, width: window.width, inverted: frame.inverse !== pane.inverted } : null;
}

/**
 * The part of the image on the screen.
 * @param {View} view
 * @returns {number[]} left, top, right, bottom in pixels
 */
export function areaOf({ frame, pane, toImage }) {
  const { width, height } = pane.size;
  const corners = [{ x: 0, y: 0 }, { x: width, y: 0 }, { x: 0, y: height }, { x: width, y: height }].map(toImage);
  const clip = (/** @type {number} */ value, /** @type {number} */ most) => Math.round(Math.min(most, Math.max(0, value)));
  const { columns, rows } = frame.format;
  return [
    clip(Math.min(...corners.map(({ column }) => column)), columns), clip(Math.min(...corners.map(({ row }) => row)), rows),
    clip(Math.max(...corners.map(({ column }) => column)), columns), clip(Math.max(...corners.map(({ row }) => row)), rows),
  ];
}
