// A study comes into the viewer: its series, one after the other; the first image as soon as it can.

import { t } from '../core/strings.js';
import { bringTables } from '../dicomweb/bulk.js';
import { fetchMetadata, fetchSeries, metadataAhead } from '../dicomweb/client.js';
import { compareSeries } from './series-order.js';

/**
 * @typedef {import('./viewer.js').Viewer} Viewer
 * @typedef {import('./shelf.js').Entry} Entry
 * @typedef {import('./frame-loader.js').Stack} Stack
 * @typedef {import('../dicomweb/dataset.js').DataSet} DataSet
 */

/** Nearly always images as they are; what opens otherwise is looked at again. */
const PLAIN = ['CR', 'CT', 'DX', 'MG', 'MR', 'NM', 'PT', 'RF', 'US', 'XA'];

/**
 * @param {Viewer} viewer
 * @param {Promise<unknown>} parts settles when whoever opens other things than images, or listens, is there: only a first series
 *   that is likely to be plain images does not wait for it
 */
export async function openStudy(viewer, parts) {
  viewer.say(viewer.active, t('viewer.loading'));
  const found = await fetchSeries(viewer.study);
  for (const series of found.sort(compareSeries)) viewer.shelf.add(series);
  const early = await openEarly(viewer, viewer.entries[0]);
  await parts;
  if (early) openAgain(viewer, early);
  for (const entry of viewer.entries) {
    if (!entry.stack) await prepare(viewer, entry);
    const isFirst = !viewer.active.stack && entry.stack && entry.stack.frames.length > 0;
    if (isFirst || (entry.stack && viewer.awaited === entry)) viewer.choose(entry);
  }
  if (!viewer.active.stack && viewer.shelf.shown.length > 0) viewer.choose(viewer.shelf.shown[0]);
  if (!viewer.active.stack) viewer.say(viewer.active, viewer.root.dataset.away || t('viewer.noImages'));
  viewer.events.dispatchEvent(new CustomEvent('opened'));
  await viewer.shelf.draw(viewer.loader);
}

/**
 * @param {Viewer} viewer
 * @param {Entry | undefined} entry
 * @returns {Promise<{entry: Entry, metadata: DataSet[]} | null>}
 */
async function openEarly(viewer, entry) {
  if (!entry || !PLAIN.includes(entry.series.modality)) return null;
  const [first, metadata] = await Promise.all([openFirst(viewer, entry), prepare(viewer, entry)]);
  if (!metadata || !entry.stack || entry.stack.frames.length === 0) return null;
  const panes = viewer.layout.made.filter(({ stack }) => stack === first && first !== null);
  for (const pane of panes) pane.grow(entry.stack);
  if (panes.length > 0 && viewer.awaited === entry) viewer.awaited = null;
  if (panes.length === 0) viewer.choose(entry);
  return { entry, metadata };
}

/**
 * The first image before it is known what else the series holds.
 * @param {Viewer} viewer
 * @param {Entry} entry
 * @returns {Promise<Stack | null>}
 */
async function openFirst(viewer, entry) {
  const ahead = metadataAhead(viewer.study, entry.series.uid);
  if (!ahead) return null;
  try {
    const metadata = await ahead;
    await bringTables(metadata);
    // All of it came sooner.
    if (entry.stack) return null;
    const first = { ...viewer.shelf.plainStack(entry, viewer.study, metadata), isPart: true };
    if (first.frames.length === 0) return null;
    viewer.show(first);
    return first;
  } catch {
    // The metadata of the series says what is wrong, or shows the image.
    return null;
  }
}

/**
 * What came since may know the series better, and has heard of nothing yet.
 * @param {Viewer} viewer
 * @param {{entry: Entry, metadata: DataSet[]}} early
 */
function openAgain(viewer, { entry, metadata }) {
  const { stack } = entry;
  if (viewer.shelf.isOpenedOtherwise(entry, metadata)) {
    viewer.shelf.put(entry, viewer.study, metadata);
    if (viewer.active.stack === stack) viewer.choose(entry);
    return;
  }
  for (const pane of viewer.panes) {
    if (!pane.stack) continue;
    for (const name of ['stack', 'frame']) viewer.events.dispatchEvent(new CustomEvent(name, { detail: { pane } }));
  }
}

/**
 * @param {Viewer} viewer
 * @param {Entry} entry
 * @returns {Promise<DataSet[] | null>} null where its metadata did not come
 */
export async function prepare(viewer, entry) {
  try {
    const metadata = await fetchMetadata(viewer.study, entry.series.uid);
    await bringTables(metadata);
    viewer.shelf.put(entry, viewer.study, metadata);
    return metadata;
  } catch (error) {
    viewer.shelf.markAsFailed(entry);
    viewer.say(viewer.active, t('viewer.failed', { message: error instanceof Error ? error.message : '' }));
    return null;
  }
}
