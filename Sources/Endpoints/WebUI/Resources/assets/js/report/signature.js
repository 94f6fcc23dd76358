// The last look before a signature: whose images, which study, who signs.

import { call } from '../core/api.js';
import { confirmButton, dialogFoot, newDialog, shownUntilClosed } from '../core/dialog.js';
import { ask } from '../core/notice.js';
import { currentLanguage, t } from '../core/strings.js';

/** What a template left open. */
export const BLANK = '＿＿';

/**
 * @typedef {object} Signature what goes to the server
 * @property {boolean} [acceptIncomplete]
 * @property {number} [undisplayed] images that were seen as previews only, or not at all
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

/**
 * How well the signer saw what was on the screen.
 * @typedef {{previews: () => number, failed: () => number, show: () => void}} Shown
 */

/**
 * What stands in the way of a signature: previews that may still become images are waited for; images that can't be had are
 * signed over, and the report says so.
 * @param {{previews: number, failed: number}} counts
 * @returns {'wait' | 'accept' | 'nothing'}
 */
export function obstacle({ previews, failed }) {
  if (previews > 0) return 'wait';
  return failed > 0 ? 'accept' : 'nothing';
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
 * @param {{path: string, question: string, confirm: string, text: string, isAboutText?: boolean, shown?: Shown | null}} options `isAboutText`: an addendum,
 *   which is about its own words and not about all images
 * @returns {Promise<Signature | null>} null when the reader thinks better of it
 */
export async function askSignature(form, { path, question, confirm, text, isAboutText = false, shown = null }) {
  const seen = { previews: shown?.previews() ?? 0, failed: shown?.failed() ?? 0 };
  if (obstacle(seen) === 'wait') return refuse(seen.previews, () => shown?.show());
  const task = await call('GET', path);
  const { dialog, form: body } = newDialog('ask ask-signature', t('sign.title'));
  const facts = document.createElement('dl');
  facts.className = 'facts';
  fact(facts, t('sign.patient'), [task.patientName, task.patientID].filter(Boolean).join(' · '));
  fact(facts, t('sign.study'), [task.modalities.join(' '), task.description, task.studyDate].filter(Boolean).join(' · '));
  if (task.author) fact(facts, t('sign.author'), task.author.displayName);
  fact(facts, t('sign.signer'), form.dataset.signer ?? '');
  const words = document.createElement('p');
  words.textContent = question;
  body.append(facts, words);
  words.className = isAboutText ? 'pre quoted' : '';
  const accept = isAboutText ? null : warn(body, task.images, text, seen.failed);
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
  const yes = confirmButton(confirm);
  body.append(dialogFoot(dialog, yes));
  dialog.lang = currentLanguage() === 'zh' ? 'zh-CN' : 'en';
  return shownUntilClosed(dialog, accept ?? (password.isConnected ? password : yes), () => {
    if (dialog.returnValue !== 'yes') return null;
    /** @type {Signature} */
    const signature = {};
    if (accept?.checked) signature.acceptIncomplete = true;
    if (seen.failed > 0) signature.undisplayed = seen.failed;
    if (password.value) signature.password = password.value;
    return signature;
  });
}

/**
 * Says that what was seen were previews, and leads to the first of them.
 * @param {number} count
 * @param {() => void} show
 * @returns {Promise<null>}
 */
async function refuse(count, show) {
  if ((await ask(t('sign.previews', { count }), { confirm: t('sign.showPreviews') })) !== null) show();
  return null;
}

/**
 * @param {HTMLElement} body
 * @param {{expected: number, here: number, unseen: number}} images
 * @param {string} text
 * @param {number} failed images that could not be shown
 * @returns {HTMLInputElement | null} the box that must be ticked
 */
function warn(body, images, text, failed) {
  const blanks = blanksIn(text);
  if (blanks > 0) {
    const line = document.createElement('p');
    line.className = 'banner banner-warning';
    line.textContent = t('sign.unfilled', { count: blanks });
    body.append(line);
  }
  const lack = incompleteness(images);
  if (!lack && failed === 0) return null;
  const line = document.createElement('p');
  line.className = 'banner banner-problem';
  line.textContent = [lack ? t(lack.key, lack.values) : '', failed > 0 ? t('sign.failed', { count: failed }) : ''].join(' ').trim();
  const label = document.createElement('label');
  label.className = 'check';
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.required = true;
  label.append(box, t('sign.accept'));
  body.append(line, label);
  return box;
}
