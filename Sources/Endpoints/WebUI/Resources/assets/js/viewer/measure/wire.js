// Measurements as the server keeps them.

import { KINDS, pointCount, storable } from './kinds.js';

/**
 * @typedef {import('./kinds.js').Measurement} Measurement
 * @typedef {import('./kinds.js').Kind} Kind
 * @typedef {import('./kinds.js').Result} Result
 * @typedef {object} Wire
 * @property {string} id
 * @property {string} kind
 * @property {string} sopInstanceUID
 * @property {number} frame
 * @property {number[]} points column, row, column, row …
 * @property {string} [text]
 * @property {number} [known]
 * @property {Result[]} results
 * @property {{center: number, width: number, inverted: boolean}} [window]
 * @property {number[]} [area]
 * @property {string} [by]
 */

/** @param {Measurement} measurement @returns {Wire} */
export function toWire(measurement) {
  /** @type {Wire} */
  const wire = {
    id: measurement.id, kind: measurement.kind, sopInstanceUID: measurement.instance, frame: measurement.frame,
    points: storable(measurement.points).flatMap(({ column, row }) => [column, row]), results: measurement.results,
  };
  if (measurement.text) wire.text = measurement.text;
  if (measurement.known !== null) wire.known = measurement.known;
  if (measurement.window) wire.window = measurement.window;
  if (measurement.area) wire.area = measurement.area.map(Math.round);
  return wire;
}

/** @param {Wire} wire @returns {Measurement | null} null for a kind that this page does not know */
export function fromWire(wire) {
  const kind = KINDS.find((known) => known === wire.kind);
  if (!kind) return null;
  const points = [];
  for (let index = 0; index + 1 < wire.points.length; index += 2) points.push({ column: wire.points[index], row: wire.points[index + 1] });
  const wanted = pointCount(kind);
  if (wanted === null ? points.length < 3 : points.length !== wanted) return null;
  return {
    id: wire.id, kind, instance: wire.sopInstanceUID, frame: wire.frame, points, text: wire.text ?? '', known: wire.known ?? null,
    results: wire.results, window: wire.window ?? null, area: wire.area ?? null, by: wire.by ?? '',
  };
}
