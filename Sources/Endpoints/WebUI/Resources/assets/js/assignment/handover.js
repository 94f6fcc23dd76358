// Giving a task to somebody else: a reader hands it over with a word, an operator puts it on a list.

import { call } from '../core/api.js';
import { refreshAll } from '../core/live.js';
import { notify, notifyError } from '../core/notice.js';
import { need } from '../core/page.js';
import { t } from '../core/strings.js';

/**
 * @typedef {{name: string, displayName: string, isOnDuty: boolean, isAway: boolean}} Receiver
 */

/** @param {Receiver} receiver @returns {HTMLOptionElement} */
function option(receiver) {
  const entry = document.createElement('option');
  entry.value = receiver.name;
  const state = receiver.isAway ? 'roster.isAway' : receiver.isOnDuty ? 'roster.isOnDuty' : 'roster.isOff';
  entry.textContent = `${receiver.displayName} (${t(state)})`;
  entry.disabled = receiver.isAway;
  return entry;
}

/** Listens for buttons `handover` and `assign` in rows, and on pages, that name a task. */
export function setUpHandover() {
  const dialog = need('#handover', HTMLDialogElement);
  const form = need('form', HTMLFormElement, dialog);
  const list = need('select', HTMLSelectElement, form);
  const note = need('textarea', HTMLTextAreaElement, form);
  const everybody = list.options[0];
  let task = '';
  let isAssigning = false;

  /** @param {string} id @param {boolean} assigns */
  async function open(id, assigns) {
    try {
      const { receivers } = await call('GET', `/tasks/${id}/receivers`);
      task = id;
      isAssigning = assigns;
      form.reset();
      const people = /** @type {Receiver[]} */ (receivers).map(option);
      list.replaceChildren(...(assigns ? people : [everybody, ...people]));
      need('[data-role=note]', HTMLElement, form).hidden = assigns;
      note.required = !assigns;
      dialog.showModal();
    } catch (error) {
      notifyError(error);
    }
  }

  document.addEventListener('click', (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest('[data-action=close-handover]')) dialog.close();
    const button = target.closest('[data-action=handover], [data-action=assign]');
    if (!(button instanceof HTMLElement)) return;
    const row = button.closest('[data-task]');
    if (row instanceof HTMLElement) open(row.dataset.task ?? '', button.dataset.action === 'assign');
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = need('[type=submit]', HTMLButtonElement, form);
    button.disabled = true;
    try {
      if (isAssigning) {
        await call('PUT', `/tasks/${task}/assignment`, { reader: list.value });
      } else {
        await call('POST', `/tasks/${task}/handover`, { to: list.value, note: note.value });
      }
      dialog.close();
      notify(t(isAssigning ? 'worklist.assigned' : 'worklist.handedOver'));
      refreshAll();
    } catch (error) {
      notifyError(error);
    } finally {
      button.disabled = false;
    }
  });
}
