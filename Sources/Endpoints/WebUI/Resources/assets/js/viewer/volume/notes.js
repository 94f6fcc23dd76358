// What a doctor must know about a volume before trusting a plane through it.

import { t } from '../../core/strings.js';
import { realThickness } from './reformat.js';

/**
 * @typedef {import('./survey.js').Survey} Survey
 * @typedef {import('./reformat.js').Reformat} Reformat
 * @typedef {import('./volume.js').SlabChoice} SlabChoice
 */

/** More gaps than this are counted, not listed. */
const LISTED = 2;

/** @param {number} value @returns {string} */
export function millimetres(value) {
  return String(Math.round(value * 10) / 10);
}

/**
 * What is wrong with the slices themselves; said on the pane of the stack as well.
 * @param {Survey} survey
 * @returns {string[]}
 */
export function sliceNotes({ gaps, uneven, indices }) {
  const notes = [];
  if (gaps.length > LISTED) {
    notes.push(t('volume.manyGaps', { places: gaps.length, missing: gaps.reduce((sum, gap) => sum + gap.missing, 0) }));
  } else {
    for (const { after, missing } of gaps) {
      const [from, to] = [indices[after] + 1, indices[after + 1] + 1].sort((a, b) => a - b);
      notes.push(t('volume.gap', { missing, from, to }));
    }
  }
  if (uneven) notes.push(t('volume.uneven', { least: millimetres(uneven.least), most: millimetres(uneven.most) }));
  return notes;
}

/**
 * What stands on the pane of a computed stack: what it is, and what was done or is missing.
 * @param {{survey: Survey}} volume
 * @param {Reformat} reformat
 * @param {SlabChoice} slab
 * @returns {string}
 */
export function computedLabel({ survey }, reformat, slab) {
  const what = [t(`volume.${reformat.direction}`)];
  if (slab) what.push(`${t(`volume.${slab.projection}`)} ${millimetres(realThickness(reformat, slab.thickness))} mm`);
  const lines = [what.join(' · '), ...sliceNotes(survey)];
  if (survey.tilt > 0 && reformat.direction !== 'own') lines.push(t('volume.tilt', { degrees: Math.round(survey.tilt) }));
  if (survey.volumes > 1) lines.push(t('volume.volumes', { count: survey.volumes }));
  return lines.join('\n');
}
