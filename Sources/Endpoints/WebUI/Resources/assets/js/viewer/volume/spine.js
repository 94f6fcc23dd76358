// Names of vertebrae: placed one after the other, counted up or down, and found again in other series.

import { distanceTo } from './plane.js';

/**
 * @typedef {import('./plane.js').Plane} Plane
 * @typedef {{name: string, point: number[], space: string}} Vertebra
 */

/** @param {string} letter @param {number} count @returns {string[]} */
const run = (letter, count) => Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);

/** From head to foot; T13 and L6 are there for those who have them, and are never counted by themselves. */
export const VERTEBRAE = Object.freeze([...run('C', 7), ...run('T', 13), ...run('L', 6), ...run('S', 5)]);
const UNUSUAL = ['T13', 'L6'];

/**
 * The next vertebra towards the feet (+1) or the head (-1); null at the ends.
 * @param {string} name
 * @param {1 | -1} way
 * @returns {string | null}
 */
export function neighbour(name, way) {
  let at = VERTEBRAE.indexOf(name);
  if (at < 0) return null;
  do at += way; while (UNUSUAL.includes(VERTEBRAE[at]));
  return VERTEBRAE[at] ?? null;
}

/** Places nearer than this are the same vertebra (mm). */
const SAME = 8;

/**
 * What a click names: counted on from the nearest label, in the direction in which the click lies.
 * @param {Vertebra[]} labels of the same space
 * @param {number[]} point
 * @returns {string | null} null when nothing is labelled yet or the count ends
 */
export function nextName(labels, point) {
  const sorted = fromHead(labels);
  if (sorted.length === 0) return null;
  const nearest = [...sorted].sort((a, b) => distance(a.point, point) - distance(b.point, point))[0];
  const axis = axisOf(sorted);
  const along = dotFrom(point, nearest.point, axis);
  return neighbour(nearest.name, along >= 0 ? 1 : -1);
}

/** @param {Vertebra[]} labels @param {number[]} point @returns {Vertebra | null} the label that stands here already */
export function labelAt(labels, point) {
  return labels.find((label) => distance(label.point, point) < SAME) ?? null;
}

/**
 * Gives a label another name; the others keep their distance from it in the count.
 * @param {Vertebra[]} labels
 * @param {Vertebra} label
 * @param {string} name
 * @returns {Vertebra[]}
 */
export function renamed(labels, label, name) {
  const sorted = fromHead(labels.filter(({ space }) => space === label.space));
  const at = sorted.indexOf(label);
  /** @type {Map<Vertebra, string>} */
  const names = new Map([[label, name]]);
  for (const way of /** @type {(1 | -1)[]} */ ([1, -1])) {
    let last = name;
    for (let index = at + way; index >= 0 && index < sorted.length; index += way) {
      // A vertebra that nobody clicked stays a step in the count.
      const steps = Math.max(1, Math.abs(rank(sorted[index].name) - rank(sorted[index - way].name)));
      for (let step = 0; step < steps; step += 1) last = neighbour(last, way) ?? last;
      names.set(sorted[index], last);
    }
  }
  return labels.map((each) => ({ ...each, name: names.get(each) ?? each.name }));
}

/** @param {string} name @returns {number} its place in the usual count */
function rank(name) {
  return VERTEBRAE.filter((each) => !UNUSUAL.includes(each) || each === name).indexOf(name);
}

/** @param {Vertebra[]} labels @returns {Vertebra[]} */
export function fromHead(labels) {
  return [...labels].sort((a, b) => b.point[2] - a.point[2]);
}

/** @param {Vertebra[]} sorted @returns {number[]} towards the feet */
function axisOf(sorted) {
  if (sorted.length < 2) return [0, 0, -1];
  const [first, last] = [sorted[0].point, sorted[sorted.length - 1].point];
  return last.map((value, axis) => value - first[axis]);
}

/** @param {number[]} a @param {number[]} b @param {number[]} axis @returns {number} */
function dotFrom(a, b, axis) {
  return a.reduce((sum, value, index) => sum + (value - b[index]) * axis[index], 0);
}

/** @param {number[]} a @param {number[]} b @returns {number} */
function distance(a, b) {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** How far from a plane a label still belongs on it (mm), when no neighbour says how far its vertebra reaches. */
const REACH = 15;

/**
 * What a plane passes through: the labels near it; and where it cuts across the spine, the vertebra or those above and below.
 * @param {Vertebra[]} labels of the plane's space
 * @param {Plane} plane
 * @returns {{near: {label: Vertebra, distance: number}[], level: string}} `level`: "L3", "L3/L4", "L1–L4" or ''
 */
export function levelsOn(labels, plane) {
  const sorted = fromHead(labels);
  const away = sorted.map((label) => distanceTo(plane, label.point));
  const isAcross = Math.abs(plane.normal[2]) > 0.7;
  const near = sorted.map((label, index) => ({ label, distance: Math.abs(away[index]) }))
    .filter(({ distance: mm }, index) => mm <= (isAcross ? bodyReach(away, index) : REACH));
  if (!isAcross) return { near, level: '' };
  const best = [...near].sort((a, b) => a.distance - b.distance)[0];
  if (best) return { near, level: best.label.name };
  const below = away.findIndex((mm, index) => index > 0 && away[index - 1] * mm < 0);
  if (below < 0) return { near, level: '' };
  const [upper, lower] = [sorted[below - 1].name, sorted[below].name];
  return { near, level: `${upper}${neighbour(upper, 1) === lower ? '/' : '–'}${lower}` };
}

/**
 * A label reaches a third of the way to its neighbours: the body; what lies between is the disc.
 * @param {number[]} away
 * @param {number} index
 */
function bodyReach(away, index) {
  const steps = [index - 1, index + 1].filter((each) => each in away).map((each) => Math.abs(away[each] - away[index]));
  return Math.min(REACH, ...steps.map((step) => step / 3));
}
