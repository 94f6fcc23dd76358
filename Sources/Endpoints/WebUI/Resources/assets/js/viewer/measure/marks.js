// Measurements on a canvas: lines with a dark edge, handles, and words that can be read on any image.

import { handles, outlines } from './kinds.js';

/**
 * @typedef {import('./physical.js').Point} Point
 * @typedef {import('./kinds.js').Measurement} Measurement
 * @typedef {{x: number, y: number}} Place CSS pixels from the pane's top left corner
 * @typedef {(point: Point) => Place} ToScreen
 * @typedef {{isChosen: boolean, number: number, lines: string[]}} Look
 * @typedef {{x: number, y: number, width: number, height: number}} Box
 */

const COLOUR = '#ffe23d';
const CHOSEN = '#5ff0ff';
const EDGE = 'rgba(0, 0, 0, 0.85)';
const FONT = '600 14px "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", system-ui, sans-serif';
const LINE = 18;
export const HANDLE = 5;

/**
 * Draws the lines of one measurement.
 * @param {CanvasRenderingContext2D} context
 * @param {Measurement} measurement
 * @param {ToScreen} toScreen
 * @param {Look} look
 */
export function paintLines(context, measurement, toScreen, look) {
  const { kind, points } = measurement;
  if (points.length === 0) return;
  const colour = look.isChosen ? CHOSEN : COLOUR;
  context.save();
  context.lineJoin = 'round';
  context.lineCap = 'round';
  const path = new Path2D();
  for (const line of outlines(kind, points)) {
    line.map(toScreen).forEach(({ x, y }, index) => (index === 0 ? path.moveTo(x, y) : path.lineTo(x, y)));
  }
  if (kind === 'arrow' && points.length === 2) addHead(path, toScreen(points[0]), toScreen(points[1]));
  if (kind === 'probe' || kind === 'text') addCross(path, toScreen(points[0]));
  if (kind === 'length' || kind === 'calibration') addEnds(path, points.map(toScreen));
  const dashed = kind === 'calibration' || (kind === 'cobb' && points.length === 4);
  strokeTwice(context, path, colour, look.isChosen ? 2 : 1.6);
  if (dashed) paintGuide(context, kind, points.map(toScreen), colour);
  if (look.isChosen) {
    for (const handle of handles(measurement)) paintHandle(context, toScreen(handle), colour);
  }
  context.restore();
}

/**
 * Writes what it says, over all lines.
 * @param {CanvasRenderingContext2D} context
 * @param {Measurement} measurement
 * @param {ToScreen} toScreen
 * @param {Look} look
 * @param {Box[]} taken where words stand already; the new ones are added
 */
export function paintLabel(context, measurement, toScreen, look, taken) {
  if (look.lines.length === 0 || measurement.points.length === 0) return;
  const words = look.number > 0 ? [`${look.number}  ${look.lines[0]}`, ...look.lines.slice(1)] : look.lines;
  context.save();
  context.lineJoin = 'round';
  paintWords(context, words, measurement, toScreen, look.isChosen ? CHOSEN : COLOUR, taken);
  context.restore();
}

/** @param {CanvasRenderingContext2D} context @param {Path2D} path @param {string} colour @param {number} width */
function strokeTwice(context, path, colour, width) {
  context.strokeStyle = EDGE;
  context.lineWidth = width + 2.4;
  context.stroke(path);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke(path);
}

/** @param {Path2D} path @param {Place} tip @param {Place} tail */
function addHead(path, tip, tail) {
  const turn = Math.atan2(tail.y - tip.y, tail.x - tip.x);
  for (const side of [-0.4, 0.4]) {
    path.moveTo(tip.x, tip.y);
    path.lineTo(tip.x + 14 * Math.cos(turn + side), tip.y + 14 * Math.sin(turn + side));
  }
}

/** @param {Path2D} path @param {Place} at */
function addCross(path, { x, y }) {
  for (const [dx, dy] of [[1, 0], [0, 1]]) {
    path.moveTo(x - 7 * dx, y - 7 * dy);
    path.lineTo(x - 2.5 * dx, y - 2.5 * dy);
    path.moveTo(x + 2.5 * dx, y + 2.5 * dy);
    path.lineTo(x + 7 * dx, y + 7 * dy);
  }
}

/**
 * Short strokes across the ends, as on a ruler.
 * @param {Path2D} path
 * @param {Place[]} ends
 */
function addEnds(path, [a, b]) {
  if (!b) return;
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const [nx, ny] = [(-(b.y - a.y) / length) * 5, ((b.x - a.x) / length) * 5];
  for (const { x, y } of [a, b]) {
    path.moveTo(x - nx, y - ny);
    path.lineTo(x + nx, y + ny);
  }
}

