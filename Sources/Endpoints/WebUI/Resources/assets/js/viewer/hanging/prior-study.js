// An earlier study's series, marked as such wherever they are shown.

import { t } from '../../core/strings.js';
import { fetchMetadata, fetchSeries } from '../../dicomweb/client.js';
import { framesOf } from '../../dicomweb/image.js';
import { compareSeries, sortFrames } from '../series-order.js';
import { ageOf } from './choice.js';

/**
 * @typedef {import('./choice.js').Prior} Prior
 * @typedef {{study: string, date: string, age: string, isProbable: boolean}} PriorMark
 * @typedef {import('../frame-loader.js').Stack & {prior: PriorMark}} PriorStack
 */

/** @param {string} date `YYYYMMDD` @returns {string} */
export function writtenDate(date) {
  return /^\d{8}$/.test(date) ? `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}` : date || t('prior.noDate');
}

/** @param {string} name with its parts between carets (PS3.5 6.2.1.2) @returns {string} as the pages write it: Chinese names without a space */
export function writtenName(name) {
  const parts = name.split('^').map((part) => part.trim()).filter(Boolean);
  return parts.join(/^[\u3400-\u9fff]/.test(parts[0] ?? '') ? '' : ' ');
}

/** @param {string} age `054Y` (PS3.5 6.2 AS) @returns {string} */
export function writtenAge(age) {
  const [, count, unit] = /^0*(\d+)([YMWD])$/.exec(age) ?? [];
  const keys = /** @type {{[unit: string]: string}} */ ({ Y: 'patient.years', M: 'patient.months', W: 'patient.weeks', D: 'patient.days' });
  return unit ? t(keys[unit], { count }) : age;
}

/**
 * Whose images these are, from the images themselves and not from the page.
 * @param {import('./facts.js').SeriesFacts | undefined} facts @param {Prior} prior @returns {string[]}
 */
function caption(facts, prior) {
  const sex = facts?.patientSex.toUpperCase() ?? '';
  const person = [
    ['F', 'M', 'O'].includes(sex) ? t(`sex.${sex}`) : sex, facts ? writtenAge(facts.patientAge) : '', facts?.patientID && `ID ${facts.patientID}`,
  ];
  return [
    writtenName(facts?.patientName ?? ''), person.filter(Boolean).join(' · '),
    [writtenDate(facts?.studyDate || prior.studyDate || ''), facts?.institution || prior.institution || prior.issuer].filter(Boolean).join(' · '),
  ].filter((line) => line !== '');
}

/**
 * Every series with images, in the order of a strip.
 * @param {Prior} prior
 * @param {string} currentDate of the study beside which it hangs
 * @returns {Promise<PriorStack[]>}
 */
export async function loadPrior(prior, currentDate) {
  const study = prior.studyInstanceUID;
  const age = ageOf(prior.studyDate ?? '', currentDate);
  /** @type {PriorMark} */
  const mark = {
    study, date: writtenDate(prior.studyDate ?? ''), age: age ? t(age.key, { count: age.count }) : '',
    isProbable: prior.certainty === 'probable',
  };
  /** @type {PriorStack[]} */
  const stacks = [];
  for (const series of (await fetchSeries(study)).sort(compareSeries)) {
    const frames = sortFrames((await fetchMetadata(study, series.uid)).flatMap(framesOf));
    if (frames.length > 0) stacks.push({ study, uid: series.uid, series, frames, caption: caption(frames[0].facts, prior), prior: mark });
  }
  return stacks;
}

/** @param {import('../frame-loader.js').Stack | null} stack @returns {PriorMark | null} */
export function markOf(stack) {
  return stack && 'prior' in stack ? /** @type {PriorStack} */ (stack).prior : null;
}
