// The volumes of the stacks on the screen.

import { notify } from '../../core/notice.js';
import { t } from '../../core/strings.js';
import { computed } from './pane-place.js';
import { Volume } from './volume.js';

/**
 * @typedef {import('../viewer.js').Viewer} Viewer
 * @typedef {import('../stack-pane.js').StackPane} StackPane
 * @typedef {import('../frame-loader.js').Stack} Stack
 */

export class Volumes {
  /** @param {Viewer} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    /** @type {WeakMap<Stack, Volume[]>} */
    this.known = new WeakMap();
  }

  /**
   * The volume that a pane shows a slice or a plane of. Says why there is none.
   * @param {StackPane} pane
   * @returns {Volume | null}
   */
  of(pane) {
    const { stack, index } = pane;
    if (!stack) return null;
    const shown = computed(stack);
    if (shown) return shown.source.volume;
    const known = this.known.get(stack) ?? [];
    const found = known.find(({ survey }) => survey.indices.includes(index));
    if (found) return found;
    const made = stack.source ? 'no-geometry' : Volume.of(stack, index, this.viewer.loader);
    if (typeof made === 'string') {
      notify(t(`volume.${made}`), 'problem');
      return null;
    }
    this.known.set(stack, [...known, made]);
    return made;
  }
}