/** @param {CanvasRenderingContext2D} context @param {string} kind @param {Place[]} places @param {string} colour */
function paintGuide(context, kind, places, colour) {
  if (kind !== 'cobb') return;
  const middle = (/** @type {Place} */ a, /** @type {Place} */ b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const [from, to] = [middle(places[0], places[1]), middle(places[2], places[3])];
  context.setLineDash([4, 5]);
  const path = new Path2D();
  path.moveTo(from.x, from.y);
  path.lineTo(to.x, to.y);
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.stroke(path);
  context.setLineDash([]);
}

/** @param {CanvasRenderingContext2D} context @param {Place} at @param {string} colour */
function paintHandle(context, { x, y }, colour) {
  context.beginPath();
  context.arc(x, y, HANDLE, 0, 2 * Math.PI);
  context.fillStyle = 'rgba(0, 0, 0, 0.5)';
  context.fill();
  context.strokeStyle = EDGE;
  context.lineWidth = 3.4;
  context.stroke();
  context.strokeStyle = colour;
  context.lineWidth = 1.6;
  context.stroke();
}

/**
 * The words stand beside the measurement where they cover no others, inside the pane.
 * @param {CanvasRenderingContext2D} context
 * @param {string[]} lines
 * @param {Measurement} measurement
 * @param {ToScreen} toScreen
 * @param {string} colour
 * @param {Box[]} taken
 */
function paintWords(context, lines, measurement, toScreen, colour, taken) {
  context.font = FONT;
  const width = Math.max(...lines.map((line) => context.measureText(line).width));
  const size = { width: width + 6, height: lines.length * LINE };
  const pane = { width: context.canvas.clientWidth || Infinity, height: context.canvas.clientHeight || Infinity };
  const box = placed(outlineBox(measurement, toScreen), size, pane, taken);
  taken.push(box);
  context.fillStyle = 'rgba(0, 0, 0, 0.4)';
  context.fillRect(box.x, box.y, box.width, box.height);
  context.textBaseline = 'middle';
  lines.forEach((line, index) => {
    const y = box.y + index * LINE + LINE / 2;
    context.strokeStyle = EDGE;
    context.lineWidth = 4;
    context.strokeText(line, box.x + 3, y);
    context.fillStyle = colour;
    context.fillText(line, box.x + 3, y);
  });
}

/** @param {Measurement} measurement @param {ToScreen} toScreen @returns {Box} */
function outlineBox({ kind, points }, toScreen) {
  const all = (kind === 'arrow' ? [points[points.length - 1]] : points).map(toScreen);
  const [x, y] = [Math.min(...all.map((each) => each.x)), Math.min(...all.map((each) => each.y))];
  return { x, y, width: Math.max(...all.map((each) => each.x)) - x, height: Math.max(...all.map((each) => each.y)) - y };
}

/**
 * Right of what was measured, else left, below, above; the first place inside the pane that is free.
 * @param {Box} around
 * @param {{width: number, height: number}} size
 * @param {{width: number, height: number}} pane
 * @param {Box[]} taken
 * @returns {Box}
 */
export function placed(around, size, pane, taken) {
  const gap = 10;
  const middle = around.y + around.height / 2 - size.height / 2;
  const spots = [
    { x: around.x + around.width + gap, y: middle }, { x: around.x - gap - size.width, y: middle },
    { x: around.x, y: around.y + around.height + gap }, { x: around.x, y: around.y - gap - size.height },
    { x: around.x + around.width - size.width, y: around.y + around.height + gap },
    { x: around.x + around.width - size.width, y: around.y - gap - size.height },
    { x: around.x + around.width + gap, y: around.y + around.height }, { x: around.x + around.width + gap, y: around.y - size.height },
  ];
  const boxes = spots.map((spot) => ({ ...spot, ...size }));
  const fits = (/** @type {Box} */ box) => box.x >= 2 && box.y >= 2 && box.x + box.width <= pane.width - 2
    && box.y + box.height <= pane.height - 2;
  const free = boxes.find((box) => fits(box) && !taken.some((other) => overlap(box, other)));
  const chosen = free ?? boxes.find(fits) ?? boxes[0];
  return {
    ...chosen,
    x: Math.max(2, Math.min(chosen.x, pane.width - size.width - 2)),
    y: Math.max(2, Math.min(chosen.y, pane.height - size.height - 2)),
  };
}

/** @param {Box} a @param {Box} b */
function overlap(a, b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
