// What every page starts with.

import { setUpAlerts } from '../alerts/banner.js';
import { call } from './api.js';
import { onChange, refresh, startLive } from './live.js';
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
  setUpAlerts();
  await setUp();
  document.dispatchEvent(new Event('jieli-listening'));
  // Parts that another page makes come after the page's own.
  for (const part of document.querySelectorAll('[data-live][data-source]:empty')) {
    refresh(/** @type {HTMLElement} */ (part)).catch(() => {});
  }
  countObligations();
  if (document.querySelector('[data-role=live]')) startLive();
}

/** Between two counts: the number is for the corner of an eye. */
const COUNT_REST = 5000;

/** The number of open obligations beside their page's name, for whom it is there. */
function countObligations() {
  const badge = document.querySelector('[data-role=obligations]');
  if (!(badge instanceof HTMLElement)) return;
  let isResting = false;
  let isStale = false;
  const count = async () => {
    if (isResting) {
      isStale = true;
      return;
    }
    isResting = true;
    isStale = false;
    window.setTimeout(() => {
      isResting = false;
      if (isStale && !document.hidden) count();
    }, COUNT_REST);
    try {
      const { total } = await call('GET', '/obligations?limit=1');
      badge.textContent = String(total);
      badge.hidden = total === 0;
    } catch {
      // The page itself says when the server is away.
      badge.hidden = true;
    }
  };
  count();
  onChange(() => { count(); });
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
