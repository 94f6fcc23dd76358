// How a pane shows its stack, kept while it shows another.

import { PaneWindow } from '../pane-window.js';

/**
 * @typedef {import('../stack-pane.js').StackPane} StackPane
 * @typedef {import('../frame-loader.js').Stack} Stack
 * @typedef {Pick<StackPane, 'stack' | 'index' | 'window' | 'inverted' | 'orientation' | 'placement' | 'isFitted'>} Look
 */

/** @param {StackPane} pane @returns {Look} */
export function lookOf({ stack, index, window, inverted, orientation, placement, isFitted }) {
  return { stack, index, window, inverted, orientation, placement, isFitted };
}

/**
 * Gives a pane back what it showed.
 * @param {StackPane} pane
 * @param {Look} look
 */
export function restore(pane, look) {
  if (!look.stack) {
    pane.clear();
    return;
  }
  pane.window = new PaneWindow();
  pane.show(look.stack, look.index);
  applyLook(pane, look);
}

/**
 * Another stack of the same place: window, zoom and turns stay.
 * @param {StackPane} pane
 * @param {Stack} stack
 * @param {number} index
 */
export function exchange(pane, stack, index) {
  const look = lookOf(pane);
  pane.window = new PaneWindow();
  pane.show(stack, index);
  applyLook(pane, look);
}

/** @param {StackPane} pane @param {Look} look */
function applyLook(pane, { window, inverted, orientation, placement, isFitted }) {
  pane.window = window;
  pane.inverted = inverted;
  pane.orientation = orientation;
  pane.placement = placement;
  pane.isFitted = isFitted;
  pane.plan();
}
