// One point in the patient, shown in every pane: click in one, the others go there.

import { LINE_COLOUR, strokeLine } from './drawing.js';
import { bringIntoView, computed, placementOf, visiblePanes } from './pane-place.js';
import { distanceTo, moved, toImage, toPatient } from './plane.js';

/**
 * @typedef {import('../viewer.js').Viewer} Viewer
 * @typedef {import('../stack-pane.js').StackPane} StackPane
 * @typedef {import('../stack-pane.js').View} View
 * @typedef {import('../layers.js').Layer} Layer
 * @typedef {import('../layers.js').Grip} Grip
 * @typedef {import('../placement.js').Point} Point
 */

/** The gap in the middle, and how far the arms reach (CSS pixels). */
const GAP = 9;
const ARM = 26;
/** Pressing this near to its middle takes hold of it, whatever the tool. */
const HOLD = 9;

export class Crosshair {
  /** @param {Viewer} viewer @param {import('./pane-sync.js').PaneSync} sync */
  constructor(viewer, sync) {
    this.viewer = viewer;
    this.sync = sync;
    /** @type {{point: number[], space: string} | null} */
    this.mark = null;
    /** @type {import('./reference-lines.js').ReferenceLines | null} */
    this.lines = null;
    /** @type {Layer} */
    this.layer = {
      paint: (context, view) => this.paint(context, view),
      press: (point, view) => (this.isAt(point, view) ? this.grip(view.pane, point) : null),
    };
  }

  clear() {
    this.mark = null;
    for (const pane of this.viewer.panes) pane.plan();
  }

  /** @param {StackPane} pane @param {Point} point @returns {Grip} */
  grip(pane, point) {
    this.putAt(pane, point);
    return { move: (to) => this.putAt(pane, to), end: () => {} };
  }

  /** @param {StackPane} pane @param {Point} point in CSS pixels of the pane */
  putAt(pane, point) {
    const view = pane.view();
    const placement = placementOf(pane);
    if (view && placement) this.put(toPatient(placement.plane, view.toImage(point)), pane);
  }

  /** @param {number[]} point @param {StackPane} pane the one it was put in, which stays as it is */
  put(point, pane) {
    const own = placementOf(pane);
    if (!own) return;
    this.mark = { point, space: own.space };
    for (const other of visiblePanes(this.viewer)) {
      const there = other === pane ? null : this.pointIn(other);
      if (there) bringIntoView(other, there);
      other.plan();
    }
  }

  /** @param {StackPane} pane @returns {number[] | null} the point in the pane's own space; null where it has none */
  pointIn(pane) {
    const placement = placementOf(pane);
    if (!this.mark || !placement) return null;
    if (placement.space === this.mark.space && !this.sync.isOn) return this.mark.point;
    const from = visiblePanes(this.viewer).map(placementOf).find((each) => each?.space === this.mark?.space);
    if (!from) return placement.space === this.mark.space ? this.mark.point : null;
    const shift = this.sync.alignment.shiftBetween(from.stack, from.frame, placement.stack, placement.frame);
    return shift ? this.mark.point.map((value, axis) => value + shift[axis]) : null;
  }

  /**
   * A reformatted plane takes the point along when it is scrolled.
   * @param {StackPane} pane
   */
  follow(pane) {
    const placement = placementOf(pane);
    if (!this.mark || !placement || placement.space !== this.mark.space || pane !== this.viewer.active) return;
    const stack = computed(placement.stack);
    if (!stack || stack.reformat.direction === 'own') return;
    const away = distanceTo(placement.plane, this.mark.point);
    if (Math.abs(away) <= stack.reformat.step / 2) return;
    this.mark.point = moved(this.mark.point, placement.plane.normal, -away);
    // The slices themselves, beside the planes made of them, go along.
    for (const other of visiblePanes(this.viewer)) {
      if (other.stack === stack.base) bringIntoView(other, this.mark.point);
    }
  }

  /** @param {View} view @returns {{at: Point, away: number} | null} where the point is drawn, and mm from the plane */
  drawnAt(view) {
    const point = this.pointIn(view.pane);
    const placement = placementOf(view.pane);
    if (!point || !placement) return null;
    return { at: view.toScreen(toImage(placement.plane, point)), away: Math.abs(distanceTo(placement.plane, point)) };
  }

  /** @param {Point} point @param {View} view */
  isAt(point, view) {
    const drawn = this.drawnAt(view);
    return drawn !== null && Math.hypot(drawn.at.x - point.x, drawn.at.y - point.y) <= HOLD;
  }

  /** @param {CanvasRenderingContext2D} context @param {View} view */
  paint(context, view) {
    const drawn = this.drawnAt(view);
    const placement = placementOf(view.pane);
    if (!drawn || !placement || this.lines?.showPoint(placement)) return;
    const { at: { x, y }, away } = drawn;
    // Fainter where the point lies before or behind the image.
    context.globalAlpha = away <= Math.max(1, (view.frame.thickness ?? 0) / 2 + 0.5) ? 1 : 0.45;
    for (const [dx, dy] of [[-1, 0], [1, 0], [0, -1], [0, 1]]) {
      strokeLine(context, { x: x + dx * GAP, y: y + dy * GAP }, { x: x + dx * ARM, y: y + dy * ARM }, LINE_COLOUR);
    }
  }
}
