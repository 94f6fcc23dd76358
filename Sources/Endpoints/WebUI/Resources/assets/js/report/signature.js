// The last look before a signature: whose images, which study, who signs.

import { call } from '../core/api.js';
import { currentLanguage, t } from '../core/strings.js';

/** What a template left open. */
export const BLANK = '＿＿';

/**
 * @typedef {object} Signature what goes to the server
 * @property {boolean} [acceptIncomplete]
 * @property {string} [password]
 */

/**
 * How many places of a text nobody filled in.
 * @param {string} text
 * @returns {number}
 */
export function blanksIn(text) {
  return text.split(BLANK).length - 1;
}

/**
 * What stands between the reader and a signature over all images.
 * @param {{expected: number, here: number, unseen: number}} images
 * @returns {{key: string, values: {[name: string]: number}} | null}
 */
export function incompleteness({ expected, here, unseen }) {
  if (here < expected) return { key: 'sign.missing', values: { expected, here } };
  return unseen > 0 ? { key: 'sign.unseen', values: { unseen } } : null;
}

/** @param {HTMLElement} list @param {string} name @param {string} value */
function fact(list, name, value) {
  const term = document.createElement('dt');
  term.textContent = name;
  const detail = document.createElement('dd');
  detail.textContent = value;
  list.append(term, detail);
}

/**
 * Asks; the facts are fetched now, so that images which came meanwhile count.
 * @param {HTMLFormElement} form the editor
 * @param {{path: string, question: string, confirm: string, text: string, isAboutText?: boolean}} options `isAboutText`: an addendum,
 *   which is about its own words and not about all images
 * @returns {Promise<Signature | null>} null when the reader thinks better of it
 */
export async function askSignature(form, { path, question, confirm, text, isAboutText = false }) {
  const task = await call('GET', path);
  const dialog = document.createElement('dialog');
  dialog.className = 'dialog ask ask-signature';
  const body = document.createElement('form');
  body.method = 'dialog';
  const title = document.createElement('h2');
  title.textContent = t('sign.title');
  const facts = document.createElement('dl');
  facts.className = 'facts';
  fact(facts, t('sign.patient'), [task.patientName, task.patientID].filter(Boolean).join(' · '));
  fact(facts, t('sign.study'), [task.modalities.join(' '), task.description, task.studyDate].filter(Boolean).join(' · '));
  if (task.author) fact(facts, t('sign.author'), task.author.displayName);
  fact(facts, t('sign.signer'), form.dataset.signer ?? '');
  const words = document.createElement('p');
  words.textContent = question;
  body.append(title, facts, words);
  words.className = isAboutText ? 'pre quoted' : '';
  const accept = isAboutText ? null : warn(body, task.images, text);
  const password = document.createElement('input');
  if ('asksPassword' in form.dataset) {
    const label = document.createElement('label');
    label.className = 'field';
    label.textContent = t('sign.password');
    password.type = 'password';
    password.required = true;
    password.autocomplete = 'current-password';
    label.append(password);
    body.append(label);
  }
  const yes = addButtons(body, dialog, confirm);
  dialog.append(body);
  dialog.lang = currentLanguage() === 'zh' ? 'zh-CN' : 'en';
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      if (dialog.returnValue !== 'yes') return resolve(null);
      /** @type {Signature} */
      const signature = {};
      if (accept?.checked) signature.acceptIncomplete = true;
      if (password.value) signature.password = password.value;
      return resolve(signature);
    });
    dialog.showModal();
    (accept ?? (password.isConnected ? password : yes)).focus();
  });
}

/**
 * @param {HTMLElement} body
 * @param {{expected: number, here: number, unseen: number}} images
 * @param {string} text
 * @returns {HTMLInputElement | null} the box that must be ticked
 */
function warn(body, images, text) {
  const blanks = blanksIn(text);
  if (blanks > 0) {
    const line = document.createElement('p');
    line.className = 'banner banner-warning';
    line.textContent = t('sign.unfilled', { count: blanks });
    body.append(line);
  }
  const lack = incompleteness(images);
  if (!lack) return null;
  const line = document.createElement('p');
  line.className = 'banner banner-problem';
  line.textContent = t(lack.key, lack.values);
  const label = document.createElement('label');
  label.className = 'check';
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.required = true;
  label.append(box, t('sign.accept'));
  body.append(line, label);
  return box;
}

/** @param {HTMLElement} body @param {HTMLDialogElement} dialog @param {string} confirm */
function addButtons(body, dialog, confirm) {
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
  body.append(buttons);
  return yes;
}
