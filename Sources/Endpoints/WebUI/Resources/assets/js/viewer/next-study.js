// The study that will be opened next: its first images wait in the browser's store.

import { fetchDataSets, fetchFrame, fetchMetadata, seriesOf } from '../dicomweb/client.js';
import { framesOf } from '../dicomweb/image.js';
import { canInflate } from '../dicomweb/wire.js';
import { formOfFirst } from './first-form.js';
import { hasPreview, hasWireForm, wireBytes } from './frame-fetch.js';
import { Line } from './line.js';
import { compareSeries, sortFrames } from './series-order.js';

const MIB = 1024 * 1024;
/** What is thrown away when another study is opened instead. */
const WIDE_BUDGET = 48 * MIB;
const THIN_BUDGET = 6 * MIB;

/**
 * One request after the other, in the form in which the viewer will ask.
 * @param {string} study
 * @param {AbortSignal} signal
 * @param {Line} [line]
 * @returns {Promise<number>} bytes
 */
export async function fetchStudyAhead(study, signal, line = new Line()) {
  const series = seriesOf(await fetchDataSets(`/studies/${study}/series`)).sort(compareSeries)[0];
  if (!series || signal.aborted) return 0;
  const frames = sortFrames((await fetchMetadata(study, series.uid)).flatMap(framesOf));
  const budget = line.isThin ? THIN_BUDGET : WIDE_BUDGET;
  let bytes = 0;
  for (const frame of frames) {
    if (signal.aborted || bytes >= budget) break;
    const place = /** @type {const} */ ([study, series.uid, frame.instance, frame.number]);
    if (!hasWireForm(frame)) break;
    const first = frame === frames[0] ? formOfFirst(series.modality, line, canInflate) : null;
    for (const form of first && first !== 'preview' ? [first] : formsOf(frame, line)) {
      bytes += (await fetchFrame(...place, form, signal)).body.length;
    }
  }
  return bytes;
}

/** @param {import('../dicomweb/image.js').Frame} frame @param {Line} line @returns {import('../dicomweb/client.js').Form[]} */
function formsOf(frame, line) {
  if (line.isWide) return ['native'];
  return line.isThin && hasPreview(frame) && line.timeFor(wireBytes(frame)) > 150 ? ['preview', 'rest'] : ['whole'];
}

/** Fetches one study at a time, and stops for another. */
export class NextStudy {
  constructor(ahead = fetchStudyAhead) {
    this.ahead = ahead;
    this.study = '';
    this.request = new AbortController();
    this.timer = 0;
  }

  /**
   * @param {string | undefined} study none: stops
   * @param {number} delay in milliseconds; arrows pass over rows that nobody opens
   */
  choose(study, delay = 600) {
    if (study === this.study) return;
    this.study = study ?? '';
    this.request.abort();
    window.clearTimeout(this.timer);
    if (!study) return;
    this.request = new AbortController();
    const { signal } = this.request;
    // What cannot be fetched now is asked for when the study is opened, and said then.
    this.timer = window.setTimeout(() => { this.ahead(study, signal).catch(() => {}); }, delay);
  }
}

/** The scripts of the page that will show it. */
export async function fetchScriptsAhead() {
  const names = document.querySelector('meta[name=jieli-next-scripts]')?.getAttribute('content') ?? '';
  for (const name of names.split(' ').filter(Boolean)) await fetch(name, { credentials: 'same-origin' }).then((answer) => answer.arrayBuffer());
}
