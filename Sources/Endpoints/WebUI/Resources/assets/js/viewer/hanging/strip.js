// The earlier study's series below the study's own in the strip: chosen and dragged like those, and marked.

import { t } from '../../core/strings.js';
import { addThumbnail, drawThumbnail } from '../thumbnails.js';

/**
 * @typedef {import('./prior-study.js').PriorStack} PriorStack
 * @typedef {import('../viewer.js').Viewer} Viewer
 */

export class PriorStrip {
  /** @param {Viewer} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    /** @type {{stack: PriorStack, button: HTMLButtonElement}[]} */
    this.entries = [];
    /** @type {HTMLElement[]} */
    this.items = [];
    for (const event of ['stack', 'active', 'layout']) viewer.events.addEventListener(event, () => this.follow());
  }

  /** @param {PriorStack[]} stacks of one study; none: the strip is empty again */
  show(stacks) {
    for (const item of this.items) item.remove();
    this.items = [];
    this.entries = [];
    if (stacks.length === 0) return;
    const { list } = this.viewer.shelf;
    const title = document.createElement('li');
    title.className = 'prior-strip-title';
    for (const words of [t('prior.badge'), stacks[0].prior.date]) {
      const part = document.createElement('span');
      part.textContent = words;
      title.append(part, ' ');
    }
    list.append(title);
    this.items.push(title);
    for (const stack of stacks) {
      const button = addThumbnail(list, stack.series, () => this.viewer.show(stack));
      button.classList.add('is-prior');
      button.draggable = true;
      button.addEventListener('dragstart', (event) => {
        this.viewer.shelf.dragged = { series: stack.series, stack, button };
        event.dataTransfer?.setData('text/plain', stack.uid);
      });
      button.addEventListener('dragend', () => { this.viewer.shelf.dragged = null; });
      if (button.parentElement) this.items.push(button.parentElement);
      this.entries.push({ stack, button });
    }
    this.follow();
    this.draw().catch(() => {});
  }

  async draw() {
    for (const { stack, button } of [...this.entries]) {
      await drawThumbnail(button, stack, this.viewer.loader).catch(() => button.classList.add('is-failed'));
    }
  }

  follow() {
    const shown = this.viewer.panes.map(({ stack }) => stack);
    for (const { stack, button } of this.entries) {
      button.setAttribute('aria-pressed', String(stack === this.viewer.active.stack));
      button.classList.toggle('is-shown', shown.includes(stack));
    }
  }
}
