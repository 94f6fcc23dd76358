// Where the images of other panes lie in this one.

import { t } from '../../core/strings.js';
import { crossingLine } from './crossing.js';
import { LINE_COLOUR, PLANE_COLOURS, drawWords, strokeLine } from './drawing.js';
import { computed, placementOf, visiblePanes } from './pane-place.js';

/**
 * @typedef {import('../viewer.js').Viewer} Viewer
 * @typedef {import('../stack-pane.js').View} View
 * @typedef {import('../layers.js').Layer} Layer
 * @typedef {import('./pane-place.js').Placement} Placement
 * @typedef {import('./pane-sync.js').PaneSync} PaneSync
 */

/** The lines stay this far from the point of the crosshair (CSS pixels). */
const OPEN = 11;

export class ReferenceLines {
  /** @param {Viewer} viewer @param {PaneSync} sync @param {import('./crosshair.js').Crosshair} crosshair */
  constructor(viewer, sync, crosshair) {
    this.crosshair = crosshair;
    this.viewer = viewer;
    this.sync = sync;
    this.isOn = true;
    /** @type {Layer} */
    this.layer = { paint: (context, view) => this.paint(context, view) };
  }

  toggle() {
    this.isOn = !this.isOn;
    for (const pane of this.viewer.panes) pane.plan();
  }

  /** @param {CanvasRenderingContext2D} context @param {View} view */
  paint(context, view) {
    const own = placementOf(view.pane);
    const beyond = this.sync.beyond.get(view.pane);
    if (beyond) {
      drawWords(context, t('volume.beyond', { mm: Math.round(beyond) }), { x: view.pane.size.width / 2, y: 40 }, { colour: '#ffd27a', size: 14 });
    }
    if (!own || !this.isOn) return;
    this.leaveOpen(context, view);
    for (const other of this.others(own)) this.draw(context, view, own, other);
  }

  /**
   * The panes whose lines are drawn in a pane.
   * @param {Placement} own
   * @returns {Placement[]}
   */
  others(own) {
    /** @type {Placement[]} */
    const others = [];
    for (const pane of visiblePanes(this.viewer)) {
      const other = pane === own.pane ? null : placementOf(pane);
      if (other && other.space === own.space && this.isShown(other)) others.push(other);
    }
    return others;
  }

  /**
   * Lines don't cover what the crosshair points at.
   * @param {CanvasRenderingContext2D} context
   * @param {View} view
   */
  leaveOpen(context, view) {
    const drawn = this.crosshair.drawnAt(view);
    if (!drawn) return;
    const { width, height } = view.pane.size;
    context.beginPath();
    context.rect(0, 0, width, height);
    context.arc(drawn.at.x, drawn.at.y, OPEN, 0, 2 * Math.PI, true);
    context.clip('evenodd');
  }

  /**
   * Whether the planes of a volume cross in a pane: they show its point, without further marks.
   * @param {Placement} own
   * @returns {boolean}
   */
  showPoint(own) {
    return this.isOn && this.others(own).filter(({ stack }) => computed(stack)).length >= 2;
  }

  /**
   * The pane that is worked in; and the planes of a reformatted volume, which belong together.
   * @param {Placement} other
   */
  isShown(other) {
    const stack = computed(other.stack);
    return other.pane === this.viewer.active || (stack !== null && stack.reformat.direction !== 'own');
  }

  /** @param {CanvasRenderingContext2D} context @param {View} view @param {Placement} own @param {Placement} other */
  draw(context, view, own, other) {
    const stack = computed(other.stack);
    const colour = (stack && PLANE_COLOURS[stack.reformat.direction]) ?? LINE_COLOUR;
    const half = stack?.slab ? (other.frame.thickness ?? 0) / 2 : 0;
    for (const offset of half > 0 ? [0, -half, half] : [0]) {
      const line = crossingLine(other.plane, own.plane, offset);
      if (line) strokeLine(context, view.toScreen(line.from), view.toScreen(line.to), colour, offset === 0 ? [] : [4, 4]);
    }
  }
}
