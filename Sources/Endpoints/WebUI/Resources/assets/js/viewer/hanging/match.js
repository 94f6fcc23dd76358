// Which series is wanted, and which of another study is most like it.

import { THIN } from './traits.js';

/**
 * @typedef {import('./traits.js').Traits} Traits
 *
 * @typedef {object} PaneWish one pane of a hanging rule, as the server gives it
 * @property {'current' | 'prior'} show
 * @property {'axial' | 'sagittal' | 'coronal'} [plane]
 * @property {'thin' | 'thick'} [thickness]
 * @property {'with' | 'without'} [contrast]
 * @property {string[]} words
 * @property {'L' | 'R'} [laterality]
 * @property {number} [matching]
 */

/** @param {Set<string>} one @param {Set<string>} other @returns {number} what they share of what both have, 0 to 1 */
export function overlap(one, other) {
  if (one.size === 0 || other.size === 0) return 0;
  let shared = 0;
  for (const word of one) if (other.has(word)) shared += 1;
  return shared / (one.size + other.size - shared);
}

/**
 * How much two series are alike; null where a reader would not compare them: another modality, plane or side, or a
 * localizer.
 * @param {Traits} one
 * @param {Traits} other
 * @returns {number | null}
 */
export function similarity(one, other) {
  if (group(one.modality) !== group(other.modality) || other.isLocalizer !== one.isLocalizer) return null;
  if (one.plane && other.plane && one.plane !== other.plane) return null;
  if (one.laterality && other.laterality && one.laterality !== other.laterality) return null;
  let score = one.plane === other.plane ? 3 : 0;
  if (one.laterality === other.laterality) score += 1;
  score += agreement(one.view, other.view, 4);
  score += agreement(one.bodyPart, other.bodyPart, 4);
  score += 5 * overlap(one.words, other.words);
  if (one.contrast !== null && other.contrast !== null) score += one.contrast === other.contrast ? 4 : -4;
  if (one.thickness && other.thickness) {
    const ratio = Math.min(one.thickness, other.thickness) / Math.max(one.thickness, other.thickness);
    score += 3 * ratio;
  }
  // Of two that are alike in all else, the fuller one.
  score += 0.5 * Math.min(one.count, other.count) / Math.max(one.count, other.count, 1);
  return score;
}

/** @param {string} one @param {string} other @param {number} weight @returns {number} */
function agreement(one, other, weight) {
  if (one === '' || other === '') return 0;
  return one === other ? weight : -weight;
}

/**
 * CR, DX, DR and RG are all one film to whoever compares them.
 * @param {string} modality
 * @returns {string}
 */
export function group(modality) {
  return ['CR', 'DX', 'DR', 'RG', 'RF', 'PX', 'IO'].includes(modality) ? 'DX' : modality;
}

/**
 * How well a series fulfils a pane's wish; null where it contradicts it.
 * @param {PaneWish} wish
 * @param {Traits} traits
 * @returns {number | null}
 */
export function fulfilment(wish, traits) {
  if (traits.isLocalizer || (wish.plane && traits.plane && traits.plane !== wish.plane)) return null;
  if (wish.laterality && traits.laterality && traits.laterality !== wish.laterality) return null;
  let score = 0;
  if (wish.plane && traits.plane === wish.plane) score += 4;
  if (wish.laterality && traits.laterality === wish.laterality) score += 4;
  for (const word of wish.words) {
    if (traits.view === word || traits.words.has(word) || (/[^A-Z0-9 ]/.test(word) && traits.text.includes(word))) score += 3;
  }
  if (wish.contrast && traits.contrast !== null) score += traits.contrast === (wish.contrast === 'with') ? 3 : -3;
  if (wish.thickness && traits.thickness !== null) score += (traits.thickness <= THIN) === (wish.thickness === 'thin') ? 2 : 0;
  return score;
}

/**
 * The best of the candidates; of equals the first, in the order of the strip.
 * @param {Traits[]} candidates
 * @param {(traits: Traits) => number | null} score
 * @param {Set<number>} taken by other panes: only where nothing else is left
 * @returns {number} its index; -1 where none will do
 */
export function best(candidates, score, taken) {
  let found = -1;
  let highest = -Infinity;
  candidates.forEach((traits, index) => {
    const value = score(traits);
    if (value === null || taken.has(index) || value <= highest) return;
    highest = value;
    found = index;
  });
  return found;
}
