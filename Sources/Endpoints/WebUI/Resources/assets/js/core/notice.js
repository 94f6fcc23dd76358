// Short messages and questions.

import { APIError, UnreachableError } from './api.js';
import { confirmButton, dialogFoot, newDialog, shownUntilClosed } from './dialog.js';
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

/**
 * What to tell a person. An error that is neither a refusal nor a line that is down is the page's own, and goes to the console too.
 * @param {unknown} error
 * @returns {string}
 */
export function reasonOf(error) {
  if (error instanceof APIError) return error.message;
  if (error instanceof UnreachableError) return t('app.unreachable');
  console.error(error);
  return t('app.broken');
}

/** @param {unknown} error */
export function notifyError(error) {
  notify(t('app.problem', { message: reasonOf(error) }), 'problem');
}

/**
 * Asks in a dialog; with `label` the answer is a text that may not be empty.
 * @param {string} question
 * @param {{confirm?: string, label?: string, value?: string, isShort?: boolean}} [options] `value` stands there to begin with;
 *   a short text is one line, which Enter sends
 * @returns {Promise<string | null>} null when cancelled, '' when no text was asked for
 */
export function ask(question, options = {}) {
  const { confirm = t('app.confirm'), label, value = '', isShort = false } = options;
  const { dialog, form } = newDialog('ask');
  const words = document.createElement('p');
  words.textContent = question;
  form.append(words);
  const field = isShort ? document.createElement('input') : document.createElement('textarea');
  if (label) {
    const caption = document.createElement('label');
    caption.className = 'field';
    caption.textContent = label;
    field.required = true;
    if (field instanceof HTMLTextAreaElement) field.rows = 3;
    field.maxLength = isShort ? 200 : 1000;
    field.value = value;
    caption.append(field);
    form.append(caption);
  }
  const yes = confirmButton(confirm);
  form.append(dialogFoot(dialog, yes));
  return shownUntilClosed(dialog, label ? field : yes, () => (dialog.returnValue === 'yes' ? field.value.trim() : null));
}
