// Lines and letters that can be read on any image.

/** @typedef {import('../placement.js').Point} Point */

/**
 * Planes have the colours that 3D viewers have given them for twenty years.
 * @type {{[direction: string]: string}}
 */
export const PLANE_COLOURS = { axial: '#ff7a7a', sagittal: '#ffd84d', coronal: '#57e389' };
export const LINE_COLOUR = '#62c7ff';

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Point} from
 * @param {Point} to
 * @param {string} colour
 * @param {number[]} [dash]
 */
export function strokeLine(context, from, to, colour, dash = []) {
  context.setLineDash(dash);
  for (const [style, width] of /** @type {[string, number][]} */ ([['rgb(0 0 0 / 60%)', 3], [colour, 1.25]])) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
    context.stroke();
  }
  context.setLineDash([]);
}

/**
 * Words with a dark rim.
 * @param {CanvasRenderingContext2D} context
 * @param {string} words
 * @param {Point} at
 * @param {{colour?: string, align?: CanvasTextAlign, baseline?: CanvasTextBaseline, size?: number}} how
 */
export function drawWords(context, words, at, { colour = '#f1f5f9', align = 'center', baseline = 'middle', size = 15 }) {
  context.font = `600 ${size}px system-ui, "Noto Sans CJK SC", sans-serif`;
  context.textAlign = align;
  context.textBaseline = baseline;
  context.lineJoin = 'round';
  context.lineWidth = 4;
  context.strokeStyle = 'rgb(0 0 0 / 85%)';
  context.strokeText(words, at.x, at.y);
  context.fillStyle = colour;
  context.fillText(words, at.x, at.y);
}
