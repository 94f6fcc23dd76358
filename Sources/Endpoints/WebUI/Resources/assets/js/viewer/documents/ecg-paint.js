// Draws a sheet: paper, pulse, traces, marks. The context's unit is a CSS pixel; `ppm` pixels make a millimetre.

import { LEFT, fittingGain, spread } from './ecg-sheet.js';

/**
 * @typedef {import('./ecg-sheet.js').Sheet} Sheet
 * @typedef {import('./ecg-sheet.js').Cell} Cell
 * @typedef {import('./waveform.js').Group} Group
 * @typedef {import('./ecg-annotations.js').Mark} Mark
 * @typedef {(channel: number, from: number, to: number) => Float64Array} Values by sample
 */

export const PAPER = Object.freeze({
  ground: '#fff8f6', fine: '#f7d4cf', bold: '#e79a92', trace: '#101418', ink: '#3a1512', mark: '#0b4f9e', missing: '#8a6d6a', caliper: '#0b5a8f',
  filter: '#ffd27a', filterInk: '#3a2600',
});

/** @param {CanvasRenderingContext2D} context @param {Sheet} sheet @param {number} ppm */
export function paintPaper(context, sheet, ppm) {
  const width = sheet.width * ppm;
  const height = sheet.height * ppm;
  context.fillStyle = PAPER.ground;
  context.fillRect(0, 0, width, height);
  /** @param {number} step mm @param {string} colour @param {number} line px */
  const lines = (step, colour, line) => {
    context.beginPath();
    for (let x = LEFT % step; x <= sheet.width; x += step) {
      context.moveTo(x * ppm, 0);
      context.lineTo(x * ppm, height);
    }
    for (let y = 0; y <= sheet.height; y += step) {
      context.moveTo(0, y * ppm);
      context.lineTo(width, y * ppm);
    }
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.stroke();
  };
  // Closer than this, fine lines are a grey veil.
  if (ppm >= 2) lines(1, PAPER.fine, Math.max(0.5, ppm * 0.08));
  lines(5, PAPER.bold, Math.max(0.8, ppm * 0.14));
}

/**
 * A cell's values, how many mm a unit they get, and which value stands on the base line: the median, as devices draw it.
 * @param {Cell} cell @param {Sheet} sheet @param {Group} group @param {Values} values
 */
export function prepared(cell, sheet, group, values) {
  const { skew } = group.channels[cell.channel];
  const first = Math.max(0, Math.ceil((cell.from - skew) * group.rate - 1e-6));
  const end = Math.min(group.count, Math.floor((cell.to - skew) * group.rate + 1e-6) + 1);
  const found = values(cell.channel, first, end);
  const range = spread(found);
  const gain = cell.gain || fittingGain(range ? range.high - range.low : 0, sheet.rowHeight * 0.8);
  const middle = cell.gain ? range?.middle ?? 0 : range ? (range.low + range.high) / 2 : 0;
  return { first, found, gain, middle, skew };
}

/**
 * @param {CanvasRenderingContext2D} context @param {Sheet} sheet @param {Group} group @param {Values} values @param {number} ppm
 * @param {{missing: string}} words
 * @returns {boolean} whether samples are missing somewhere
 */
export function paintTraces(context, sheet, group, values, ppm, words) {
  const pulsed = new Set();
  let hasGap = false;
  context.lineJoin = 'round';
  for (const cell of sheet.cells) {
    const { first, found, gain, middle, skew } = prepared(cell, sheet, group, values);
    // Below the trace: no letter may hide a part of it.
    paintLabel(context, cell, sheet, group, gain, ppm);
    /** @param {number} index @returns {number} */
    const xOf = (index) => (cell.x + ((first + index) / group.rate + skew - cell.from) * sheet.speed) * ppm;
    context.save();
    context.beginPath();
    context.rect(cell.x * ppm, 0, (cell.to - cell.from) * sheet.speed * ppm + 1, sheet.height * ppm);
    context.clip();
    context.beginPath();
    let isDown = false;
    let gapFrom = -1;
    /** @type {[number, number][]} */
    const gaps = [];
    for (let index = 0; index < found.length; index += 1) {
      const value = found[index];
      if (Number.isNaN(value)) {
        isDown = false;
        if (gapFrom < 0) gapFrom = index;
        continue;
      }
      if (gapFrom >= 0) {
        gaps.push([gapFrom, index]);
        gapFrom = -1;
      }
      const y = (cell.y - (value - middle) * gain) * ppm;
      if (isDown) context.lineTo(xOf(index), y);
      else context.moveTo(xOf(index), y);
      isDown = true;
    }
    if (gapFrom >= 0) gaps.push([gapFrom, found.length]);
    context.strokeStyle = PAPER.trace;
    context.lineWidth = Math.max(1, ppm * 0.25);
    context.stroke();
    for (const [from, to] of gaps) {
      hasGap = true;
      paintGap(context, xOf(from), xOf(to), cell.y * ppm, ppm, words.missing);
    }
    context.restore();
    if (cell.x === LEFT && !pulsed.has(cell.y)) {
      pulsed.add(cell.y);
      if (cell.gain) paintPulse(context, cell, sheet, ppm);
    }
  }
  return hasGap;
}

