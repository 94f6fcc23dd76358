// What every page starts with.

import { call } from './api.js';
import { startLive } from './live.js';
import { notifyError } from './notice.js';
import { loadStrings } from './strings.js';
import { showTimes } from './time.js';

/**
 * Strings first, then the page's own part, then live updates.
 * @param {() => void | Promise<void>} setUp
 */
export async function startPage(setUp) {
  await loadStrings();
  showTimes(document);
  for (const button of document.querySelectorAll('[data-action=logout]')) button.addEventListener('click', logOut);
  await setUp();
  if (document.querySelector('[data-role=live]')) startLive();
}

async function logOut() {
  try {
    await call('POST', '/logout');
    window.location.assign('/login?out=1');
  } catch (error) {
    notifyError(error);
  }
}

/**
 * An element that the page's template promises.
 * @template {HTMLElement} Kind
 * @param {string} selector
 * @param {new () => Kind} kind
 * @param {ParentNode} [root]
 * @returns {Kind}
 */
export function need(selector, kind, root = document) {
  const found = root.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`the page has no ${selector}`);
  return found;
}
