// Keeps marked parts of a page up to date with server-sent events.
//
// `<section data-live="studies" data-fragment="list">` is fetched again, as `?fragment=list` of this page or of the one that
// `data-source` names, when an event names one of its topics. Events carry no content, so what is shown always went through the page's own permissions.

import { leaveForLogin } from './api.js';
import { showTimes } from './time.js';

/**
 * @typedef {{topics: string[], study: string | null}} Change
 */

const GATHER = 400;

/** @type {Set<(change: Change) => void>} */
const listeners = new Set();
/** @type {EventSource | null} */
let source = null;

/** @param {(change: Change) => void} listener */
export function onChange(listener) {
  listeners.add(listener);
}

/** @param {boolean} isUp */
function showConnection(isUp) {
  const badge = document.querySelector('[data-role=live]');
  if (badge) badge.classList.toggle('is-offline', !isUp);
}

/**
 * Replaces a fragment's content unless its HTML is the same; focus and scroll stay where they are.
 * @param {HTMLElement} element
 */
export async function refresh(element) {
  // Most parts are this page's own; one that every page has names where it comes from.
  const address = new URL(element.dataset.source ?? window.location.href, window.location.href);
  address.searchParams.set('fragment', element.dataset.fragment ?? '');
  const answer = await fetch(address, { headers: { Accept: 'text/html' }, credentials: 'same-origin' });
  if (answer.status === 401 || answer.redirected) {
    leaveForLogin();
    return;
  }
  if (!answer.ok) throw new Error(`fragment: HTTP ${answer.status}`);
  const html = await answer.text();
  if (element.dataset.shown === html) return;
  const focused = document.activeElement instanceof HTMLElement && element.contains(document.activeElement)
    ? document.activeElement.dataset.key : undefined;
  const scrolled = element.scrollTop;
  element.innerHTML = html;
  element.dataset.shown = html;
  element.scrollTop = scrolled;
  showTimes(element);
  if (focused) {
    const again = element.querySelector(`[data-key="${CSS.escape(focused)}"]`);
    if (again instanceof HTMLElement) again.focus();
  }
  element.dispatchEvent(new CustomEvent('refreshed', { bubbles: true }));
}

/**
 * Refreshes what shows any of these topics; all of it without topics.
 * @param {string[]} [topics]
 */
export function refreshAll(topics) {
  for (const element of document.querySelectorAll('[data-live]')) {
    const wanted = (/** @type {HTMLElement} */ (element).dataset.live ?? '').split(' ');
    if (topics && !wanted.some((topic) => topics.includes(topic))) continue;
    refresh(/** @type {HTMLElement} */ (element)).catch(() => showConnection(false));
  }
}

function connect() {
  if (source) return;
  /** @type {Set<string>} */
  const waiting = new Set();
  let timer = 0;
  let wasDown = false;
  source = new EventSource('/api/v1/events');
  source.addEventListener('open', () => {
    showConnection(true);
    if (wasDown) refreshAll();
    wasDown = false;
  });
  source.addEventListener('error', () => {
    wasDown = true;
    showConnection(false);
    // A refused stream is not tried again by the browser: the session has ended or the server restarts.
    if (source && source.readyState === EventSource.CLOSED) {
      source = null;
      window.setTimeout(() => { if (!document.hidden) { connect(); refreshAll(); } }, 5000);
    }
  });
  source.addEventListener('resync', () => refreshAll());
  source.addEventListener('change', (event) => {
    /** @type {Change} */
    const change = JSON.parse(/** @type {MessageEvent} */ (event).data);
    for (const listener of listeners) listener(change);
    change.topics.forEach((topic) => waiting.add(topic));
    if (timer) return;
    timer = window.setTimeout(() => {
      timer = 0;
      refreshAll([...waiting]);
      waiting.clear();
    }, GATHER);
  });
}

/**
 * Starts listening. A hidden tab lets its stream go: a browser has six connections to a server, and images need them.
 */
export function startLive() {
  connect();
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      if (source) source.close();
      source = null;
    } else {
      connect();
      refreshAll();
    }
  });
  window.setInterval(() => showTimes(document), 15000);
}
