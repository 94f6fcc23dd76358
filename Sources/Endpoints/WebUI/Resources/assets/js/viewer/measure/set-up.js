// Measuring on the reading page: tools, keys, list, saving, and the way into the report.

import { APIError, call } from '../../core/api.js';
import { keyName, takesText } from '../../core/hotkeys.js';
import { ask, notify, notifyError } from '../../core/notice.js';
import { t } from '../../core/strings.js';
import { saveBesideText } from '../../report/beside-text.js';
import { offerMeasuredValues } from '../../report/measured-values.js';
import { Keeping } from './keeping.js';
import { KINDS } from './kinds.js';
import { measurementLayer } from './layer.js';
import { MeasurementList } from './list.js';
import { Measuring } from './measuring.js';
import { intoReport, pictureIntoReport } from './into-report.js';
import { spoken, spokenValue } from './results.js';
import { fromWire, toWire } from './wire.js';

/**
 * @typedef {import('../viewer.js').Viewer} Viewer
 * @typedef {import('./kinds.js').Kind} Kind
 * @typedef {import('./kinds.js').Measurement} Measurement
 * @typedef {import('../../report/key-images.js').KeyImages} KeyImages
 * @typedef {{revision: number, hasEarly: boolean}} Loaded the revision that changes are made over; whether some was drawn before it came
 */

/** @type {{[kind in Kind]: string}} */
const KEYS = {
  length: 'l', bidirectional: 'j', angle: 'Alt+g', cobb: 'Alt+c', rectangle: 'Alt+n', ellipse: 'q', freehand: 'Alt+q', probe: 'Alt+p',
  arrow: 'Alt+a', text: 't', calibration: 'Alt+l',
};

/**
 * @param {Viewer} viewer
 * @param {KeyImages | null} keyImages
 * @param {{isPrivate?: boolean}} [options] private measurements are nobody else's: none are read, none are kept
 * @returns {Measuring}
 */
export function setUpMeasuring(viewer, keyImages, options = {}) {
  const form = document.querySelector('#report[data-task]');
  const task = form instanceof HTMLFormElement ? form.dataset.task ?? '' : '';
  const isMine = form instanceof HTMLFormElement && form.dataset.mine === 'true';
  const measuring = new Measuring(viewer);
  measuring.ask = askFor;
  viewer.everyPane((pane) => pane.addLayer(measurementLayer(measuring, pane)));
  addTools(viewer, measuring);
  addCommands(viewer, measuring);
  const section = document.querySelector('[data-role=measurements]');
  if (section instanceof HTMLElement) {
    new MeasurementList(section, measuring, {
      insert: isMine ? (measurement) => intoReport(measuring, measurement) : null,
      picture: isMine && keyImages ? (measurement) => { pictureIntoReport(measuring, keyImages, measurement).catch(notifyError); } : null,
      rename: (measurement) => { rename(measuring, measurement).catch(notifyError); },
    });
  }
  offerMeasuredValues(() => measuring.collection.all.flatMap((measurement) => measurement.results.map((result) => ({
    label: `${measuring.collection.numberOf(measurement)}  ${measurement.text || t(`measure.kind.${measurement.kind}`)} ${t(`measure.result.${result.name}`)} ${spoken(result)}`,
    value: spokenValue(result), unit: result.unit,
  }))));
  viewer.events.addEventListener('frame', (event) => {
    const pane = /** @type {CustomEvent} */ (event).detail?.pane;
    if (pane?.frame) waitForPixels(measuring, pane);
  });
  if (options.isPrivate) return measuring;
  let isKept = false;
  // Over what they would be saved is not known yet, or could not be learned: no signature goes without what is drawn.
  if (isMine && task) saveBesideText(async () => isKept || measuring.collection.all.length === 0);
  load(measuring, viewer.study, isMine).then((loaded) => {
    if (!isMine || !task) return;
    keep(measuring, task, loaded, section);
    isKept = true;
  }).catch(notifyError);
  return measuring;
}

/** @param {Viewer} viewer @param {Measuring} measuring */
function addTools(viewer, measuring) {
  for (const kind of KINDS) {
    viewer.addTool({
      name: kind, label: `measure.kind.${kind}`, key: KEYS[kind], cursor: kind === 'text' ? 'text' : 'crosshair', group: 'keys.measuring',
      press: (pane, point, view) => measuring.press(kind, pane, point, view),
    });
  }
}

/** @param {Viewer} viewer @param {Measuring} measuring */
function addCommands(viewer, measuring) {
  const { collection } = measuring;
  const group = 'keys.measuring';
  viewer.addCommand({
    name: 'measure-delete', label: 'measure.delete', keys: ['Delete', 'Backspace'], group,
    run: () => {
      const { chosen } = collection;
      if (chosen && !measuring.locked.has(chosen.id)) collection.remove(chosen.id);
    },
  });
  viewer.addCommand({
    name: 'measure-undo', label: 'measure.undo', keys: ['Alt+z'], group,
    run: () => { if (!measuring.cancel() && !collection.undo()) notify(t('measure.nothingToUndo')); },
  });
  viewer.addCommand({ name: 'measure-redo', label: 'measure.redo', keys: ['Alt+y'], group, run: () => { collection.redo(); } });
  document.addEventListener('keydown', (event) => {
    if (document.querySelector('dialog[open]')) return;
    // Escape is the report's key; here it gives up what is being drawn, before anybody else hears of it.
    if (event.key === 'Escape' && measuring.cancel()) event.stopPropagation();
    // Where somebody writes, this key takes back words.
    if (keyName(event) === 'Ctrl+z' && !takesText(/** @type {HTMLElement} */ (event.target))) {
      event.preventDefault();
      collection.undo();
    }
  }, { capture: true });
}

