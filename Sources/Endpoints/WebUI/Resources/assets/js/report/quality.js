// The grade of the images, and asking for new ones.

import { call } from '../core/api.js';
import { refreshAll } from '../core/live.js';
import { notify } from '../core/notice.js';
import { need } from '../core/page.js';
import { t } from '../core/strings.js';

/** @param {ParentNode} place @param {string} action @returns {HTMLElement[]} */
function buttons(place, action) {
  return [...place.querySelectorAll(`button[data-action=${action}]`)].map((button) => /** @type {HTMLElement} */ (button));
}

/** @param {HTMLElement} button @returns {boolean} */
function isPressed(button) {
  return button.getAttribute('aria-pressed') === 'true';
}

/** @type {Promise<void>} what was told last */
let stored = Promise.resolve();

/**
 * One after the other: two on their way at once may arrive in either order, and what was pressed last must stand.
 * @param {HTMLElement} place @param {string} task
 */
function store(place, task) {
  stored = stored.catch(() => {}).then(() => tell(place, task));
  return stored;
}

/**
 * Tells the server what is pressed; nothing while there is no grade.
 * @param {HTMLElement} place @param {string} task
 */
async function tell(place, task) {
  const grade = buttons(place, 'grade').find(isPressed)?.dataset.grade;
  if (!grade) return;
  const reasons = buttons(place, 'reason').filter(isPressed).map((button) => button.dataset.reason);
  await call('PUT', `/tasks/${task}/quality`, { grade, reasons: grade === 'A' ? [] : reasons });
}

/**
 * One key or one click gives the grade; reasons are asked for below a B.
 * @param {HTMLElement} place @param {string} task @param {string} grade
 */
export async function giveGrade(place, task, grade) {
  for (const button of buttons(place, 'grade')) button.setAttribute('aria-pressed', String(button.dataset.grade === grade));
  need('[data-role=reasons]', HTMLElement, place).hidden = grade === 'A';
  await store(place, task);
  notify(t('quality.graded', { grade: t(`quality.grade.${grade}`) }));
}

/** @param {HTMLElement} place @param {string} task @param {HTMLElement} button */
export async function toggleReason(place, task, button) {
  button.setAttribute('aria-pressed', String(!isPressed(button)));
  await store(place, task);
}

/**
 * Yes, no, or nothing at all when pressed again.
 * @param {HTMLElement} place @param {string} task @param {HTMLElement} button
 */
export async function markPositive(place, task, button) {
  const positive = isPressed(button) ? null : button.dataset.value === 'true';
  await call('PUT', `/tasks/${task}/positive`, { positive });
  for (const each of buttons(place, 'positive')) {
    each.setAttribute('aria-pressed', String(positive !== null && each.dataset.value === String(positive)));
  }
}

/**
 * Asks what is wrong, and sends the task back for new images.
 * @param {string} task
 */
export function askForRetake(task) {
  const form = document.getElementById('retake-form');
  if (!(form instanceof HTMLTemplateElement)) return;
  document.body.append(form.content.cloneNode(true));
  const dialog = need('dialog[data-role=retake]', HTMLDialogElement);
  need('[data-action=close]', HTMLButtonElement, dialog).addEventListener('click', () => dialog.close());
  return new Promise((resolve, reject) => {
    dialog.addEventListener('close', () => {
      const reasons = [...dialog.querySelectorAll('[name=reason]:checked')].map((box) => /** @type {HTMLInputElement} */ (box).value);
      const note = need('[name=note]', HTMLTextAreaElement, dialog).value.trim();
      dialog.remove();
      if (dialog.returnValue !== 'yes') { resolve(false); return; }
      if (reasons.length === 0) { notify(t('quality.reasonMissing'), 'problem'); resolve(false); return; }
      call('POST', `/tasks/${task}/retake`, { reasons, note }).then(() => resolve(true), reject);
    });
    dialog.showModal();
  }).then((isDone) => {
    if (!isDone) return;
    notify(t('retake.requested'));
    refreshAll();
    window.setTimeout(() => window.location.assign('/worklist'), 800);
  });
}
