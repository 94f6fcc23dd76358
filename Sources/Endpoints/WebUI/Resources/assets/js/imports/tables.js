// The tables of the import page.

import { t } from '../core/strings.js';
import { personName, shownDate } from './media.js';

/**
 * @typedef {object} Study of an import, or of a DICOMDIR
 * @property {string} studyInstanceUID
 * @property {string} [patientName]
 * @property {string} [patientID]
 * @property {string} [patientBirthDate]
 * @property {string} [patientSex]
 * @property {string} [studyDate]
 * @property {string} [description]
 * @property {string[]} modalities
 * @property {string} [institution]
 * @property {boolean} isKnown
 * @property {boolean} [isChosen]
 * @property {number} [images]
 * @property {number} [taken]
 * @property {number} [known]
 * @property {number} [refused]
 * @property {string[]} [files]
 */

/**
 * @param {string} kind
 * @param {string | Node | Array<string | Node>} [content]
 * @param {string} [className]
 */
export function make(kind, content = [], className = '') {
  const element = document.createElement(kind);
  if (className) element.className = className;
  element.append(...(Array.isArray(content) ? content : [content]));
  return element;
}

/** @param {Study} study @returns {HTMLElement[]} who and what */
function facts(study) {
  const person = make('td', [make('strong', personName(study.patientName) || t('study.unnamed')), make('br')]);
  const sex = study.patientSex && ['M', 'F', 'O'].includes(study.patientSex) ? t(`sex.${study.patientSex}`) : '';
  const meta = [sex, shownDate(study.patientBirthDate), study.patientID ? t('patient.id', { id: study.patientID }) : ''];
  person.append(make('span', meta.filter(Boolean).join(' · '), 'muted'));
  const what = make('td');
  for (const modality of study.modalities) what.append(make('span', modality, 'modality'), ' ');
  what.append(study.description ?? '', make('br'), make('span', shownDate(study.studyDate), 'muted'));
  return [person, what, make('td', study.institution ?? '')];
}

/** @param {string[]} titles @param {HTMLElement[]} rows */
function table(titles, rows) {
  const head = make('tr', titles.map((title) => make('th', title, title === t('imports.images') ? 'number' : '')));
  return make('table', [make('thead', head), make('tbody', rows)], 'table');
}

/**
 * Studies with a box each.
 * @param {HTMLElement} place
 * @param {Study[]} studies
 * @param {() => void} changed
 */
export function showChoice(place, studies, changed) {
  const rows = studies.map((study) => {
    const box = /** @type {HTMLInputElement} */ (make('input'));
    box.type = 'checkbox';
    box.name = 'study';
    box.value = study.studyInstanceUID;
    box.checked = study.isChosen ?? true;
    box.setAttribute('aria-label', personName(study.patientName) || study.studyInstanceUID);
    box.addEventListener('change', changed);
    const count = study.images ?? study.files?.length ?? 0;
    const note = make('td', study.isKnown ? make('span', t('imports.isKnown'), 'tag') : '');
    return make('tr', [make('td', box), ...facts(study), make('td', String(count), 'number'), note]);
  });
  const titles = ['', t('imports.patient'), t('imports.study'), t('imports.institution'), t('imports.images'), ''];
  place.replaceChildren(table(titles, rows));
}

/** @param {HTMLElement} place @returns {string[]} */
export function chosen(place) {
  const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (place.querySelectorAll('input[name=study]:checked'));
  return [...boxes].map((box) => box.value);
}

/** @param {HTMLElement} place @param {Study[]} studies */
export function showResult(place, studies) {
  const rows = studies.map((study) => {
    const parts = [];
    if (study.taken) parts.push(make('span', t('imports.taken', { count: study.taken }), 'state state-done'));
    if (study.known) parts.push(make('span', t('imports.known', { count: study.known }), 'state'));
    if (study.refused) parts.push(make('span', t('imports.refusedCount', { count: study.refused }), 'state state-failed'));
    const outcome = make('td');
    for (const part of parts) outcome.append(part, ' ');
    const link = /** @type {HTMLAnchorElement} */ (make('a', t('imports.openStudy'), 'button'));
    link.href = `/studies/${study.studyInstanceUID}`;
    const isHere = (study.taken ?? 0) + (study.known ?? 0) > 0;
    return make('tr', [...facts(study), outcome, make('td', isHere ? link : '', 'row-do')]);
  });
  const titles = [t('imports.patient'), t('imports.study'), t('imports.institution'), t('imports.outcome'), ''];
  place.replaceChildren(table(titles, rows));
}

/**
 * Files and why they were not taken.
 * @param {HTMLElement} place
 * @param {string} title
 * @param {Array<{name: string, reason: string}>} files
 * @param {number} count
 */
export function showFiles(place, title, files, count) {
  place.replaceChildren();
  if (count === 0) return;
  const list = make('ul', files.map((file) => make('li', [file.name, ' ', make('span', file.reason, 'muted')])), 'file-list');
  place.append(make('details', [make('summary', [title, ' ', make('span', String(count), 'count')]), list]));
}
