// Draws the overlay planes of an image (PS3.3 C.9.2).

import { planeBits } from '../dicomweb/overlay-planes.js';
import { imageTransform } from './image-transform.js';

/**
 * @typedef {import('./stack-pane.js').StackPane} StackPane
 * @typedef {import('./stack-pane.js').View} View
 */

/** RGBA little-endian: graphics bright, regions as a veil. */
const GRAPHICS = 0xffa8f0ff;
const REGION = 0x6050d8ff;

/** A layer of its pane. */
export class OverlayLayer {
  /** @param {StackPane} pane */
  constructor(pane) {
    this.pane = pane;
    this.isShown = true;
    /** @type {import('./frame-loader.js').Loaded | null} */
    this.madeOf = null;
    /** @type {{canvas: HTMLCanvasElement, column: number, row: number}[]} */
    this.planes = [];
  }

  /** @param {CanvasRenderingContext2D} context @param {View} view */
  paint(context, view) {
    const loaded = this.pane.loaded;
    const overlays = view.frame.look?.overlays ?? [];
    if (!this.isShown || !loaded || overlays.length === 0) return;
    if (this.madeOf !== loaded) {
      this.madeOf = loaded;
      this.planes = overlays.flatMap((plane) => {
        const bits = planeBits(plane, view.frame.number, loaded.kind === 'grey' ? loaded.words : null);
        if (!bits) return [];
        const canvas = document.createElement('canvas');
        canvas.width = plane.columns;
        canvas.height = plane.rows;
        const image = new ImageData(plane.columns, plane.rows);
        const target = new Uint32Array(image.data.buffer);
        const colour = plane.isRegion ? REGION : GRAPHICS;
        for (let index = 0; index < bits.length; index += 1) if (bits[index]) target[index] = colour;
        canvas.getContext('2d')?.putImageData(image, 0, 0);
        return [{ canvas, column: plane.left - 1, row: plane.top - 1 }];
      });
    }
    context.imageSmoothingEnabled = view.scale < 1;
    for (const { canvas, column, row } of this.planes) {
      context.save();
      context.transform(...imageTransform(view, column, row));
      context.drawImage(canvas, 0, 0);
      context.restore();
    }
  }
}
