// The small picture that comes with the page, before any script.

/** @typedef {import('./viewer.js').Viewer} Viewer */

/**
 * It stands until a pane shows an image, or says why there is none.
 * @param {Viewer} viewer
 */
export function setUpFirstLook(viewer) {
  const figure = viewer.root.querySelector('[data-role=first-look]');
  if (!figure) return;
  const look = () => {
    if (viewer.active.stack && viewer.active.element.dataset.state !== 'loading') figure.remove();
  };
  viewer.events.addEventListener('changed', look);
  viewer.events.addEventListener('frame', look);
  viewer.events.addEventListener('opened', () => {
    look();
    if (!viewer.active.stack) figure.remove();
  });
}
