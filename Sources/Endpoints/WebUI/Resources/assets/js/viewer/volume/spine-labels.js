// Labels on vertebrae: clicked on one image, shown on every image that passes by.

import { drawWords } from './drawing.js';
import { placementOf } from './pane-place.js';
import { toImage, toPatient } from './plane.js';
import { labelAt, levelsOn, nextName, renamed } from './spine.js';
import { openSpineMenu } from './spine-menu.js';

/**
 * @typedef {import('../viewer.js').Viewer} Viewer
 * @typedef {import('../stack-pane.js').StackPane} StackPane
 * @typedef {import('../stack-pane.js').View} View
 * @typedef {import('../layers.js').Layer} Layer
 * @typedef {import('../layers.js').Grip} Grip
 * @typedef {import('../placement.js').Point} Point
 * @typedef {import('./spine.js').Vertebra} Vertebra
 */

const COLOUR = '#ffd27a';

export class SpineLabels {
  /** @param {Viewer} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    this.key = `spine ${viewer.study}`;
    /** @type {Vertebra[]} */
    this.labels = recalled(this.key);
    /** @type {Layer} */
    this.layer = { paint: (context, view) => this.paint(context, view) };
  }

  /** @param {StackPane} pane @param {Point} at @param {View} view @returns {Grip | null} */
  press(pane, at, view) {
    const placement = placementOf(pane);
    if (!placement) return null;
    const point = toPatient(placement.plane, view.toImage(at));
    const { space } = placement;
    const own = this.labels.filter((label) => label.space === space);
    const known = labelAt(own, point);
    if (known) return this.dragged(pane, known, at);
    const name = nextName(own, point);
    if (name) this.set([...this.labels, { name, point, space }]);
    else openSpineMenu(pane, at, { current: null, choose: (first) => this.set([...this.labels, { name: first, point, space }]) });
    return null;
  }

  /**
   * A label is moved; pressed without moving, it asks for another name.
   * @param {StackPane} pane
   * @param {Vertebra} label
   * @param {Point} from
   * @returns {Grip}
   */
  dragged(pane, label, from) {
    let moved = label;
    return {
      move: (to) => {
        const view = pane.view();
        const placement = placementOf(pane);
        if (!view || !placement || (moved === label && Math.hypot(to.x - from.x, to.y - from.y) < 4)) return;
        const next = { ...moved, point: toPatient(placement.plane, view.toImage(to)) };
        this.set(this.labels.map((each) => (each === moved ? next : each)));
        moved = next;
      },
      end: () => {
        if (moved === label) this.ask(pane, label, from);
      },
    };
  }

  /** @param {StackPane} pane @param {Vertebra} label @param {Point} at */
  ask(pane, label, at) {
    openSpineMenu(pane, at, {
      current: label.name,
      choose: (name) => this.set(renamed(this.labels, label, name)),
      remove: () => this.set(this.labels.filter((each) => each !== label)),
      clear: () => this.clear(),
    });
  }

  clear() {
    this.set([]);
  }

  /** @param {Vertebra[]} labels */
  set(labels) {
    this.labels = labels;
    // Kept while the window is open: names and places, of nobody by name.
    sessionStorage.setItem(this.key, JSON.stringify(labels));
    for (const pane of this.viewer.panes) pane.plan();
  }

  /** @param {CanvasRenderingContext2D} context @param {View} view */
  paint(context, view) {
    if (this.labels.length === 0) return;
    const placement = placementOf(view.pane);
    if (!placement) return;
    const { near, level } = levelsOn(this.labels.filter(({ space }) => space === placement.space), placement.plane);
    for (const { label, distance } of near) {
      const { x, y } = view.toScreen(toImage(placement.plane, label.point));
      context.globalAlpha = distance > 10 ? 0.6 : 1;
      context.beginPath();
      context.arc(x, y, 3.5, 0, 2 * Math.PI);
      context.fillStyle = COLOUR;
      context.strokeStyle = '#000';
      context.lineWidth = 1.5;
      context.fill();
      context.stroke();
      drawWords(context, label.name, { x: x + 9, y }, { colour: COLOUR, align: 'left' });
      context.globalAlpha = 1;
    }
    if (level) drawWords(context, level, { x: view.pane.size.width - 28, y: view.pane.size.height / 2 - 30 }, { colour: COLOUR, align: 'right', size: 18 });
  }
}

/** @param {string} key @returns {Vertebra[]} */
function recalled(key) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? '[]');
    return Array.isArray(kept) ? kept.filter(({ name, point, space }) => name && Array.isArray(point) && space) : [];
  } catch {
    return [];
  }
}
