// Keeps marked parts of a page up to date with server-sent events.
//
// `<section data-live="studies" data-fragment="list">` is fetched again, as `?fragment=list` of this page or of the one that
// `data-source` names, when an event names one of its topics. Events carry no content, so what is shown always went through the page's own permissions.

import { leaveForLogin } from './api.js';
import { released, watchPresses } from './press.js';
import { showTimes } from './time.js';

/**
 * @typedef {{topics: string[], study: string | null, spread?: number}} Change
 */

const GATHER = 400;

/**
 * How long to gather changes before a part is fetched again: where many listen, each at another moment.
 * @param {Change} change
 * @param {number} chance from 0 to 1
 */
export function gatheringTime(change, chance) {
  return Math.max(GATHER, (change.spread ?? 0) * (0.5 + chance / 2));
}

/** @type {WeakMap<HTMLElement, number>} which question about a part was the last */
const asked = new WeakMap();
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
  const turn = (asked.get(element) ?? 0) + 1;
  asked.set(element, turn);
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
  await released(element);
  // Answers may overtake one another: what was asked later knows more.
  if (asked.get(element) !== turn || element.dataset.shown === html) return;
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
  // What changed between the drawing of the page and now was told to nobody.
  let wasDown = true;
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
      window.setTimeout(() => { if (!document.hidden) connect(); }, 5000);
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
    }, gatheringTime(change, Math.random()));
  });
}

/**
 * Starts listening. A hidden tab lets its stream go: a browser has six connections to a server, and images need them.
 */
export function startLive() {
  watchPresses();
  connect();
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      if (source) source.close();
      source = null;
    } else {
      connect();
    }
  });
  window.setInterval(() => showTimes(document), 15000);
}
