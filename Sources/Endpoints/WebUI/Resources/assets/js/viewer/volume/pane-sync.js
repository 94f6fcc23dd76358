// Scrolls panes together.

import { notify } from '../../core/notice.js';
import { t } from '../../core/strings.js';
import { placementOf, visiblePanes } from './pane-place.js';
import { Alignment, follow } from './sync.js';

/**
 * @typedef {import('../viewer.js').Viewer} Viewer
 * @typedef {import('../stack-pane.js').StackPane} StackPane
 */

export class PaneSync {
  /** @param {Viewer} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    this.isOn = false;
    this.alignment = new Alignment();
    /**
     * How far a pane's stack ends before the place that the others show (mm).
     * @type {Map<StackPane, number>}
     */
    this.beyond = new Map();
  }

  /** Panes of one frame of reference follow by place; others from where they stand now. */
  toggle() {
    this.isOn = !this.isOn;
    this.alignment.clear();
    this.beyond.clear();
    if (this.isOn) {
      if (this.join(false) > 0) notify(t('volume.joined'));
      this.lead(this.viewer.active);
    }
    for (const pane of this.viewer.panes) pane.plan();
  }

  /** What the panes show now is the same place, whatever their frames of reference say. */
  align() {
    this.isOn = true;
    this.beyond.clear();
    notify(t(this.join(true) > 0 ? 'volume.aligned' : 'volume.notAligned'));
    for (const pane of this.viewer.panes) pane.plan();
  }

  /** @param {boolean} isOwn panes of the same frame of reference as well @returns {number} how many were joined */
  join(isOwn) {
    const leader = placementOf(this.viewer.active);
    if (!leader) return 0;
    let joined = 0;
    for (const pane of visiblePanes(this.viewer)) {
      const other = pane === leader.pane ? null : placementOf(pane);
      if (!other || other.stack === leader.stack) continue;
      const isSame = other.space === leader.space;
      if (isSame && !isOwn) continue;
      if (this.alignment.join(leader.stack, leader.frame, other.stack, other.frame, isSame)) joined += 1;
    }
    return joined;
  }

  /**
   * A pane shows another frame.
   * @param {StackPane} pane
   */
  lead(pane) {
    if (!this.isOn || pane !== this.viewer.active) return;
    const leader = placementOf(pane);
    if (!leader) return;
    this.beyond.delete(pane);
    for (const other of visiblePanes(this.viewer)) {
      if (other === pane || !other.stack || other.stack === leader.stack) continue;
      const found = follow(this.alignment, leader.stack, leader.frame, other.stack, other.index);
      if (!found) {
        this.beyond.delete(other);
        continue;
      }
      if ((this.beyond.get(other) ?? 0) !== found.beyond) other.plan();
      if (found.beyond > 0) this.beyond.set(other, found.beyond);
      else this.beyond.delete(other);
      other.goTo(found.index);
    }
  }
}
