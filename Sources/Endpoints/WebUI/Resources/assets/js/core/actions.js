// Buttons that make one call: `<button data-call="POST /studies/…/report/acknowledge">`.

import { call } from './api.js';
import { refreshAll } from './live.js';
import { ask, notify, notifyError } from './notice.js';
import { t } from './strings.js';

/**
 * Listens on the whole page, so that buttons of refreshed fragments work too. `data-confirm` names the question asked first,
 * `data-reason` one that is answered with a reason, which goes along; `data-done` the message afterwards; `data-body` is sent
 * as JSON.
 */
export function listenForCalls() {
  document.addEventListener('click', async (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest('button[data-call]');
    if (!(button instanceof HTMLButtonElement)) return;
    const [method, path] = (button.dataset.call ?? '').split(' ');
    if (button.dataset.confirm) {
      const answer = await ask(t(button.dataset.confirm), { confirm: button.textContent?.trim() });
      if (answer === null) return;
    }
    let body = button.dataset.body ? JSON.parse(button.dataset.body) : undefined;
    if (button.dataset.reason) {
      const reason = await ask(t(button.dataset.reason), { confirm: button.textContent?.trim(), label: t('app.reason') });
      if (reason === null) return;
      body = { ...body, reason };
    }
    await perform(button, method, path, body);
  });
  document.addEventListener('change', async (event) => {
    const field = event.target;
    if (!(field instanceof HTMLSelectElement) || !field.dataset.call) return;
    const [method, path] = field.dataset.call.split(' ');
    await perform(field, method, path, { [field.name]: field.value });
  });
}

/**
 * @param {HTMLButtonElement | HTMLSelectElement} control
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 */
async function perform(control, method, path, body) {
  control.disabled = true;
  try {
    const answer = await call(/** @type {'POST' | 'PUT' | 'DELETE'} */ (method), path, body);
    if (control.dataset.done) notify(t(control.dataset.done, answer ?? {}));
    refreshAll();
  } catch (error) {
    notifyError(error);
  } finally {
    control.disabled = false;
  }
}
