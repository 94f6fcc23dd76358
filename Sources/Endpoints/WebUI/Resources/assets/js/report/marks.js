// What a reader marks beside the report: critical results, and how good the images are.

import { call } from '../core/api.js';
import { refreshAll, refresh } from '../core/live.js';
import { ask, notify, notifyError } from '../core/notice.js';
import { need } from '../core/page.js';
import { t } from '../core/strings.js';
import { askForRetake, giveGrade, markPositive, toggleReason } from './quality.js';

/** @param {string} task @param {HTMLFormElement} form */
async function markCritical(task, form) {
  const code = need('[name=code]', HTMLSelectElement, form);
  const note = need('[name=note]', HTMLInputElement, form);
  const finding = code.selectedOptions[0]?.textContent ?? '';
  if (code.selectedOptions[0]?.dataset.note === 'required' && note.value.trim() === '') {
    note.focus();
    notify(t('critical.noteMissing'), 'problem');
    return;
  }
  if ((await ask(t('critical.markQuestion', { name: finding }), { confirm: t('critical.mark') })) === null) return;
  await call('POST', `/tasks/${task}/critical-results`, { code: code.value, note: note.value.trim() });
  notify(t('critical.marked'));
  form.reset();
  refreshAll(['critical']);
}

/**
 * @returns {{[name: string]: () => void}} keys of the marks
 */
export function setUpMarks() {
  const place = document.getElementById('marks');
  if (!place) return {};
  const { task = '' } = place.dataset;
  place.addEventListener('submit', (event) => {
    event.preventDefault();
    const form = event.target;
    if (form instanceof HTMLFormElement && form.dataset.role === 'mark-critical') {
      markCritical(task, form).catch(notifyError);
    }
  });
  place.addEventListener('click', (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest('button[data-action]');
    if (!(button instanceof HTMLElement)) return;
    const { action, grade = '' } = button.dataset;
    if (action === 'grade') giveGrade(place, task, grade).catch(notifyError);
    if (action === 'reason') toggleReason(place, task, button).catch(notifyError);
    if (action === 'retake') askForRetake(task)?.catch(notifyError);
    if (action === 'positive') markPositive(place, task, button).catch(notifyError);
  });
  place.addEventListener('refreshed', (event) => {
    if (event.target !== place) return;
    for (const part of place.querySelectorAll('[data-live]')) refresh(/** @type {HTMLElement} */ (part)).catch(notifyError);
  });
  refresh(place).catch(notifyError);
  /** @param {string} grade */
  const key = (grade) => () => { giveGrade(place, task, grade).catch(notifyError); };
  return {
    a: key('A'), b: key('B'), c: key('C'),
    x: () => { if (place.querySelector('[data-action=retake]')) askForRetake(task)?.catch(notifyError); },
  };
}
