// Panes in the patient.

import { nearestFrame, spaceOf } from './sync.js';
import { planeOf, toImage } from './plane.js';

/**
 * @typedef {import('../stack-pane.js').StackPane} StackPane
 * @typedef {import('../viewer.js').Viewer} Viewer
 * @typedef {import('../frame-loader.js').Stack} Stack
 * @typedef {import('../../dicomweb/image.js').Frame} Frame
 * @typedef {import('./plane.js').Plane} Plane
 * @typedef {import('./volume.js').ComputedStack} ComputedStack
 * @typedef {{pane: StackPane, stack: Stack, frame: Frame, plane: Plane, space: string}} Placement where a pane's image lies
 */

/** A point this near to the edge of a pane is brought further in (CSS pixels). */
const MARGIN = 24;

/** @param {StackPane} pane @returns {Placement | null} null when the image does not say */
export function placementOf(pane) {
  const { frame, stack } = pane;
  const plane = frame ? planeOf(frame) : null;
  return frame && stack && plane ? { pane, stack, frame, plane, space: spaceOf(stack, frame) } : null;
}

/** @param {Viewer} viewer @returns {StackPane[]} those that can be seen now */
export function visiblePanes(viewer) {
  return viewer.layout.enlarged ? [viewer.layout.enlarged] : viewer.panes;
}

/** @param {Stack | null} stack @returns {ComputedStack | null} */
export function computed(stack) {
  return stack && 'reformat' in stack ? /** @type {ComputedStack} */ (stack) : null;
}

/**
 * Shows the plane of a pane's stack that is nearest to a point, and the point within the pane.
 * @param {StackPane} pane
 * @param {number[]} point
 */
export function bringIntoView(pane, point) {
  const placement = placementOf(pane);
  if (!placement) return;
  const found = nearestFrame(placement.stack.frames, point, placement.plane, pane.index);
  if (!found) return;
  pane.goTo(found.index);
  const view = pane.view();
  const now = placementOf(pane);
  if (!view || !now || pane.isFitted) return;
  const at = view.toScreen(toImage(now.plane, point));
  const { width, height } = pane.size;
  const dx = at.x < MARGIN ? MARGIN - at.x : at.x > width - MARGIN ? width - MARGIN - at.x : 0;
  const dy = at.y < MARGIN ? MARGIN - at.y : at.y > height - MARGIN ? height - MARGIN - at.y : 0;
  if (dx !== 0 || dy !== 0) pane.pan(dx, dy);
}