/** @param {CanvasRenderingContext2D} context @param {number} from @param {number} to @param {number} y @param {number} ppm @param {string} word */
function paintGap(context, from, to, y, ppm, word) {
  context.fillStyle = 'rgb(138 109 106 / 18%)';
  context.fillRect(from, y - 5 * ppm, Math.max(1, to - from), 10 * ppm);
  if (to - from < 60) return;
  context.fillStyle = PAPER.missing;
  context.font = '13px sans-serif';
  context.textAlign = 'center';
  context.fillText(word, (from + to) / 2, y + 4);
  context.textAlign = 'left';
}

/** @param {CanvasRenderingContext2D} context @param {Cell} cell @param {Sheet} sheet @param {Group} group @param {number} gain @param {number} ppm */
function paintLabel(context, cell, sheet, group, gain, ppm) {
  const size = Math.max(12, Math.min(16, ppm * 3.6));
  context.font = `600 ${size}px sans-serif`;
  context.textBaseline = 'alphabetic';
  const { unit } = group.channels[cell.channel];
  const words = cell.gain ? cell.label : `${cell.label}  ${Math.round(gain * 1e4) / 1e4} mm/${unit || '1'}`;
  const x = (cell.x + 1) * ppm;
  const y = (cell.y - sheet.rowHeight * 0.5) * ppm + size;
  context.fillStyle = PAPER.ink;
  context.fillText(words, x, y);
  if (cell.x > LEFT) {
    context.beginPath();
    context.moveTo(cell.x * ppm, (cell.y - 4) * ppm);
    context.lineTo(cell.x * ppm, (cell.y + 4) * ppm);
    context.strokeStyle = PAPER.ink;
    context.lineWidth = 1;
    context.stroke();
  }
}

/**
 * 1 mV for 5 mm, before the trace.
 * @param {CanvasRenderingContext2D} context @param {Cell} cell @param {Sheet} sheet @param {number} ppm
 */
function paintPulse(context, cell, sheet, ppm) {
  const top = cell.y - sheet.gain;
  context.beginPath();
  context.moveTo(1.5 * ppm, cell.y * ppm);
  for (const [x, y] of [[2.5, cell.y], [2.5, top], [7.5, top], [7.5, cell.y], [8.5, cell.y]]) context.lineTo(x * ppm, y * ppm);
  context.strokeStyle = PAPER.trace;
  context.lineWidth = Math.max(1, ppm * 0.25);
  context.stroke();
}

/**
 * What is printed below the traces, as on paper: no copy of a sheet goes without it.
 * @param {CanvasRenderingContext2D} context @param {Sheet} sheet @param {number} ppm
 * @param {string} words scale @param {string} filters '' when none acts
 */
export function paintImprint(context, sheet, ppm, words, filters) {
  const size = Math.max(12, Math.min(15, ppm * 3.4));
  const y = (sheet.height - 2) * ppm;
  context.font = `${size}px sans-serif`;
  context.fillStyle = PAPER.ink;
  context.fillText(words, LEFT * ppm, y);
  if (!filters) return;
  const x = LEFT * ppm + context.measureText(words).width + 3 * size;
  context.font = `600 ${size}px sans-serif`;
  context.fillStyle = PAPER.filter;
  context.fillRect(x - 6, y - size - 1, context.measureText(filters).width + 12, size * 1.4);
  context.fillStyle = PAPER.filterInk;
  context.fillText(filters, x, y);
}

/**
 * Ticks below the trace, with words where there is room for them. What concerns every lead stands once, in the last row.
 * @param {CanvasRenderingContext2D} context @param {Sheet} sheet @param {Mark[]} marks of this group @param {number} ppm
 */
export function paintMarks(context, sheet, marks, ppm) {
  context.font = '12px sans-serif';
  context.strokeStyle = PAPER.mark;
  context.fillStyle = PAPER.mark;
  context.lineWidth = 1;
  const last = Math.max(...sheet.cells.map(({ y }) => y));
  const sorted = [...marks].sort((a, b) => a.from - b.from);
  for (const cell of sheet.cells) {
    let free = -Infinity;
    const low = (cell.y + sheet.rowHeight * 0.48) * ppm;
    const high = (cell.y + sheet.rowHeight * 0.36) * ppm;
    for (const mark of sorted) {
      if (mark.channel === null ? cell.y !== last : cell.channel !== mark.channel) continue;
      if (mark.to < cell.from || mark.from >= cell.to) continue;
      const from = (cell.x + (Math.max(mark.from, cell.from) - cell.from) * sheet.speed) * ppm;
      const to = (cell.x + (Math.min(mark.to, cell.to) - cell.from) * sheet.speed) * ppm;
      context.beginPath();
      context.moveTo(from, high);
      context.lineTo(from, low);
      if (to > from) {
        context.lineTo(to, low);
        context.lineTo(to, high);
      }
      context.stroke();
      if (from < free) continue;
      context.fillText(mark.text, from + 3, low);
      free = from + context.measureText(mark.text).width + 8;
    }
  }
}
