// Fetches the tables and overlays that metadata only gives addresses of.

import { Tag } from './dataset.js';

/**
 * @typedef {import('./dataset.js').DataSet} DataSet
 * @typedef {import('./binary.js').Element} Element
 */

/** Tables of a palette, by channel and segmented. */
const PALETTE = ['00281201', '00281202', '00281203', '00281221', '00281222', '00281223'];

/** @param {DataSet} data @returns {Element[]} what must be here before the image can be drawn as it should be */
export function missingTables(data) {
  /** @type {Element[]} */
  const found = [];
  const look = (/** @type {Element | undefined} */ element) => {
    if (element?.BulkDataURI && !element.Bytes) found.push(element);
  };
  for (const tag of PALETTE) look(data[tag]);
  for (const sequence of [Tag.ModalityLUTSequence, Tag.VOILUTSequence]) {
    for (const item of data[sequence]?.Value ?? []) look(item[Tag.LUTData]);
  }
  for (let group = 0x6000; group <= 0x601e; group += 2) look(data[`${group.toString(16).toUpperCase()}3000`]);
  return found;
}

/**
 * Brings what is missing; what cannot be had stays an address, and the image is drawn without it and says so.
 * @param {DataSet[]} sets
 * @param {AbortSignal} [signal]
 */
export async function bringTables(sets, signal) {
  const waiting = sets.flatMap(missingTables);
  const lane = async () => {
    for (let element = waiting.pop(); element; element = waiting.pop()) {
      const { pathname, search } = new URL(element.BulkDataURI ?? '', window.location.href);
      const answer = await fetch(pathname + search, {
        headers: { Accept: 'application/octet-stream' }, credentials: 'same-origin', signal,
      }).catch(() => null);
      if (answer?.ok) element.Bytes = new Uint8Array(await answer.arrayBuffer());
    }
  };
  await Promise.all([lane(), lane(), lane()]);
}
