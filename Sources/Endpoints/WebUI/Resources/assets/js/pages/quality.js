// Images to be taken again: the hospital's answers.

import { listenForCalls } from '../core/actions.js';
import { call } from '../core/api.js';
import { refreshAll } from '../core/live.js';
import { ask, notify, notifyError } from '../core/notice.js';
import { startPage } from '../core/page.js';
import { t } from '../core/strings.js';

/** @param {HTMLElement} button */
async function answer(button) {
  const { action, id = '', study } = button.dataset;
  /** @type {{[member: string]: string}} */
  let body;
  if (action === 'retake-done') {
    if ((await ask(t('retake.doneConfirm'), { confirm: t('retake.done') })) === null) return;
    body = { outcome: 'done' };
  } else if (action === 'retake-new') {
    if ((await ask(t('retake.newConfirm'), { confirm: t('retake.newStudy') })) === null) return;
    body = { outcome: 'new_study', newStudyInstanceUID: study ?? '' };
  } else if (action === 'retake-decline') {
    const note = await ask(t('retake.declineQuestion'), { confirm: t('retake.decline'), label: t('retake.declineReason') });
    if (!note) return;
    body = { outcome: 'declined', note };
  } else {
    return;
  }
  await call('POST', `/retakes/${id}/answer`, body);
  notify(t('retake.answered'));
  refreshAll();
}

startPage(() => {
  listenForCalls();
  document.addEventListener('click', (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest('button[data-action^=retake-]');
    if (button instanceof HTMLElement) answer(button).catch(notifyError);
  });
});
