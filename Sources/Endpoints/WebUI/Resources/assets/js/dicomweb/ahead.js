// A study's first requests, made before the page's other scripts are here. The page names this script first.

import { compareSeries } from '../viewer/series-order.js';
import { Line } from '../viewer/line.js';
import { askAhead, fetchDataSets, fetchFrame, fetchWire, seriesOf } from './client.js';
import { canInflate } from './wire.js';

/** Their pixels go out as they are stored: what is fetched here is what the viewer will ask for. */
const GREY = ['CR', 'CT', 'DX', 'MG', 'MR', 'NM', 'PT', 'RF', 'XA'];

/**
 * @typedef {{study: string, series: import('./dataset.js').DataSet[], first?: {series: string, instance: string}}} Ahead
 */

/** @param {Ahead} ahead */
async function begin({ study, series: found, first }) {
  askAhead(`/studies/${study}/series`, () => Promise.resolve(found));
  const series = seriesOf(found).sort(compareSeries)[0];
  if (!series) return;
  const path = `/studies/${study}/series/${series.uid}/metadata`;
  askAhead(path, () => fetchDataSets(path));
  const line = new Line();
  if (!first || first.series !== series.uid || !GREY.includes(series.modality)) return;
  // Into the browser's store, where the viewer's own request finds it, or waits for it.
  if (canInflate && !line.isWide) await fetchWire(study, series.uid, first.instance, 1, line.isThin ? 'preview' : 'whole');
  else await fetchFrame(study, series.uid, first.instance, 1);
}

const text = document.querySelector('meta[name=jieli-ahead]')?.getAttribute('content');
// What fails here is asked for again by the viewer, which says so.
if (text) begin(JSON.parse(text)).catch(() => {});
