// Where each lead stands on the paper. Lengths are millimetres of paper, times seconds from the group's start.

import { LEADS } from './leads.js';

/**
 * @typedef {import('./waveform.js').Group} Group
 * @typedef {'3x4' | '6x2' | '12x1'} Layout
 * @typedef {object} Cell
 * @property {number} channel its place in the group
 * @property {string} label
 * @property {number} x the place of `from`
 * @property {number} y the base line
 * @property {number} from
 * @property {number} to
 * @property {number} gain mm a unit; what the user chose for mV, 0 for "as its values need" otherwise
 *
 * @typedef {object} Sheet
 * @property {number} width
 * @property {number} height
 * @property {number} speed mm a second
 * @property {number} gain mm a millivolt
 * @property {number} start
 * @property {number} seconds of time from its left to its right edge, as the rhythm strip has them
 * @property {number} rowHeight
 * @property {Cell[]} cells
 */

/** Before the traces, for the calibration pulse. */
export const LEFT = 10;
const RIGHT = 3;
const TOP = 4;
/** Below the traces, for what is printed there. */
export const BOTTOM = 7;
/** What a sheet shows at once: a standard recording. */
export const SHEET_SECONDS = 10;

export const SPEEDS = Object.freeze([25, 50]);
export const GAINS = Object.freeze([5, 10, 20]);
/** @type {readonly Layout[]} */
export const LAYOUTS = Object.freeze(['3x4', '6x2', '12x1']);

const COLUMNS = { '3x4': 4, '6x2': 2, '12x1': 1 };
const ROW_HEIGHT = { '3x4': 32, '6x2': 25, '12x1': 18 };

/**
 * The twelve leads' channels, by name; null unless all of them are there.
 * @param {Group} group
 * @returns {Map<string, number> | null}
 */
export function twelveLeads(group) {
  const found = new Map();
  group.channels.forEach(({ name }, index) => { if (!found.has(name)) found.set(name, index); });
  return LEADS.every((lead) => found.has(lead)) ? found : null;
}

/** @param {Group} group @returns {number} seconds */
export function durationOf(group) {
  return group.count / group.rate;
}

/**
 * @param {Group} group
 * @param {{layout: Layout, speed: number, gain: number, start?: number, rhythm?: string}} options
 * @returns {Sheet}
 */
export function sheetOf(group, { layout, speed, gain, start = 0, rhythm = 'II' }) {
  const duration = durationOf(group);
  const leads = twelveLeads(group);
  const seconds = Math.min(SHEET_SECONDS, Math.max(0.1, duration - start));
  const columns = leads ? COLUMNS[layout] : 1;
  // A beat is shorter than a column: then every column shows the whole of it.
  const isBeat = columns > 1 && duration <= SHEET_SECONDS / 4;
  const span = isBeat ? duration : SHEET_SECONDS / columns;
  const order = leads ? LEADS.map((lead) => leads.get(lead) ?? 0) : group.channels.map((_, index) => index);
  const rows = Math.ceil(order.length / columns);
  const stretch = gain > 10 ? 1.6 : 1;
  const rowHeight = (leads ? ROW_HEIGHT[layout] : Math.max(18, Math.min(40, 120 / rows))) * stretch;
  /** @type {Cell[]} */
  const cells = [];
  /** @param {number} channel @param {number} column @param {number} row @param {number} from @param {number} to */
  const place = (channel, column, row, from, to) => {
    if (to <= from) return;
    const { name, unit } = group.channels[channel];
    cells.push({
      channel, label: name, x: LEFT + column * span * speed, y: TOP + (row + 0.5) * rowHeight, from, to, gain: unit === 'mV' ? gain : 0,
    });
  };
  order.forEach((channel, index) => {
    const column = Math.floor(index / rows);
    const from = isBeat ? 0 : start + column * span;
    place(channel, column, index % rows, from, Math.min(duration, from + span));
  });
  const strip = leads?.get(rhythm);
  const hasStrip = strip !== undefined && layout === '3x4' && !isBeat;
  if (hasStrip) place(strip, 0, rows, start, Math.min(duration, start + SHEET_SECONDS));
  const shown = isBeat ? span * columns : columns > 1 ? SHEET_SECONDS : seconds;
  return {
    width: LEFT + shown * speed + RIGHT, height: TOP + (rows + (hasStrip ? 1 : 0)) * rowHeight + BOTTOM, speed, gain, start, seconds: shown,
    rowHeight, cells,
  };
}

/**
 * The cell at a place of the paper: of its column and row; null between them.
 * @param {Sheet} sheet @param {{x: number, y: number}} point mm
 * @returns {Cell | null}
 */
export function cellAt(sheet, { x, y }) {
  return sheet.cells.find((cell) => Math.abs(y - cell.y) <= sheet.rowHeight / 2
    && x >= cell.x && x <= cell.x + (cell.to - cell.from) * sheet.speed) ?? null;
}

/**
 * What lies between the arms of a caliper.
 * @param {Sheet} sheet @param {{x: number, y: number}} a mm @param {{x: number, y: number}} b mm
 * @param {number} gain mm a unit
 * @returns {{ms: number, amplitude: number, perMinute: number | null}} amplitude: upwards from a to b
 */
export function between(sheet, a, b, gain) {
  const ms = (Math.abs(b.x - a.x) / sheet.speed) * 1000;
  return { ms, amplitude: (a.y - b.y) / gain, perMinute: ms > 0 ? 60000 / ms : null };
}

/**
 * The smallest of 1, 2, 5 × 10ⁿ mm a unit that still keeps a range within `room` mm.
 * @param {number} range physical units @param {number} room
 */
export function fittingGain(range, room) {
  if (!(range > 0)) return 1;
  const exact = room / range;
  const decade = 10 ** Math.floor(Math.log10(exact));
  return [5, 2, 1].map((step) => step * decade).find((gain) => gain <= exact) ?? decade;
}

/**
 * @param {ArrayLike<number>} values
 * @returns {{low: number, high: number, middle: number} | null} middle: the median; null without a value
 */
export function spread(values) {
  const present = Float64Array.from(values).filter((value) => !Number.isNaN(value)).sort();
  if (present.length === 0) return null;
  return { low: present[0], high: present[present.length - 1], middle: present[present.length >> 1] };
}
