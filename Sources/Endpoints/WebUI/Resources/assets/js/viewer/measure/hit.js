// What lies under the pointer.

import { toSegment } from './geometry.js';
import { handles, outlines } from './kinds.js';

/**
 * @typedef {import('./kinds.js').Measurement} Measurement
 * @typedef {import('./marks.js').ToScreen} ToScreen
 * @typedef {{measurement: Measurement, handle: number | null}} Hit a handle's index; null for the line itself
 */

/** CSS pixels; a finger is wider. */
const REACH = { mouse: 7, touch: 20 };

/**
 * The chosen one first, the last drawn before the earlier ones; handles before lines.
 * @param {Measurement[]} measurements of one frame, in the order they are drawn
 * @param {string | null} chosen
 * @param {{x: number, y: number}} point
 * @param {ToScreen} toScreen
 * @param {boolean} [isTouch]
 * @returns {Hit | null}
 */
export function hitAt(measurements, chosen, point, toScreen, isTouch = false) {
  const reach = isTouch ? REACH.touch : REACH.mouse;
  const order = [...measurements].reverse().sort((a, b) => Number(b.id === chosen) - Number(a.id === chosen));
  for (const measurement of order) {
    let nearest = -1;
    let least = reach + 2;
    handles(measurement).map(toScreen).forEach(({ x, y }, index) => {
      const off = Math.hypot(x - point.x, y - point.y);
      if (off < least) [nearest, least] = [index, off];
    });
    if (nearest >= 0) return { measurement, handle: nearest };
  }
  for (const measurement of order) {
    for (const line of outlines(measurement.kind, measurement.points)) {
      const places = line.map(toScreen);
      for (let index = 0; index + 1 < places.length; index += 1) {
        if (toSegment(point, places[index], places[index + 1]) <= reach) return { measurement, handle: null };
      }
    }
  }
  return null;
}
