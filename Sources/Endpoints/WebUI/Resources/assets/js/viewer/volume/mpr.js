// Three planes through a volume side by side, and back.

import { t } from '../../core/strings.js';
import { gridOf } from '../layout.js';
import { PaneWindow } from '../pane-window.js';
import { lookOf, restore } from './looks.js';
import { computed, placementOf } from './pane-place.js';
import { centreOf } from './plane.js';
import { nearestFrame } from './sync.js';

/**
 * @typedef {import('../viewer.js').Viewer} Viewer
 * @typedef {import('../stack-pane.js').StackPane} StackPane
 * @typedef {import('./volumes.js').Volumes} Volumes
 * @typedef {import('./crosshair.js').Crosshair} Crosshair
 * @typedef {import('./reformat.js').Direction} Direction
 */

/**
 * In reading order; the fourth pane keeps the slices themselves.
 * @type {Direction[]}
 */
const PLANES = ['axial', 'sagittal', 'coronal'];

export class MPR {
  /** @param {Viewer} viewer @param {Volumes} volumes @param {Crosshair} crosshair */
  constructor(viewer, volumes, crosshair) {
    this.viewer = viewer;
    this.volumes = volumes;
    this.crosshair = crosshair;
    /** @type {{grid: string, looks: import('./looks.js').Look[]} | null} */
    this.before = null;
    /**
     * One window for the planes of a volume: what is set in one is seen in all.
     * @type {PaneWindow | null}
     */
    this.shared = null;
    this.sharedLook = '';
  }

  get isOn() {
    return this.before !== null;
  }

  toggle() {
    if (this.before) this.leave();
    else this.enter();
  }

  enter() {
    const { viewer } = this;
    const { active } = viewer;
    const placement = placementOf(active);
    const volume = this.volumes.of(active);
    if (!volume || !placement || !active.stack) return;
    const { rows, columns } = viewer.layout.grid;
    this.before = { grid: `${rows}x${columns}`, looks: viewer.panes.map(lookOf) };
    // Who has not scrolled yet sees the middle, not the first slice.
    const isUntouched = !computed(active.stack) && active.index === 0;
    const middle = volume.survey.indices.length >> 1;
    const slices = { stack: volume.base, index: isUntouched || computed(active.stack) ? volume.survey.indices[middle] : active.index };
    const window = active.currentWindow();
    const { inverted } = active;
    const point = centreOf(isUntouched ? volume.survey.planes[middle] : placement.plane);
    viewer.layout.set(gridOf('2x2'));
    const shared = new PaneWindow();
    if (window) shared.set('own', window);
    PLANES.forEach((direction, at) => {
      const stack = volume.stack(direction, t(`volume.${direction}`));
      const pane = viewer.panes[at];
      pane.window = new PaneWindow();
      pane.show(stack, nearestFrame(stack.frames, point, stack.reformat.first, 0)?.index ?? stack.frames.length >> 1);
      pane.window = shared;
      pane.inverted = inverted;
    });
    viewer.panes[3].window = new PaneWindow();
    viewer.panes[3].show(slices.stack, slices.index);
    viewer.panes[3].window = shared;
    this.shared = shared;
    viewer.setLayout('2x2');
    viewer.activate(viewer.panes[0]);
    this.crosshair.put(point, viewer.panes[0]);
  }

  leave() {
    const { viewer, before } = this;
    if (!before) return;
    this.before = null;
    this.shared = null;
    this.crosshair.clear();
    const panes = [...viewer.layout.made];
    viewer.activate(panes[0]);
    before.looks.forEach((look, at) => restore(panes[at], look));
    for (const pane of panes.slice(before.looks.length)) if (computed(pane.stack)) pane.clear();
    viewer.setLayout(before.grid);
  }

  /**
   * A pane was drawn: the others of the volume show the same window.
   * @param {StackPane} pane
   */
  drawn(pane) {
    if (!this.shared || pane.window !== this.shared) return;
    const { choice, own } = this.shared;
    const look = [choice, own?.center, own?.width].join();
    if (look === this.sharedLook) return;
    this.sharedLook = look;
    for (const other of this.viewer.panes) if (other !== pane && other.window === this.shared) other.plan();
  }

  /**
   * Another stack was put into a pane: its window is its own again.
   * @param {StackPane} pane
   */
  exchanged(pane) {
    if (!this.shared || pane.window !== this.shared) return;
    const volume = computed(pane.stack)?.source.volume;
    const isOurs = this.viewer.panes.some((other) => other !== pane && volume && computed(other.stack)?.source.volume === volume);
    if (!isOurs && pane !== this.viewer.panes[3]) pane.window = new PaneWindow();
  }

  /** The layout was changed by hand: what is on the screen stays, and nothing is put back later. */
  layoutChanged() {
    const { rows, columns } = this.viewer.layout.grid;
    if (!this.before || (rows === 2 && columns === 2)) return;
    this.before = null;
    this.shared = null;
    for (const pane of this.viewer.layout.made) {
      const window = new PaneWindow();
      window.set(pane.window.choice, pane.window.own ?? undefined);
      pane.window = window;
    }
  }
}
