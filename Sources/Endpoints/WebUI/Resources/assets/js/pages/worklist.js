// The reading worklist: choose with the arrows, open with Enter.

import { setUpHandover } from '../assignment/handover.js';
import { listenForCalls } from '../core/actions.js';
import { call } from '../core/api.js';
import { listenForKeys } from '../core/hotkeys.js';
import { notify, notifyError } from '../core/notice.js';
import { need, startPage } from '../core/page.js';
import { t } from '../core/strings.js';

/** @type {string | undefined} */
let chosen;
let isOpening = false;
/** @type {import('../viewer/next-study.js').NextStudy | undefined} */
let next;

/** @returns {HTMLElement[]} */
function rows() {
  return [...document.querySelectorAll('tr')].filter((row) => row.dataset.task);
}

/** @param {HTMLElement | undefined} row */
function choose(row) {
  chosen = row?.dataset.task;
  for (const each of rows()) each.classList.toggle('is-chosen', each === row);
  row?.scrollIntoView({ block: 'nearest' });
  // Enter opens the chosen one, else the first.
  next?.choose((row ?? rows()[0])?.dataset.study);
}

/** @param {number} step */
function move(step) {
  const all = rows();
  const at = all.findIndex((row) => row.dataset.task === chosen);
  choose(all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + step))]);
}

/**
 * A task that can be claimed is claimed on the way.
 * @param {HTMLElement} row
 */
async function open(row) {
  if (isOpening) return;
  const { task = '', claim } = row.dataset;
  isOpening = true;
  try {
    if (claim === 'true') await call('POST', `/tasks/${task}/claim`);
    window.location.assign(`/tasks/${task}`);
  } catch (error) {
    notifyError(error);
  } finally {
    isOpening = false;
  }
}

/**
 * Whoever is away says that they are back where it says that they are away, and nowhere else.
 * @param {HTMLElement} list
 */
function showPresence(list) {
  const presence = document.querySelector('[data-role=presence]');
  if (!(presence instanceof HTMLElement)) return;
  presence.hidden = list.querySelector('.away-line') !== null;
  if (presence.hidden) need('select', HTMLSelectElement, presence).selectedIndex = 0;
}

startPage(() => {
  const list = need('#worklist', HTMLElement);
  listenForCalls();
  setUpHandover();
  list.addEventListener('click', (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const row = target.closest('tr[data-task]');
    if (!(row instanceof HTMLElement)) return;
    choose(row);
    if (target.closest('[data-action=open]')) open(row);
  });
  list.addEventListener('dblclick', (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const row = target.closest('tr[data-task]');
    if (row instanceof HTMLElement && !target.closest('button')) open(row);
  });
  list.addEventListener('refreshed', () => {
    choose(rows().find((row) => row.dataset.task === chosen));
    showPresence(list);
  });
  listenForKeys({
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => {
      const row = rows().find((each) => each.dataset.task === chosen) ?? rows()[0];
      if (row) open(row);
    },
  });
  for (const field of document.querySelectorAll('form[data-role=filter] select:not([data-call])')) {
    field.addEventListener('change', () => /** @type {HTMLSelectElement} */ (field).form?.submit());
  }
  // Later than the listening: half the viewer comes with it, and a click before that would be lost.
  import('../viewer/next-study.js').then(({ NextStudy, fetchScriptsAhead }) => {
    next = new NextStudy();
    next.choose(rows()[0]?.dataset.study);
    return fetchScriptsAhead();
  }).catch(() => {});
  const address = new URL(window.location.href);
  const done = address.searchParams.get('done');
  if (!done) return;
  /** @type {{[done: string]: string}} */
  const words = { preliminary: 'reading.signed', final: 'reading.released', returned: 'reading.returned' };
  if (words[done]) notify(t(words[done]));
  address.searchParams.delete('done');
  window.history.replaceState(null, '', address);
});
