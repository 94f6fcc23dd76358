// The roster's page: who is there, and the file that says so.

import { listenForCalls } from '../core/actions.js';
import { APIError, call } from '../core/api.js';
import { refreshAll } from '../core/live.js';
import { notify, notifyError } from '../core/notice.js';
import { need, startPage } from '../core/page.js';
import { t } from '../core/strings.js';

/**
 * Puts the caret on the place that a message names: `roster.yaml:12:5: …`.
 * @param {HTMLTextAreaElement} field
 * @param {string} message
 */
function goTo(field, message) {
  const place = /:(\d+):(\d+):/.exec(message);
  if (!place) return;
  const lines = field.value.split('\n');
  const line = Math.min(Number(place[1]), lines.length) - 1;
  const start = lines.slice(0, line).reduce((length, text) => length + text.length + 1, 0);
  field.focus();
  field.setSelectionRange(start, start + lines[line].length);
  field.scrollTop = (field.scrollHeight / lines.length) * Math.max(0, line - 5);
}

/** @param {HTMLFormElement} form */
function setUpFile(form) {
  const field = need('textarea', HTMLTextAreaElement, form);
  const mistake = need('[data-role=mistake]', HTMLElement, form);
  const fine = need('[data-role=fine]', HTMLElement, form);

  /** @param {'POST' | 'PUT'} method @param {string} path */
  async function send(method, path) {
    mistake.hidden = true;
    fine.hidden = true;
    try {
      const answer = await call(method, path, { yaml: field.value });
      if (answer.isWritten) {
        notify(t('roster.saved'));
        refreshAll();
      } else {
        fine.textContent = t('roster.fine', answer);
        fine.hidden = false;
      }
    } catch (error) {
      if (!(error instanceof APIError) || error.status !== 400) {
        notifyError(error);
        return;
      }
      mistake.textContent = error.message;
      mistake.hidden = false;
      goTo(field, error.message);
    }
  }

  need('[data-action=check]', HTMLButtonElement, form).addEventListener('click', () => send('POST', '/roster/check'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send('PUT', '/roster');
  });
}

startPage(() => {
  listenForCalls();
  const form = document.getElementById('roster-file');
  if (form instanceof HTMLFormElement) setUpFile(form);
});
