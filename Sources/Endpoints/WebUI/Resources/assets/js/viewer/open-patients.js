// Warns when windows of this browser show different patients.

import { t } from '../core/strings.js';

/**
 * @typedef {{kind: 'hello' | 'here' | 'bye', id: string, patient: string, words: string}} Message
 */

/** A window that says nothing for so long is gone, whatever it did not say (background windows are slow). */
const GONE = 150000;
const AGAIN = 10000;

/** Who else is open: kept apart from the page, to be tested. */
export class OtherWindows {
  /** @param {string} patient shown here */
  constructor(patient) {
    this.patient = patient;
    /** @type {Map<string, {patient: string, words: string, at: number}>} */
    this.windows = new Map();
  }

  /** @param {Message} message @param {number} now ms */
  hear(message, now) {
    if (message.kind === 'bye') this.windows.delete(message.id);
    else this.windows.set(message.id, { patient: message.patient, words: message.words, at: now });
  }

  /** @param {number} now @returns {string[]} the other patients that are open */
  others(now) {
    const words = [...this.windows.values()]
      .filter(({ patient, at }) => patient !== this.patient && now - at < GONE).map((each) => each.words);
    return [...new Set(words)];
  }
}

/**
 * @param {string} patient what tells patients apart
 * @param {string} words how this window's patient is called in the other window's warning
 */
export function watchOtherPatients(patient, words) {
  if (!('BroadcastChannel' in window) || patient === '') return;
  const channel = new BroadcastChannel('jieli-open-patients');
  const id = `${Date.now()}-${Math.random()}`;
  const others = new OtherWindows(patient);
  const say = (/** @type {Message['kind']} */ kind) => channel.postMessage({ kind, id, patient, words });
  const warning = document.createElement('p');
  warning.className = 'patients-warning';
  warning.dataset.role = 'patients-warning';
  warning.setAttribute('role', 'alert');
  warning.hidden = true;
  document.querySelector('#content')?.before(warning);
  const show = () => {
    const names = others.others(Date.now());
    warning.hidden = names.length === 0;
    const sentence = names.length > 0 ? t('viewer.otherPatient', { names: names.join('、'), name: words }) : '';
    if (warning.textContent !== sentence) warning.textContent = sentence;
  };
  channel.addEventListener('message', ({ data }) => {
    others.hear(data, Date.now());
    if (data.kind === 'hello') say('here');
    show();
  });
  window.addEventListener('pagehide', () => say('bye'));
  window.addEventListener('pageshow', (event) => { if (event.persisted) say('hello'); });
  window.setInterval(() => {
    say('here');
    show();
  }, AGAIN);
  say('hello');
}
