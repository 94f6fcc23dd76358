// What is drawn over an image: measurements, reference lines, annotations. One canvas a pane, however many layers.

/**
 * @typedef {import('./stack-pane.js').View} View
 * @typedef {import('./placement.js').Point} Point
 *
 * @typedef {object} Grip what a pressed pointer holds until it is let go
 * @property {(point: Point, event: PointerEvent) => void} move
 * @property {(point: Point, event: PointerEvent) => void} end
 * @property {() => void} [cancel]
 *
 * @typedef {object} Layer
 * @property {(context: CanvasRenderingContext2D, view: View) => void} paint in CSS pixels of the pane
 * @property {(point: Point, view: View, event: PointerEvent) => Grip | null} [press] asked before the tool
 * @property {(point: Point, view: View, event?: PointerEvent) => void} [hover]
 */

/** What leaves something on a canvas. */
const MARKING = ['stroke', 'fill', 'fillRect', 'strokeRect', 'drawImage', 'fillText', 'strokeText'];

export class Layers {
  /** @param {HTMLElement} element the pane @param {HTMLElement} below the canvas comes after this */
  constructor(element, below) {
    this.element = element;
    this.canvas = document.createElement('canvas');
    this.canvas.className = 'layers';
    below.after(this.canvas);
    const context = this.canvas.getContext('2d');
    if (!context) throw new Error('this browser has no canvas');
    this.context = context;
    /** @type {Layer[]} */
    this.layers = [];
    this.isClear = true;
    // An empty canvas over the picture costs a slow machine a third of its frames: it is taken away while nothing is on it.
    /** @type {any} */
    const drawing = context;
    for (const name of MARKING) {
      const draw = drawing[name];
      drawing[name] = (/** @type {any[]} */ ...values) => {
        this.isClear = false;
        draw.apply(context, values);
      };
    }
  }

  /** @param {Layer} layer @returns {() => void} takes it away again */
  add(layer) {
    this.layers.push(layer);
    return () => { this.layers = this.layers.filter((each) => each !== layer); };
  }

  /** @param {View | null} view */
  paint(view) {
    const { context, canvas } = this;
    const ratio = window.devicePixelRatio;
    const width = Math.round(this.element.clientWidth * ratio);
    const height = Math.round(this.element.clientHeight * ratio);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    } else if (!this.isClear) {
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, width, height);
    }
    this.isClear = true;
    for (const layer of view ? this.layers : []) {
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.save();
      if (view) layer.paint(context, view);
      context.restore();
    }
    canvas.hidden = this.isClear;
  }

  /** @param {Point} point @param {View} view @param {PointerEvent} event @returns {Grip | null} the topmost layer's */
  press(point, view, event) {
    for (const layer of [...this.layers].reverse()) {
      const grip = layer.press?.(point, view, event);
      if (grip) return grip;
    }
    return null;
  }

  /** @param {Point} point @param {View} view @param {PointerEvent} event */
  hover(point, view, event) {
    for (const layer of this.layers) layer.hover?.(point, view, event);
  }
}
