// A picture of a pane for the report: the image as it is seen, with its measurements.

import { paintAll } from './layer.js';

/**
 * @typedef {import('./measuring.js').Measuring} Measuring
 * @typedef {import('../stack-pane.js').StackPane} StackPane
 */

const WIDTH = 800;
const HEIGHT = 640;
/** Characters of base64; the server takes a request of a megabyte. */
const MOST = 900000;

/**
 * @param {Measuring} measuring
 * @param {StackPane} pane
 * @returns {string | null} a PNG in base64; null while the pane shows nothing
 */
export function pictureOf(measuring, pane) {
  const view = pane.view();
  if (!view || !pane.loaded) return null;
  pane.settle();
  const { width, height } = pane.size;
  // What lies beside the image is left out.
  const { columns, rows } = view.frame.format;
  const corners = [[0, 0], [columns, 0], [0, rows], [columns, rows]].map(([column, row]) => view.toScreen({ column, row }));
  const left = Math.max(0, Math.min(...corners.map(({ x }) => x)) - 4);
  const top = Math.max(0, Math.min(...corners.map(({ y }) => y)) - 4);
  const right = Math.min(width, Math.max(...corners.map(({ x }) => x)) + 4);
  const bottom = Math.min(height, Math.max(...corners.map(({ y }) => y)) + 4);
  if (right - left < 16 || bottom - top < 16) return null;
  let scale = Math.min(WIDTH / (right - left), HEIGHT / (bottom - top), 1.5);
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const canvas = document.createElement('canvas');
    canvas.width = Math.round((right - left) * scale);
    canvas.height = Math.round((bottom - top) * scale);
    const context = canvas.getContext('2d', { alpha: false });
    if (!context) return null;
    context.fillStyle = '#000';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.setTransform(scale, 0, 0, scale, -left * scale, -top * scale);
    context.save();
    const [origin, across, down] = corners;
    const image = pane.picture.canvas;
    context.transform((across.x - origin.x) / image.width, (across.y - origin.y) / image.width,
      (down.x - origin.x) / image.height, (down.y - origin.y) / image.height, origin.x, origin.y);
    context.drawImage(image, 0, 0);
    context.restore();
    paintAll(context, measuring, view, false);
    const png = canvas.toDataURL('image/png').replace(/^data:image\/png;base64,/, '');
    if (png.length <= MOST) return png;
    scale *= 0.8;
  }
  return null;
}
