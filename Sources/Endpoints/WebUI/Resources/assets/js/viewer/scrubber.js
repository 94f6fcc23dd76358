// The bar at a pane's right edge: where the stack stands, and what of it is here.

import { t } from '../core/strings.js';

/** @typedef {import('./stack-pane.js').StackPane} StackPane */

const HERE = '#3f8fc4';
const AWAY = '#2c3742';
const THUMB = '#f1f5f9';

export class Scrubber {
  /** @param {StackPane} pane */
  constructor(pane) {
    this.pane = pane;
    this.element = document.createElement('div');
    this.element.className = 'scrubber';
    this.element.dataset.role = 'scrubber';
    this.element.setAttribute('role', 'slider');
    this.element.setAttribute('aria-orientation', 'vertical');
    this.element.setAttribute('aria-label', t('viewer.scroll'));
    this.element.setAttribute('aria-valuemin', '1');
    this.canvas = document.createElement('canvas');
    this.element.append(this.canvas);
    pane.element.append(this.element);
    this.painted = '';
    const follow = (/** @type {PointerEvent} */ event) => {
      const box = this.element.getBoundingClientRect();
      const count = pane.stack?.frames.length ?? 1;
      pane.goTo(Math.floor(((event.clientY - box.top) / box.height) * count));
    };
    this.element.addEventListener('pointerdown', (event) => {
      event.stopPropagation();
      event.preventDefault();
      this.element.setPointerCapture(event.pointerId);
      follow(event);
    });
    this.element.addEventListener('pointermove', (event) => {
      if (this.element.hasPointerCapture(event.pointerId)) follow(event);
    });
  }

  /** Draws what differs from the last time. */
  paint() {
    const { pane, canvas } = this;
    const count = pane.stack?.frames.length ?? 0;
    this.element.hidden = count < 2;
    if (count < 2 || !pane.stack) return;
    const { stack, source } = pane;
    const height = Math.round(this.element.clientHeight * window.devicePixelRatio);
    const loaded = source.loadedCount(stack);
    const painted = `${height}/${pane.index}/${loaded}/${count}`;
    if (painted === this.painted || height === 0) return;
    this.painted = painted;
    this.element.setAttribute('aria-valuemax', String(count));
    this.element.setAttribute('aria-valuenow', String(pane.index + 1));
    this.element.dataset.loaded = String(loaded);
    if (canvas.height !== height) {
      canvas.width = 8;
      canvas.height = height;
    }
    const context = canvas.getContext('2d');
    if (!context) return;
    context.fillStyle = AWAY;
    context.fillRect(0, 0, 8, height);
    context.fillStyle = HERE;
    const step = height / count;
    for (let index = 0; index < count; index += 1) {
      const isHere = loaded === count || (source.isLoaded ? source.isLoaded(stack, index) : index < loaded);
      if (isHere) context.fillRect(0, Math.floor(index * step), 8, Math.ceil(step));
    }
    const thumb = Math.max(6 * window.devicePixelRatio, step);
    context.fillStyle = THUMB;
    context.fillRect(0, Math.min(height - thumb, Math.max(0, (pane.index + 0.5) * step - thumb / 2)), 8, thumb);
  }
}
