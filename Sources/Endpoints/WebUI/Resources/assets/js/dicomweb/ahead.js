// A study's first requests, made before the page's other scripts are here. The page names this script first.

import { formOfFirst, rememberForms } from '../viewer/first-form.js';
import { compareSeries } from '../viewer/series-order.js';
import { Line } from '../viewer/line.js';
import { loadStrings } from '../core/strings.js';
import { askAhead, askForFrameAhead, earlyImage, fetchDataSets, instanceMetadataPath, seriesOf } from './client.js';
import { canInflate } from './wire.js';

/**
 * @typedef {{study: string, series: import('./dataset.js').DataSet[], first?: {series: string, instance: string}}} Ahead
 */

/** @param {Ahead} ahead */
function begin({ study, series: found, first }) {
  askAhead(`/studies/${study}/series`, () => Promise.resolve(found));
  const series = seriesOf(found).sort(compareSeries)[0];
  if (!series) return;
  const line = new Line();
  /** @type {Promise<unknown>} */
  let picture = Promise.resolve();
  if (first?.series === series.uid) {
    const wanted = formOfFirst(series.modality, line, canInflate);
    const early = earlyImage();
    // As it was asked for it is as good, unless the line has become a thin one since the page before.
    const form = early && wanted !== 'preview' && early.form !== 'preview' ? early.form : wanted;
    if (early && early.form !== form) early.stop.abort();
    if (form) picture = askForFrameAhead(study, series.uid, first.instance, 1, form);
    const own = instanceMetadataPath(study, series.uid, first.instance);
    if (series.count > 1) askAhead(own, () => fetchDataSets(own));
  }
  // What all instances say is long, and the first picture does not need it: nothing shares a thin line with that.
  const path = `/studies/${study}/series/${series.uid}/metadata`;
  askAhead(path, () => (line.isThin && series.count > 1 ? picture.then(() => fetchDataSets(path)) : fetchDataSets(path)));
}

const text = document.querySelector('meta[name=jieli-ahead]')?.getAttribute('content');
// Who needs them next hears of a failure.
loadStrings().catch(() => {});
if (text) begin(JSON.parse(text));
function remember() {
  try {
    rememberForms(new Line(), canInflate, window.sessionStorage);
  } catch {
    // A browser that keeps nothing asks a little later.
  }
}
remember();
// The line is known better when the page is left.
window.addEventListener('pagehide', remember);
