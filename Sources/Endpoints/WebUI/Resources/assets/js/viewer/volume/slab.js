// Thick planes: maximum, minimum and mean projections of a slab.

import { t } from '../../core/strings.js';
import { exchange } from './looks.js';
import { computed } from './pane-place.js';

/**
 * @typedef {import('../viewer.js').Viewer} Viewer
 * @typedef {import('../stack-pane.js').StackPane} StackPane
 * @typedef {import('./volumes.js').Volumes} Volumes
 * @typedef {import('./resample.js').Projection} Projection
 */

/** mm */
export const THICKNESSES = [3, 5, 8, 10, 15, 20, 30, 40, 60, 100];
/** @type {(Projection | null)[]} */
const ORDER = [null, 'max', 'min', 'mean'];

export class Slabs {
  /** @param {Viewer} viewer @param {Volumes} volumes */
  constructor(viewer, volumes) {
    this.viewer = viewer;
    this.volumes = volumes;
    this.thickness = 10;
  }

  /** @returns {Projection | null} of the active pane */
  get projection() {
    return computed(this.viewer.active.stack)?.slab?.projection ?? null;
  }

  next() {
    this.set(ORDER[(ORDER.indexOf(this.projection) + 1) % ORDER.length]);
  }

  /** @param {1 | -1} step thicker, thinner */
  change(step) {
    const at = THICKNESSES.findIndex((each) => each >= this.thickness);
    this.setThickness(THICKNESSES[Math.max(0, Math.min(THICKNESSES.length - 1, at + step))]);
  }

  /** @param {number} thickness mm */
  setThickness(thickness) {
    this.thickness = thickness;
    const { projection } = this;
    if (projection) this.set(projection);
  }

  /** @param {Projection | null} projection null: a thin plane, or the slice itself */
  set(projection) {
    const { active } = this.viewer;
    const shown = computed(active.stack);
    if (!shown && !projection) return;
    const volume = this.volumes.of(active);
    if (!volume) return;
    if (shown && !projection && shown.reformat.direction === 'own') {
      exchange(active, volume.base, volume.sliceAt(active.index));
      return;
    }
    const slab = projection ? { projection, thickness: this.thickness } : null;
    if (shown) {
      volume.setSlab(shown, slab);
      active.plan();
      this.viewer.bar.follow();
      return;
    }
    const index = volume.planeOfSlice(active.index);
    const stack = volume.stack('own', t('volume.own'));
    volume.setSlab(stack, slab);
    exchange(active, stack, index);
  }
}
