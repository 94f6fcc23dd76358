// The panes on the screen: from one to nine, one of them enlarged if wanted.

import { StackPane } from './stack-pane.js';

/** @typedef {{rows: number, columns: number}} Grid */

export const LARGEST = 3;

/** @param {string} words "2x3": two rows, three columns @returns {Grid} */
export function gridOf(words) {
  const [rows, columns] = words.split('x').map(Number);
  const inside = (/** @type {number} */ count) => (Number.isInteger(count) ? Math.min(LARGEST, Math.max(1, count)) : 1);
  return { rows: inside(rows), columns: inside(columns) };
}

export class Layout {
  /**
   * @param {HTMLElement} element the grid
   * @param {HTMLTemplateElement} template of a pane
   * @param {(element: HTMLElement, number: number) => StackPane} makePane
   */
  constructor(element, template, makePane) {
    this.element = element;
    this.template = template;
    this.makePane = makePane;
    /**
     * Every pane that was ever shown: one that comes back is as it was left.
     * @type {StackPane[]}
     */
    this.made = [];
    /** @type {Grid} */
    this.grid = { rows: 1, columns: 1 };
    /** @type {StackPane | null} */
    this.enlarged = null;
  }

  /** @returns {StackPane[]} those of the grid, in reading order */
  get panes() {
    return this.made.slice(0, this.grid.rows * this.grid.columns);
  }

  /** @param {Grid} grid */
  set(grid) {
    this.grid = grid;
    this.enlarged = null;
    while (this.made.length < grid.rows * grid.columns) {
      const copy = /** @type {DocumentFragment} */ (this.template.content.cloneNode(true));
      const element = copy.firstElementChild;
      if (!(element instanceof HTMLElement)) throw new Error('the template has no pane');
      element.dataset.pane = String(this.made.length + 1);
      this.made.push(this.makePane(element, this.made.length + 1));
    }
    this.arrange();
  }

  /** @param {StackPane} pane the only one shown, or all again when it was that */
  enlarge(pane) {
    if (this.panes.length < 2) return;
    this.enlarged = this.enlarged ? null : pane;
    this.arrange();
  }

  /** @param {StackPane} pane enlarged instead of the one that is */
  exchange(pane) {
    this.enlarged = pane;
    this.arrange();
  }

  arrange() {
    const shown = this.enlarged ? [this.enlarged] : this.panes;
    const { rows, columns } = this.enlarged ? { rows: 1, columns: 1 } : this.grid;
    this.element.style.gridTemplate = `repeat(${rows}, minmax(0, 1fr)) / repeat(${columns}, minmax(0, 1fr))`;
    this.element.dataset.count = String(shown.length);
    this.element.replaceChildren(...shown.map(({ element }) => element));
    for (const pane of this.made) {
      if (shown.includes(pane)) pane.wake();
      else pane.sleep();
    }
    for (const pane of shown) pane.plan();
  }
}
