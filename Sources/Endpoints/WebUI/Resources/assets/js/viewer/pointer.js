// Mouse, pen and fingers on a pane.

import { pinch } from './pinch.js';

/**
 * @typedef {import('./stack-pane.js').StackPane} StackPane
 * @typedef {import('./viewer.js').Viewer} Viewer
 * @typedef {import('./layers.js').Grip} Grip
 * @typedef {import('./placement.js').Point} Point
 */

const WHEEL_STEP = 40;

class PanePointer {
  /** @param {StackPane} pane @param {Viewer} viewer */
  constructor(pane, viewer) {
    this.pane = pane;
    this.viewer = viewer;
    /** @type {{grip: Grip, id: number} | null} */
    this.held = null;
    /**
     * Where each finger is.
     * @type {Map<number, Point>}
     */
    this.fingers = new Map();
    this.wheel = 0;
  }

  /** @param {MouseEvent} event @returns {Point} from the pane's top left corner */
  pointOf(event) {
    const { element } = this.pane;
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left - element.clientLeft, y: event.clientY - box.top - element.clientTop };
  }

  /** @param {PointerEvent} event */
  down(event) {
    if (isControl(event.target)) return;
    const { pane, viewer } = this;
    viewer.activate(pane);
    // A document's words can be selected, its lists opened.
    if (pane.paper.paper) return;
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    event.preventDefault();
    const point = this.pointOf(event);
    if (event.pointerType === 'touch') {
      this.fingers.set(event.pointerId, point);
      pane.element.setPointerCapture(event.pointerId);
      if (this.fingers.size === 2) {
        this.drop();
        return;
      }
    }
    const view = pane.view();
    if (!view || this.held || this.fingers.size > 2) return;
    const grip = (event.button === 0 ? pane.layers.press(point, view, event) : null)
      ?? this.toolOf(event.button)?.press(pane, point, view, event);
    if (!grip) return;
    pane.element.setPointerCapture(event.pointerId);
    this.held = { grip, id: event.pointerId };
  }

  /** @param {number} button */
  toolOf(button) {
    const { tool, tools, settings } = this.viewer;
    if (button === 0) return tool;
    return tools.get(button === 2 ? settings.mouse.right : settings.mouse.middle);
  }

  /** A second finger takes the first one's work away. */
  drop() {
    this.held?.grip.cancel?.();
    this.held = null;
  }

  /** @param {PointerEvent} event */
  move(event) {
    const { pane } = this;
    const point = this.pointOf(event);
    if (this.fingers.size === 2 && this.fingers.has(event.pointerId)) {
      const before = [...this.fingers.values()];
      this.fingers.set(event.pointerId, point);
      const after = [...this.fingers.values()];
      const { factor, dx, dy, centre } = pinch([before[0], before[1]], [after[0], after[1]]);
      pane.zoom(factor, centre);
      pane.pan(dx, dy);
      return;
    }
    if (this.held) {
      if (this.held.id === event.pointerId) this.held.grip.move(point, event);
      return;
    }
    const view = pane.view();
    if (!view || event.pointerType === 'touch') return;
    pane.probeAt(view.toImage(point));
    pane.layers.hover(point, view, event);
  }

  /** @param {PointerEvent} event @param {boolean} isCancelled */
  up(event, isCancelled) {
    this.fingers.delete(event.pointerId);
    if (this.held?.id !== event.pointerId) return;
    const { grip } = this.held;
    this.held = null;
    if (isCancelled && grip.cancel) grip.cancel();
    else grip.end(this.pointOf(event), event);
  }

  /** @param {WheelEvent} event */
  roll(event) {
    event.preventDefault();
    const { pane, viewer } = this;
    const delta = event.deltaMode === 0 ? event.deltaY : event.deltaY * WHEEL_STEP;
    viewer.activate(pane);
    if (event.ctrlKey !== (viewer.settings.mouse.wheel === 'zoom')) {
      pane.zoom(Math.exp(-Math.max(-200, Math.min(200, delta)) / 400), this.pointOf(event));
      return;
    }
    // A notch of a wheel is one image; a touch pad's small steps add up to one.
    this.wheel = Math.sign(delta) === Math.sign(this.wheel) ? this.wheel + delta : delta;
    const steps = Math.abs(this.wheel) >= WHEEL_STEP ? Math.sign(this.wheel) : 0;
    if (steps === 0) return;
    this.wheel = 0;
    pane.scroll(steps);
  }
}

/**
 * @param {StackPane} pane
 * @param {Viewer} viewer
 */
export function listenToPointer(pane, viewer) {
  const pointer = new PanePointer(pane, viewer);
  const { element } = pane;
  element.addEventListener('contextmenu', (event) => event.preventDefault());
  element.addEventListener('pointerdown', (event) => pointer.down(event));
  element.addEventListener('pointermove', (event) => pointer.move(event));
  element.addEventListener('pointerup', (event) => pointer.up(event, false));
  element.addEventListener('pointercancel', (event) => pointer.up(event, true));
  element.addEventListener('pointerleave', () => pane.probeAt(null));
  element.addEventListener('wheel', (event) => pointer.roll(event), { passive: false });
  element.addEventListener('dblclick', (event) => { if (!isControl(event.target)) viewer.enlarge(pane); });
}

/** @param {EventTarget | null} target @returns {boolean} buttons and sliders on a pane keep their own presses */
function isControl(target) {
  return target instanceof Element && target.closest('button, input, select, textarea, a, [role=slider]') !== null;
}
