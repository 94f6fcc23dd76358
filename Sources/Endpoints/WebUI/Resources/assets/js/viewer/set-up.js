// The parts that every pane of the viewer has: overlays, scrubber, film, glass.

import { CinePlayer } from './cine-player.js';
import { MAGNIFIER } from './magnifier.js';
import { OverlayLayer } from './overlay-layer.js';
import { Scrubber } from './scrubber.js';

/** @typedef {import('./viewer.js').Viewer} Viewer */

/** @param {Viewer} viewer */
export function setUpPanes(viewer) {
  viewer.addTool(MAGNIFIER);
  // A finger without buttons and wheel scrolls first of all.
  if (window.matchMedia('(pointer: coarse)').matches) viewer.setTool('scroll');
  new CinePlayer(viewer);
  // A browser may keep the pages that were left, with all their images; one a patient would fill its memory.
  window.addEventListener('pagehide', (event) => {
    if (!event.persisted) return;
    for (const pane of viewer.layout.made) pane.sleep();
    viewer.loader.store.clear();
  });
  window.addEventListener('pageshow', (event) => { if (event.persisted) viewer.layout.arrange(); });
  /** @type {OverlayLayer[]} */
  const overlays = [];
  let showsOverlays = true;
  /** @type {WeakMap<object, Scrubber>} */
  const scrubbers = new WeakMap();
  viewer.events.addEventListener('changed', (event) => scrubbers.get(/** @type {CustomEvent} */ (event).detail.pane)?.paint());
  viewer.everyPane((pane) => {
    const overlay = new OverlayLayer(pane);
    overlay.isShown = showsOverlays;
    overlays.push(overlay);
    pane.addLayer(overlay);
    scrubbers.set(pane, new Scrubber(pane));
  });
  viewer.addCommand({
    name: 'overlays', label: 'viewer.overlays', keys: ['u'], group: 'keys.view',
    run: () => {
      showsOverlays = !showsOverlays;
      for (const overlay of overlays) overlay.isShown = showsOverlays;
      for (const pane of viewer.layout.made) {
        pane.picture.showsShutter = showsOverlays;
        pane.plan();
      }
    },
  });
  viewer.addCommand({
    name: 'words', label: 'viewer.words', keys: ['y'], group: 'keys.view',
    run: () => viewer.layout.element.classList.toggle('is-wordless'),
  });
}
