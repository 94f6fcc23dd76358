// What a series is like, as far as hanging cares: plane, thickness, contrast, words.

import { planeNormal } from '../series-order.js';

/**
 * @typedef {import('../frame-loader.js').Stack} Stack
 * @typedef {'axial' | 'sagittal' | 'coronal'} Plane
 *
 * @typedef {object} Traits
 * @property {string} modality
 * @property {Plane | null} plane null for films, and for planes between two
 * @property {number | null} thickness mm
 * @property {boolean | null} contrast null when nothing is said
 * @property {string} bodyPart
 * @property {Set<string>} words of description and protocol, in capitals; hanzi in pairs
 * @property {string} text description and protocol, in capitals
 * @property {string} view
 * @property {string} laterality
 * @property {number} count frames
 * @property {boolean} isLocalizer
 */

/** Slices up to this are thin (mm). */
export const THIN = 2.5;

/** A plane tilted less than this much (cosine) from an axis is that axis' plane: gantry tilt, oblique heads. */
const UPRIGHT = 0.8;

/** @param {number[] | null | undefined} orientation @returns {Plane | null} */
export function planeOf(orientation) {
  if (!orientation) return null;
  const [x, y, z] = planeNormal(orientation).map(Math.abs);
  if (z >= UPRIGHT) return 'axial';
  if (x >= UPRIGHT) return 'sagittal';
  return y >= UPRIGHT ? 'coronal' : null;
}

const WITHOUT = /平扫|无增强|未增强|NON[- ]?CON|NON[- ]?ENH|WITHOUT|W\/O|\bC-(?!\w)|\bNCCT\b|\bPLAIN\b/;
const WITH = /增强|动脉期|静脉期|门脉期|延迟期|强化|\+\s?C\b|\bC\+|\bCE\b|\bCTA\b|ARTERIAL|VENOUS|PORTAL|DELAYED|CONTRAST|\bGD\b|ENHANCED/;
const LOCALIZER = /定位|LOCALI[SZ]ER|SCOUT|TOPOGRAM|SURVIEW|SCANOGRAM|3[- ]?PL/;

/** @param {string} words in capitals @param {string} agent @returns {boolean | null} */
export function contrastOf(words, agent) {
  if (WITHOUT.test(words)) return false;
  if (WITH.test(words) || agent !== '') return true;
  return null;
}

/**
 * Words of Latin letters and digits; runs of hanzi as the pairs in them, so that 胸部平扫 and 胸部CT平扫 have most in common.
 * @param {string} text
 * @returns {Set<string>}
 */
export function wordsOf(text) {
  /** @type {Set<string>} */
  const words = new Set();
  for (const word of text.toUpperCase().match(/[A-Z0-9]+|[\u3400-\u9FFF]+/g) ?? []) {
    if (!/[\u3400-\u9FFF]/.test(word)) words.add(word);
    else if (word.length === 1) words.add(word);
    else for (let index = 0; index + 1 < word.length; index += 1) words.add(word.slice(index, index + 2));
  }
  return words;
}

/** @param {Stack} stack @returns {Traits} */
export function traitsOf({ series, frames }) {
  const middle = frames[Math.floor(frames.length / 2)];
  const facts = middle?.facts;
  const text = `${series.description} ${facts?.protocol ?? ''}`.toUpperCase();
  return {
    modality: series.modality,
    plane: planeOf(middle?.orientation),
    thickness: middle?.thickness ?? null,
    contrast: contrastOf(text, facts?.contrastAgent ?? ''),
    bodyPart: facts?.bodyPart ?? '',
    words: wordsOf(text),
    text,
    view: facts?.view ?? '',
    laterality: facts?.laterality ?? '',
    count: frames.length,
    isLocalizer: LOCALIZER.test(text) || (['CT', 'MR'].includes(series.modality) && frames.length <= 3 && planeOf(middle?.orientation) === null),
  };
}
