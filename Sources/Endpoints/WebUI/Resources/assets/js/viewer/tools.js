// What dragging does: the tools that every pane has.

/**
 * @typedef {import('./stack-pane.js').StackPane} StackPane
 * @typedef {import('./stack-pane.js').View} View
 * @typedef {import('./layers.js').Grip} Grip
 * @typedef {import('./placement.js').Point} Point
 *
 * @typedef {object} Tool
 * @property {string} name
 * @property {string} label a key of the string catalogue
 * @property {string} [key] the hotkey
 * @property {string} [cursor] of CSS
 * @property {string} [group] where the sheet of keys lists it
 * @property {(pane: StackPane, point: Point, view: View, event: PointerEvent) => Grip | null} press
 */

/** Dragging this far scrolls one image (CSS pixels). */
const SCROLL_STEP = 8;

/**
 * A grip that is told how far the pointer went since the last time.
 * @param {Point} from
 * @param {(dx: number, dy: number) => void} onMove
 * @returns {Grip}
 */
export function dragging(from, onMove) {
  let last = from;
  return {
    move: (point) => {
      onMove(point.x - last.x, point.y - last.y);
      last = point;
    },
    end: () => {},
  };
}

/** @type {Tool[]} */
export const BASIC_TOOLS = [
  {
    name: 'window', label: 'viewer.window', key: 'w', cursor: 'crosshair',
    press: (pane, point) => dragging(point, (dx, dy) => pane.dragWindow(dx, dy)),
  },
  {
    name: 'zoom', label: 'viewer.zoom', key: 'z', cursor: 'zoom-in',
    press: (pane, point) => dragging(point, (_, dy) => pane.zoom(Math.exp(-dy / 150), point)),
  },
  {
    name: 'pan', label: 'viewer.pan', key: 'p', cursor: 'move',
    press: (pane, point) => dragging(point, (dx, dy) => pane.pan(dx, dy)),
  },
  {
    name: 'scroll', label: 'viewer.scroll', key: 's', cursor: 'ns-resize',
    press: (pane, point) => {
      let rest = 0;
      return dragging(point, (_, dy) => {
        rest += dy;
        const steps = Math.trunc(rest / SCROLL_STEP);
        rest -= steps * SCROLL_STEP;
        if (steps !== 0) pane.scroll(steps);
      });
    },
  },
];
