// What the pixels inside a region say.

import { storedValue } from '../window.js';
import { bounds } from './geometry.js';

/**
 * @typedef {import('./physical.js').Point} Point
 * @typedef {import('../../dicomweb/image.js').Frame} Frame
 * @typedef {{row: number, from: number, to: number}} Run pixels `from` up to, not including, `to`
 * @typedef {{count: number, mean: number, deviation: number, minimum: number, maximum: number}} Statistics
 */

/**
 * The pixels whose centres lie inside a closed outline; even-odd, clipped to the image.
 * @param {Point[]} outline
 * @param {number} columns
 * @param {number} rows
 * @returns {Run[]}
 */
export function runsInside(outline, columns, rows) {
  if (outline.length < 3) return [];
  const [least, most] = bounds(outline);
  /** @type {Run[]} */
  const runs = [];
  const last = Math.min(rows - 1, Math.ceil(most.row - 0.5));
  for (let row = Math.max(0, Math.floor(least.row - 0.5)); row <= last; row += 1) {
    const y = row + 0.5;
    const crossings = [];
    for (let index = 0; index < outline.length; index += 1) {
      const a = outline[index];
      const b = outline[(index + 1) % outline.length];
      if ((a.row <= y) === (b.row <= y)) continue;
      crossings.push(a.column + ((y - a.row) / (b.row - a.row)) * (b.column - a.column));
    }
    crossings.sort((one, other) => one - other);
    for (let index = 0; index + 1 < crossings.length; index += 2) {
      const from = Math.max(0, Math.ceil(crossings[index] - 0.5));
      const to = Math.min(columns, Math.ceil(crossings[index + 1] - 0.5));
      if (to > from) runs.push({ row, from, to });
    }
  }
  return runs;
}

/**
 * The pixels inside an ellipse whose axes lie along rows and columns.
 * @param {Point[]} axes its four ends
 * @param {number} columns
 * @param {number} rows
 * @returns {Run[]}
 */
export function runsInsideEllipse(axes, columns, rows) {
  const [least, most] = bounds(axes);
  const [x, y] = [(least.column + most.column) / 2, (least.row + most.row) / 2];
  const [a, b] = [(most.column - least.column) / 2, (most.row - least.row) / 2];
  /** @type {Run[]} */
  const runs = [];
  if (a <= 0 || b <= 0) return runs;
  for (let row = Math.max(0, Math.floor(least.row - 0.5)); row < Math.min(rows, most.row + 1); row += 1) {
    const height = (row + 0.5 - y) / b;
    if (Math.abs(height) >= 1) continue;
    const half = a * Math.sqrt(1 - height * height);
    const from = Math.max(0, Math.ceil(x - half - 0.5));
    const to = Math.min(columns, Math.floor(x + half - 0.5) + 1);
    if (to > from) runs.push({ row, from, to });
  }
  return runs;
}

/**
 * Mean, deviation (of the whole population), least and greatest modality value; padding is no value. null without pixels.
 * Counts stored words first, so that a large region costs one addition a pixel.
 * @param {Run[]} runs
 * @param {Uint8Array | Uint16Array} words
 * @param {Frame} frame
 * @returns {Statistics | null}
 */
export function statistics(runs, words, frame) {
  const { columns } = frame.format;
  const histogram = new Uint32Array(words.BYTES_PER_ELEMENT === 1 ? 256 : 65536);
  let least = histogram.length;
  let most = -1;
  for (const { row, from, to } of runs) {
    for (let at = row * columns + from, end = row * columns + to; at < end && at < words.length; at += 1) {
      const word = words[at];
      histogram[word] += 1;
      if (word < least) least = word;
      if (word > most) most = word;
    }
  }
  let [count, sum] = [0, 0];
  let [minimum, maximum] = [Infinity, -Infinity];
  /** @type {[number, number][]} */
  const values = [];
  for (let word = least; word <= most; word += 1) {
    const times = histogram[word];
    if (times === 0) continue;
    const stored = storedValue(word, frame.format);
    if (frame.padding !== null && stored === frame.padding) continue;
    const value = stored * frame.slope + frame.intercept;
    values.push([value, times]);
    count += times;
    sum += value * times;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  if (count === 0) return null;
  const mean = sum / count;
  const squares = values.reduce((total, [value, times]) => total + times * (value - mean) ** 2, 0);
  return { count, mean, deviation: Math.sqrt(squares / count), minimum, maximum };
}
