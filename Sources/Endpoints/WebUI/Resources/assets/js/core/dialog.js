// A dialog: words, fields, and two buttons at the foot.

import { t } from './strings.js';

/**
 * A button that submits nothing.
 * @param {string} words
 * @returns {HTMLButtonElement}
 */
export function button(words) {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'button';
  made.textContent = words;
  return made;
}

/**
 * An empty dialog in the page, not shown yet.
 * @param {string} kind a style class
 * @param {string} [title]
 */
export function newDialog(kind, title) {
  const dialog = document.createElement('dialog');
  dialog.className = `dialog ${kind}`;
  const form = document.createElement('form');
  form.method = 'dialog';
  if (title) {
    const head = document.createElement('h2');
    head.textContent = title;
    form.append(head);
  }
  dialog.append(form);
  document.body.append(dialog);
  return { dialog, form };
}

/**
 * A dialog's foot. The first button cancels.
 * @param {HTMLDialogElement} dialog
 * @param {HTMLElement[]} others
 */
export function dialogFoot(dialog, ...others) {
  const foot = document.createElement('div');
  foot.className = 'dialog-buttons';
  const no = button(t('app.cancel'));
  no.addEventListener('click', () => dialog.close());
  foot.append(no, ...others);
  return foot;
}

/**
 * The button that sends a dialog's form: then its `returnValue` is `yes`.
 * @param {string} words
 */
export function confirmButton(words) {
  const yes = button(words);
  yes.type = 'submit';
  yes.value = 'yes';
  yes.classList.add('button-primary');
  return yes;
}

/**
 * Shows a dialog and reads the answer once it is closed; then it is gone.
 * @template Answer
 * @param {HTMLDialogElement} dialog
 * @param {HTMLElement} first has the keyboard
 * @param {() => Answer} read
 * @returns {Promise<Answer>}
 */
export function shownUntilClosed(dialog, first, read) {
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      const answer = read();
      dialog.remove();
      resolve(answer);
    });
    dialog.showModal();
    first.focus();
  });
}
