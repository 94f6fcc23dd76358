// Synthetic series whose every value follows from its place in the patient.

import { dot, moved, planeOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/volume/plane.js';
import { gridOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/volume/grid.js';
import { surveyOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/volume/survey.js';
import { frame } from './frame.js';

/** @typedef {{x?: number[], y?: number[], origins: number[][], spacing?: number[], columns?: number, rows?: number, frameOfReference?: string}} Layout */

/** @param {Layout} layout @returns frames with a place each */
export function series({ x = [1, 0, 0], y = [0, 1, 0], origins, spacing = [1, 1], columns = 32, rows = 32, frameOfReference = '1.2.3' }) {
  const us = (value) => ({ vr: 'US', Value: [value] });
  return origins.map((origin, index) => frame({
    '00080018': { vr: 'UI', Value: [`1.9.${index}`] }, '00200013': { vr: 'IS', Value: [index + 1] },
    '00280010': us(rows), '00280011': us(columns), '00280101': us(16), '00280102': us(15), '00280103': us(1),
    '00200032': { vr: 'DS', Value: origin }, '00200037': { vr: 'DS', Value: [...x, ...y] },
    '00280030': { vr: 'DS', Value: spacing }, '00200052': { vr: 'UI', Value: [frameOfReference] },
  }));
}

/** Origins of straight slices. @param {number[]} from @param {number[]} normal @param {number} step @param {number} count */
export function straight(from, normal, step, count) {
  return Array.from({ length: count }, (_, index) => moved(from, normal, index * step));
}

/**
 * A grid and its slices, filled by a function of the place.
 * @param {ReturnType<typeof series>} frames
 * @param {(point: number[]) => number} value
 */
export function filled(frames, value) {
  const survey = surveyOf(frames, 0);
  if (typeof survey === 'string') throw new Error(survey);
  const grid = gridOf(survey);
  const images = survey.indices.map((index) => {
    const plane = planeOf(frames[index]);
    const values = new Int16Array(plane.columns * plane.rows);
    for (let row = 0; row < plane.rows; row += 1) {
      for (let column = 0; column < plane.columns; column += 1) {
        values[row * plane.columns + column] = Math.round(value(centre(plane, column, row)));
      }
    }
    return values;
  });
  return { survey, grid, slices: { values: (slice) => images[slice], scale: () => 1, bias: () => 0 } };
}

/** The place of a pixel's centre. */
export function centre(plane, column, row) {
  return moved(moved(plane.origin, plane.across, column * plane.columnStep), plane.down, row * plane.rowStep);
}

/** A sphere of 1000 in 0, its surface a millimetre wide so that interpolation can be judged. */
export function sphere(middle, radius) {
  return (point) => {
    const away = point.map((value, axis) => value - middle[axis]);
    return Math.max(0, Math.min(1, radius + 0.5 - Math.sqrt(dot(away, away)))) * 1000;
  };
}

/** Grows by 10 a mm to the left, 3 to the back, 7 to the head: linear, so that exact interpolation gives exact values. */
export const ramp = ([x, y, z]) => 10 * x + 3 * y + 7 * z;
