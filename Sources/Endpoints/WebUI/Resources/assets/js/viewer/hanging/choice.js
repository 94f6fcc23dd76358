// Which earlier study is compared: the latest of the same kind.

import { group } from './match.js';
import { wordsOf } from './traits.js';

/**
 * @typedef {object} Prior as /api/v1/studies/…/priors names one
 * @property {string} studyInstanceUID
 * @property {string} [studyDate]
 * @property {string} [studyTime]
 * @property {string[]} modalities
 * @property {string[]} bodyParts
 * @property {string} [description]
 * @property {string} [institution]
 * @property {string} issuer
 * @property {'here' | 'away' | 'elsewhere' | 'coming' | 'refused'} place
 * @property {string} [rule]
 * @property {'certain' | 'probable'} certainty
 *
 * @typedef {object} Current
 * @property {string} date `YYYYMMDD`; '' when unknown
 * @property {string} time
 * @property {string[]} modalities
 * @property {string} text body parts and descriptions
 */

const DAY = 86400000;

/** @param {string} date `YYYYMMDD` @returns {number | null} days since 1970 */
export function dayOf(date) {
  const found = /^(\d{4})(\d{2})(\d{2})$/.exec(date);
  if (!found) return null;
  const day = Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3]));
  return Number.isFinite(day) ? Math.floor(day / DAY) : null;
}

/** @param {string} earlier @param {string} later @returns {number | null} days between; null where a date is missing */
export function daysBetween(earlier, later) {
  const [from, to] = [dayOf(earlier), dayOf(later)];
  return from === null || to === null ? null : to - from;
}

/**
 * How long before the study a prior was, as a string of the catalogue and its number.
 * @param {string} prior @param {string} study
 * @returns {{key: string, count: number} | null}
 */
export function ageOf(prior, study) {
  const days = daysBetween(prior, study);
  if (days === null || days < 0) return null;
  if (days === 0) return { key: 'prior.sameDay', count: 0 };
  if (days < 60) return { key: 'prior.daysOlder', count: days };
  if (days < 730) return { key: 'prior.monthsOlder', count: Math.round(days / 30.44) };
  return { key: 'prior.yearsOlder', count: Math.floor(days / 365.25) };
}

/**
 * The parts of the body that words name, coarsely: what a reader compares with what.
 * @type {[string, RegExp][]}
 */
const REGIONS = [
  ['head', /HEAD|BRAIN|SKULL|CEREBR|CRANI|头|颅|脑|垂体|鼻窦/],
  ['neck', /NECK|CERVIC|THYROID|LARYN|颈|甲状腺|喉/],
  ['breast', /BREAST|MAMMO|乳/],
  ['chest', /CHEST|THORA|LUNG|HEART|CARDI|RIB|胸|肺|心|肋|纵隔/],
  ['abdomen', /ABDOM|LIVER|KIDNEY|RENAL|PANCREA|SPLEEN|GALL|BILI|腹|肝|肾|胰|脾|胆|泌尿/],
  ['pelvis', /PELVI|HIP|PROSTAT|UTER|BLADDER|RECT|盆|髋|前列腺|子宫|膀胱|直肠/],
  ['spine', /SPINE|LUMBAR|SACR|VERTEBR|脊|腰椎|颈椎|胸椎|骶|腰/],
  ['arm', /SHOULDER|ELBOW|WRIST|HAND|FINGER|HUMER|RADIUS|ULNA|CLAVIC|肩|肘|腕|手|指|肱|锁骨|尺骨|桡骨/],
  ['leg', /KNEE|ANKLE|FOOT|TOE|FEMUR|TIBIA|FIBULA|CALCAN|膝|踝|足|趾|股骨|胫|腓|跟骨/],
];

/** @param {string} text @returns {Set<string>} */
export function regionsOf(text) {
  const capitals = text.toUpperCase();
  return new Set(REGIONS.filter(([, words]) => words.test(capitals)).map(([name]) => name));
}

/** @param {Prior} prior @returns {string} */
function textOf(prior) {
  return [...prior.bodyParts, prior.description ?? ''].join(' ');
}

/**
 * How well a prior compares with the study; null where it does not: other images, another part of the body, or later.
 * @param {Prior} prior @param {Current} current
 * @returns {number | null}
 */
export function comparability(prior, current) {
  const [own, other] = [new Set(current.modalities.map(group)), prior.modalities.map(group)];
  if (!other.some((modality) => own.has(modality))) return null;
  if (`${prior.studyDate ?? ''}${prior.studyTime ?? ''}` > `${current.date}${current.time}` && current.date !== '') return null;
  const [here, there] = [regionsOf(current.text), regionsOf(textOf(prior))];
  if (here.size === 0 || there.size === 0) {
    // Nobody says what it shows: their words must have something in common.
    const shared = [...wordsOf(textOf(prior))].some((word) => wordsOf(current.text).has(word));
    return shared ? 2 : 1;
  }
  return [...here].some((region) => there.has(region)) ? 3 : null;
}

/**
 * Those that can be compared, the best first: same part of the body before unknown, then the latest.
 * @param {Prior[]} priors @param {Current} current
 * @returns {Prior[]}
 */
export function comparable(priors, current) {
  return priors
    .map((prior) => ({ prior, worth: comparability(prior, current) }))
    .filter(({ worth }) => worth !== null)
    .sort((a, b) => (b.worth ?? 0) - (a.worth ?? 0)
      || (when(a.prior) > when(b.prior) ? -1 : when(a.prior) < when(b.prior) ? 1 : 0)
      || (a.prior.studyInstanceUID < b.prior.studyInstanceUID ? -1 : 1))
    .map(({ prior }) => prior);
}

/** @param {Prior} prior @returns {string} */
function when(prior) {
  return `${prior.studyDate ?? ''}${prior.studyTime ?? ''}`;
}

/**
 * The one that is opened without a question: certainly the same patient's, of the same part of the body, and not too old.
 * @param {Prior[]} priors @param {Current} current @param {import('./plan.js').Rule} rule
 * @returns {Prior | null}
 */
export function automaticPrior(priors, current, rule) {
  if (rule.prior !== 'automatic') return null;
  return comparable(priors, current).find((prior) => {
    if (prior.certainty !== 'certain' || prior.place === 'refused') return false;
    if ((comparability(prior, current) ?? 0) < 2) return false;
    const days = daysBetween(prior.studyDate ?? '', current.date);
    return rule.priorWithinDays === undefined || rule.priorWithinDays === null || (days !== null && days <= rule.priorWithinDays);
  }) ?? null;
}
