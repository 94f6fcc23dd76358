// The place of a pane where a document stands instead of an image. Mouse and keys in it are the document's own.

/** @typedef {import('./frame-loader.js').Paper} Paper */

export class PaneDocument {
  /** @param {HTMLElement} pane */
  constructor(pane) {
    this.pane = pane;
    /** @type {Paper | null} */
    this.paper = null;
  }

  /** @param {Paper | null} paper */
  show(paper) {
    this.paper?.close?.();
    this.paper?.element.remove();
    this.paper = paper;
    if (!paper) return;
    const { element } = paper;
    element.classList.add('document');
    // What the pane does with wheel, drag and double click is for images. A press still makes the pane the active one.
    for (const name of ['wheel', 'dblclick', 'contextmenu', 'pointermove']) {
      element.addEventListener(name, (event) => event.stopPropagation());
    }
    this.pane.append(element);
  }

  /** @param {number} steps @returns {boolean} whether a document took them */
  scroll(steps) {
    this.paper?.scroll?.(steps);
    return this.paper !== null;
  }
}