/** @param {Kind} kind @param {string} text @returns {Promise<string | null>} */
async function askFor(kind, text) {
  if (kind !== 'calibration') return ask(t(`measure.kind.${kind}`), { label: t('measure.words'), value: text, isShort: true });
  const answer = await ask(t('measure.calibrationQuestion'), { label: t('measure.knownLength'), value: text, isShort: true });
  if (answer === null) return null;
  const known = Number(answer.replace(',', '.').replace(/mm$/i, '').trim());
  if (known > 0 && Number.isFinite(known)) return String(known);
  notify(t('measure.noLength'), 'problem');
  return null;
}

/** @param {Measuring} measuring @param {Measurement} measurement */
async function rename(measuring, measurement) {
  const words = await askFor(measurement.kind, measurement.kind === 'calibration' ? String(measurement.known ?? '') : measurement.text);
  if (words === null) return;
  const changed = measurement.kind === 'calibration' ? { ...measurement, known: Number(words) } : { ...measurement, text: words };
  measuring.collection.change(changed, measurement);
}

/**
 * Statistics want pixels that may still be on their way.
 * @param {Measuring} measuring
 * @param {import('../stack-pane.js').StackPane} pane
 */
function waitForPixels(measuring, pane) {
  const { frame } = pane;
  let left = 120;
  const look = () => {
    left -= 1;
    if (!frame || pane.frame !== frame || left === 0) return;
    if (pane.loaded?.quality === 'diagnostic') measuring.pixelsCame(frame);
    else window.setTimeout(look, 250);
  };
  if (frame && measuring.on(frame).length > 0) look();
}

/**
 * @param {Measuring} measuring
 * @param {string} study
 * @param {boolean} isMine
 * @returns {Promise<Loaded>}
 */
async function load(measuring, study, isMine) {
  /** @type {{source: string, revision: number, measurements: import('./wire.js').Wire[]}} */
  const answer = await call('GET', `/studies/${study}/measurements`);
  const found = /** @type {Measurement[]} */ (answer.measurements.map(fromWire).filter((each) => each !== null));
  // What came as a report of the study stays as it was signed.
  if (!isMine || answer.source !== 'task') for (const { id } of found) measuring.locked.add(id);
  const hasEarly = measuring.collection.all.length > 0;
  measuring.collection.load([...found, ...measuring.collection.all]);
  return { revision: answer.source === 'task' ? answer.revision : 0, hasEarly };
}

/** @param {Measuring} measuring @param {string} task @param {Loaded} loaded @param {Element | null} section */
function keep(measuring, task, { revision, hasEarly }, section) {
  const line = section?.querySelector('[data-role=measure-state]');
  const keeping = new Keeping(revision, {
    save: (measurements, over) => call('PUT', `/tasks/${task}/measurements`, { revision: over, measurements }),
    judge: (error) => {
      if (!(error instanceof APIError)) return 'retry';
      if (error.code === 'stale_measurements') return 'stale';
      // Too slow or too many at once, or a session that another tab renews.
      if ([401, 408, 429].includes(error.status)) return 'retry';
      return error.status >= 400 && error.status < 500 ? 'lost' : 'retry';
    },
    show: (state) => {
      if (!(line instanceof HTMLElement)) return;
      line.dataset.state = state;
      line.textContent = t(`measure.state.${state}`);
    },
    schedule: (action, delay) => window.setTimeout(action, delay),
    unschedule: (handle) => window.clearTimeout(handle),
  });
  const wanted = () => measuring.collection.all.filter((each) => measuring.isKept(each)).map(toWire);
  let last = JSON.stringify(wanted());
  measuring.listeners.push((reason) => {
    if (reason === 'choice') return;
    const now = JSON.stringify(wanted());
    if (now === last) return;
    last = now;
    keeping.changed(JSON.parse(now));
  });
  if (hasEarly) keeping.changed(JSON.parse(last));
  // The signature ends the claim, and with it the saving.
  saveBesideText(() => keeping.flush());
  window.addEventListener('beforeunload', () => { keeping.flush(); });
  for (const store of section?.querySelectorAll('[data-role=store]') ?? []) {
    if (store instanceof HTMLElement) store.hidden = false;
    store.addEventListener('click', async () => {
      try {
        if (!(await keeping.flush())) return;
        const { instances } = await call('POST', `/tasks/${task}/measurements/store`);
        notify(t('measure.stored', { count: instances.length }));
      } catch (error) {
        notifyError(error);
      }
    });
  }
}
