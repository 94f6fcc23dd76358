// Values too long for the metadata, fetched by themselves (PS3.18 10.4.1.1.5).

import { bytesOf } from './waveform.js';

/** @typedef {{study: string, series: string, instance: string}} Home the object that holds the value */

/** More than this a tab does not take: an hour of twelve leads at 1 kHz is 86 MB. */
export const LARGEST = 400 << 20;

/** @param {Home} home @returns {string} */
export function instancePath({ study, series, instance }) {
  return `/dicom-web/studies/${study}/series/${series}/instances/${instance}`;
}

/**
 * The address as this page reaches the server; a proxy may have another name than the server wrote down.
 * @param {Home} home @param {import('../../dicomweb/dataset.js').Element} element @returns {string | null}
 */
export function bulkPath(home, element) {
  const found = /\/bulkdata\/([0-9A-Fa-f]{8}(?:\/\d+\/[0-9A-Fa-f]{8})*)$/.exec(element.BulkDataURI ?? '');
  return found ? `${instancePath(home)}/bulkdata/${found[1]}` : null;
}

/**
 * @param {Home} home @param {import('../../dicomweb/dataset.js').Element | undefined} element @param {AbortSignal} [signal]
 * @returns {Promise<Uint8Array>} little endian
 */
export async function fetchBulk(home, element, signal) {
  if (element?.InlineBinary) return bytesOf(element.InlineBinary);
  const path = element ? bulkPath(home, element) : null;
  if (!path) throw new Error('the object holds no such value');
  const answer = await fetch(path, { headers: { Accept: 'application/octet-stream' }, credentials: 'same-origin', signal });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  if (Number(answer.headers.get('Content-Length') ?? 0) > LARGEST) throw new Error(`> ${LARGEST >> 20} MB`);
  return new Uint8Array(await answer.arrayBuffer());
}
