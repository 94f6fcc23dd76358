// What a stack is as a volume: which slices, how far apart, what is missing. Measured from the slices' places, never from
// Spacing Between Slices or Gantry Tilt, which scanners fill in differently.

import { areParallel, dot, minus, planeOf } from './plane.js';

/**
 * @typedef {import('../../dicomweb/image.js').Frame} Frame
 * @typedef {import('./plane.js').Plane} Plane
 * @typedef {{after: number, from: number, to: number, missing: number}} Gap `after`: the slice before it; mm along the normal from
 *   the first slice; `missing`: how many slices would fill it
 *
 * @typedef {object} Survey
 * @property {number[]} indices the frames of the stack that make the volume, by place along the normal
 * @property {Plane[]} planes of each
 * @property {number[]} at mm along the normal from the first slice
 * @property {number} spacing the usual distance between slices, mm
 * @property {{least: number, most: number} | null} uneven set when distances differ without anything missing
 * @property {Gap[]} gaps
 * @property {number} tilt degrees by which the slices are sheared against their normal (gantry tilt)
 * @property {number} volumes how many volumes the stack holds (phases, echoes, b-values)
 *
 * @typedef {'no-geometry' | 'too-few' | 'colour' | 'table' | 'mixed-sizes'} Obstacle why there is no volume
 */

/** Slices nearer than this lie at one place (mm). */
const SAME_PLACE = 1e-3;
/** Distances that differ by less than this share are even: places are written with few digits. */
const EVEN = 0.02;
const EVEN_MM = 0.02;
/** A step this much larger than those beside it lacks a slice. */
const GAP = 1.5;
/** A volume of a series with several orientations: their normals agree within about a degree. */
const SAME_NORMAL = 0.9998;
/** Shears below this are rounding (degrees). */
const LEAST_TILT = 0.3;

/**
 * The volume around a frame of a stack.
 * @param {Frame[]} frames
 * @param {number} index
 * @returns {Survey | Obstacle}
 */
export function surveyOf(frames, index) {
  const reference = frames[index];
  const first = reference ? planeOf(reference) : null;
  if (!reference || !first) return 'no-geometry';
  if (reference.format.samples !== 1 || !reference.format.photometric.startsWith('MONOCHROME')) return 'colour';
  // Between two entries of a table there need be nothing.
  if (reference.look?.modalityTable) return 'table';
  /** @type {{index: number, plane: Plane, at: number}[]} */
  const members = [];
  let others = 0;
  frames.forEach((frame, each) => {
    const plane = planeOf(frame);
    if (!plane || !areParallel(plane, first) || dot(plane.normal, first.normal) < SAME_NORMAL) return;
    if (plane.columns !== first.columns || plane.rows !== first.rows || frame.format.samples !== 1
      || Math.abs(plane.columnStep / first.columnStep - 1) > 1e-3 || Math.abs(plane.rowStep / first.rowStep - 1) > 1e-3) {
      others += 1;
      return;
    }
    members.push({ index: each, plane, at: dot(minus(plane.origin, first.origin), first.normal) });
  });
  const { chosen, volumes } = oneVolume(members, index);
  if (chosen.length < 3) return others > 0 ? 'mixed-sizes' : 'too-few';
  const start = chosen[0].at;
  const at = chosen.map((member) => member.at - start);
  const steps = at.slice(1).map((place, each) => place - at[each]);
  const spacing = median(steps);
  const gaps = gapsOf(at, steps);
  const kept = steps.filter((_, each) => !gaps.some(({ after }) => after === each));
  const [least, most] = [Math.min(...kept), Math.max(...kept)];
  return {
    indices: chosen.map((member) => member.index),
    planes: chosen.map(({ plane }) => plane),
    at, spacing, gaps, volumes,
    uneven: most - least > Math.max(EVEN_MM, spacing * EVEN) * 2 ? { least, most } : null,
    tilt: tiltOf(chosen.map(({ plane }) => plane), at[at.length - 1]),
  };
}

/**
 * Where several slices lie at one place (phases, b-values), the nth of each place belongs to the nth volume.
 * @param {{index: number, plane: Plane, at: number}[]} members
 * @param {number} wanted the frame whose volume is meant
 */
function oneVolume(members, wanted) {
  const sorted = [...members].sort((a, b) => a.at - b.at || a.index - b.index);
  /** @type {(typeof members)[]} */
  const places = [];
  for (const member of sorted) {
    const place = places[places.length - 1];
    if (place && member.at - place[0].at < SAME_PLACE) place.push(member);
    else places.push([member]);
  }
  for (const place of places) place.sort((a, b) => a.index - b.index);
  const volumes = Math.max(1, ...places.map((place) => place.length));
  let turn = 0;
  for (const place of places) {
    const found = place.findIndex((member) => member.index === wanted);
    if (found >= 0) turn = found;
  }
  return { chosen: places.filter((place) => place.length > turn).map((place) => place[turn]), volumes };
}

/**
 * Thick slices beside thin ones are how some scans are meant; a slice that is not there lies between steps that are much smaller.
 * @param {number[]} at
 * @param {number[]} steps
 * @returns {Gap[]}
 */
function gapsOf(at, steps) {
  /** @type {Gap[]} */
  const gaps = [];
  steps.forEach((step, after) => {
    const beside = [...steps.slice(Math.max(0, after - 3), after), ...steps.slice(after + 1, after + 4)];
    const usual = beside.length > 0 ? median(beside) : step;
    if (step > GAP * usual) gaps.push({ after, from: at[after], to: at[after + 1], missing: Math.max(1, Math.round(step / usual) - 1) });
  });
  return gaps;
}

/** @param {Plane[]} planes @param {number} length along the normal @returns {number} degrees, 0 when straight */
function tiltOf(planes, length) {
  const way = minus(planes[planes.length - 1].origin, planes[0].origin);
  const { across, down } = planes[0];
  const degrees = (Math.atan2(Math.hypot(dot(way, across), dot(way, down)), length) * 180) / Math.PI;
  return degrees < LEAST_TILT ? 0 : degrees;
}

/** @param {number[]} values @returns {number} */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
