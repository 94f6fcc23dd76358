// Forms in dialogs that make one call: `<form data-send="POST /studies/…/rejections" data-done="…">`.

import { call } from './api.js';
import { refreshAll } from './live.js';
import { notify, reasonOf } from './notice.js';
import { need } from './page.js';
import { t } from './strings.js';

/**
 * Checkboxes of one name become a list, one whose value is `true` a truth; empty fields are left out. A field named in the
 * path, as `{series}`, goes there.
 * @param {HTMLFormElement} form
 * @returns {{path: string, body: {[name: string]: string | boolean | string[]}}}
 */
export function requestOf(form) {
  /** @type {{[name: string]: string | boolean | string[]}} */
  const body = {};
  let path = (form.dataset.send ?? '').split(' ')[1] ?? '';
  for (const field of form.elements) {
    if (field instanceof HTMLInputElement && field.type === 'checkbox') {
      if (!field.checked) continue;
      if (field.value === 'true') body[field.name] = true;
      else body[field.name] = [...(/** @type {string[]} */ (body[field.name] ?? [])), field.value];
    } else if (field instanceof HTMLInputElement && field.type === 'radio') {
      if (field.checked) body[field.name] = field.value;
    } else if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement) {
      const value = field.value.trim();
      if (!field.name || value === '') continue;
      if (path.includes(`{${field.name}}`)) path = path.replace(`{${field.name}}`, encodeURIComponent(value));
      else body[field.name] = value;
    }
  }
  return { path, body };
}

/**
 * Above the form's buttons, so that nothing typed is lost.
 * @param {HTMLFormElement} form
 * @param {unknown} [error] none: nothing is wrong any more
 */
function tell(form, error) {
  form.querySelector('[data-role=refusal]')?.remove();
  if (!error) return;
  const words = document.createElement('p');
  words.className = 'banner banner-problem';
  words.dataset.role = 'refusal';
  words.setAttribute('role', 'alert');
  words.textContent = reasonOf(error);
  need('.dialog-buttons', HTMLElement, form).before(words);
}

/** Buttons with `data-opens` open the dialog of that id; its form is sent as JSON, and a refusal stands in the dialog. */
export function listenForForms() {
  document.addEventListener('click', (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const opener = target.closest('[data-opens]');
    const dialog = opener instanceof HTMLElement ? document.getElementById(opener.dataset.opens ?? '') : null;
    if (dialog instanceof HTMLDialogElement) {
      const form = need('form', HTMLFormElement, dialog);
      form.reset();
      tell(form);
      dialog.showModal();
    }
    if (target.closest('[data-action=close]')) target.closest('dialog')?.close();
  });
  document.addEventListener('submit', async (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.dataset.send) return;
    event.preventDefault();
    const submit = need('[type=submit]', HTMLButtonElement, form);
    submit.disabled = true;
    tell(form);
    try {
      const { path, body } = requestOf(form);
      const method = /** @type {'POST' | 'PUT'} */ (form.dataset.send.split(' ')[0]);
      await call(method, path, body);
      form.closest('dialog')?.close();
      if (form.dataset.done) notify(t(form.dataset.done));
      refreshAll();
    } catch (error) {
      tell(form, error);
    } finally {
      submit.disabled = false;
    }
  });
}
