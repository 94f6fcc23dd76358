// Which side of the patient is at which edge of the pane (PS3.3 C.7.6.2.1.1 and (0020,0020)).

import { unoriented } from './placement.js';

/**
 * @typedef {import('../dicomweb/image.js').Frame} Frame
 * @typedef {import('./placement.js').Orientation} Orientation
 * @typedef {{left: string, top: string, right: string, bottom: string}} Edges
 */

/** Less than this of a direction is not named. */
const SLIGHT = 0.2;

/** Towards growing x, y, z and back: left, posterior, head (PS3.3 C.7.6.2.1.1). */
const AXES = [['L', 'R'], ['P', 'A'], ['H', 'F']];

/** @type {{[letter: string]: string}} */
const OPPOSITES = { L: 'R', R: 'L', A: 'P', P: 'A', H: 'F', F: 'H' };

/**
 * "LA": mostly left, and anterior. At most two letters.
 * @param {number[]} vector in the patient's coordinates
 * @returns {string}
 */
export function lettersOf(vector) {
  return vector
    .map((value, axis) => ({ size: Math.abs(value), letter: AXES[axis][value > 0 ? 0 : 1] }))
    .filter(({ size }) => size > SLIGHT)
    .sort((a, b) => b.size - a.size)
    .slice(0, 2)
    .map(({ letter }) => letter)
    .join('');
}

/** @param {string} letters @returns {string} the other side; '' when they are no letters of directions */
export function opposite(letters) {
  const turned = [...letters].map((letter) => OPPOSITES[letter] ?? '');
  return turned.includes('') ? '' : turned.join('');
}

/**
 * @param {Frame} frame
 * @param {Orientation} orientation
 * @returns {Edges | null} null when the image does not say
 */
export function edgesOf(frame, orientation) {
  const named = (/** @type {number} */ x, /** @type {number} */ y) => {
    const direction = unoriented(orientation, { x, y });
    return frame.orientation ? inSpace(frame.orientation, direction) : onPlane(frame.look?.patientOrientation ?? [], direction);
  };
  const edges = { left: named(-1, 0), top: named(0, -1), right: named(1, 0), bottom: named(0, 1) };
  return edges.left || edges.top || edges.right || edges.bottom ? edges : null;
}

/** @param {number[]} cosines @param {{x: number, y: number}} direction in the image @returns {string} */
function inSpace(cosines, { x, y }) {
  return lettersOf([0, 1, 2].map((axis) => cosines[axis] * x + cosines[axis + 3] * y));
}

/** @param {string[]} words of rows and of columns @param {{x: number, y: number}} direction @returns {string} */
function onPlane(words, { x, y }) {
  if (words.length !== 2) return '';
  const word = (x !== 0 ? words[0] : words[1]).trim().toUpperCase();
  return x + y > 0 ? (opposite(word) ? word : '') : opposite(word);
}
