// Short messages and questions.

import { APIError } from './api.js';
import { t } from './strings.js';

/**
 * A message at the foot of the page; problems stay until closed.
 * @param {string} message
 * @param {'done' | 'problem'} [kind]
 */
export function notify(message, kind = 'done') {
  let region = document.getElementById('notices');
  if (!region) {
    region = document.createElement('div');
    region.id = 'notices';
    region.setAttribute('role', 'status');
    document.body.append(region);
  }
  const notice = document.createElement('div');
  notice.className = `notice notice-${kind}`;
  const words = document.createElement('span');
  words.textContent = message;
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'notice-close';
  close.textContent = '×';
  close.setAttribute('aria-label', t('app.close'));
  close.addEventListener('click', () => notice.remove());
  notice.append(words, close);
  region.append(notice);
  if (kind === 'done') window.setTimeout(() => notice.remove(), 6000);
}

/** @param {unknown} error */
export function notifyError(error) {
  const message = error instanceof APIError ? error.message : t('app.unreachable');
  notify(t('app.problem', { message }), 'problem');
}

/**
 * Asks in a dialog; with `label` the answer is a text that may not be empty.
 * @param {string} question
 * @param {{confirm?: string, label?: string}} [options]
 * @returns {Promise<string | null>} null when cancelled, '' when no text was asked for
 */
export function ask(question, options = {}) {
  const { confirm = t('app.confirm'), label } = options;
  const dialog = document.createElement('dialog');
  dialog.className = 'dialog ask';
  const form = document.createElement('form');
  form.method = 'dialog';
  const words = document.createElement('p');
  words.textContent = question;
  form.append(words);
  const field = document.createElement('textarea');
  if (label) {
    const caption = document.createElement('label');
    caption.className = 'field';
    caption.textContent = label;
    field.required = true;
    field.rows = 3;
    field.maxLength = 1000;
    caption.append(field);
    form.append(caption);
  }
  const buttons = document.createElement('div');
  buttons.className = 'dialog-buttons';
  const no = document.createElement('button');
  no.type = 'button';
  no.className = 'button';
  no.textContent = t('app.cancel');
  no.addEventListener('click', () => dialog.close());
  const yes = document.createElement('button');
  yes.type = 'submit';
  yes.value = 'yes';
  yes.className = 'button button-primary';
  yes.textContent = confirm;
  buttons.append(no, yes);
  form.append(buttons);
  dialog.append(form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes' ? field.value.trim() : null);
    });
    dialog.showModal();
    if (!label) yes.focus();
  });
}
