// Mouse, pen and touch on a pane.

/** @typedef {import('./stack-pane.js').StackPane} StackPane */
/** @typedef {import('./stack-pane.js').Tool} Tool */

/** Dragging this far scrolls one image (CSS pixels). */
const SCROLL_STEP = 8;
const WHEEL_STEP = 40;

/** @param {PointerEvent} event @param {Tool} tool @returns {Tool} what this button does */
function toolFor(event, tool) {
  if (event.button === 2) return 'zoom';
  return event.button === 1 ? 'pan' : tool;
}

/**
 * @param {StackPane} pane
 */
export function listenToPointer(pane) {
  const { element } = pane;
  /** @type {{tool: Tool, x: number, y: number, startX: number, startY: number, rest: number} | null} */
  let drag = null;
  let wheel = 0;
  /** @param {MouseEvent} event */
  const fromCentre = (event) => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 };
  };

  element.addEventListener('contextmenu', (event) => event.preventDefault());
  element.addEventListener('pointerdown', (event) => {
    if (drag) return;
    element.setPointerCapture(event.pointerId);
    const point = fromCentre(event);
    drag = { tool: toolFor(event, pane.tool), x: event.clientX, y: event.clientY, startX: point.x, startY: point.y, rest: 0 };
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    event.preventDefault();
  });
  element.addEventListener('pointermove', (event) => {
    if (!drag) {
      pane.probeAt(fromCentre(event));
      return;
    }
    const dx = event.clientX - drag.x;
    const dy = event.clientY - drag.y;
    drag.x = event.clientX;
    drag.y = event.clientY;
    if (drag.tool === 'window') pane.dragWindow(dx, dy);
    else if (drag.tool === 'pan') pane.pan(dx, dy);
    else if (drag.tool === 'zoom') pane.zoom(Math.exp(-dy / 150), { x: drag.startX, y: drag.startY });
    else {
      drag.rest += dy;
      const steps = Math.trunc(drag.rest / SCROLL_STEP);
      drag.rest -= steps * SCROLL_STEP;
      if (steps !== 0) pane.goTo(pane.index + steps);
    }
  });
  const release = () => { drag = null; };
  element.addEventListener('pointerup', release);
  element.addEventListener('pointercancel', release);
  element.addEventListener('pointerleave', () => {
    pane.probe = null;
    pane.onChange();
  });
  element.addEventListener('wheel', (event) => {
    event.preventDefault();
    const delta = event.deltaMode === 0 ? event.deltaY : event.deltaY * WHEEL_STEP;
    if (event.ctrlKey) {
      pane.zoom(Math.exp(-delta / 400), fromCentre(event));
      return;
    }
    // A notch of a wheel is one image; a touch pad's small steps add up to one.
    wheel = Math.sign(delta) === Math.sign(wheel) ? wheel + delta : delta;
    const steps = Math.abs(wheel) >= WHEEL_STEP ? Math.sign(wheel) : 0;
    if (steps === 0) return;
    wheel = 0;
    pane.goTo(pane.index + steps);
  }, { passive: false });
  element.addEventListener('dblclick', () => pane.fit());
}
