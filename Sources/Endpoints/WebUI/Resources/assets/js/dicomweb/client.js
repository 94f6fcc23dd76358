// What the viewer asks of /dicom-web (PS3.18 QIDO-RS, WADO-RS).

import { Tag, number, text } from './dataset.js';
import { parseMultipart } from './multipart.js';

/** @typedef {import('./dataset.js').DataSet} DataSet */

/** @typedef {{uid: string, modality: string, number: number | null, description: string, count: number}} SeriesSummary */

const NATIVE = 'multipart/related; type="application/octet-stream"; transfer-syntax=1.2.840.10008.1.2.1';

/** @param {string} path @param {string} accept @param {AbortSignal} [signal] @returns {Promise<Response>} */
async function get(path, accept, signal) {
  const answer = await fetch(`/dicom-web${path}`, { headers: { Accept: accept }, credentials: 'same-origin', signal });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer;
}

/** @param {string} study @returns {Promise<SeriesSummary[]>} */
export async function fetchSeries(study) {
  const answer = await get(`/studies/${study}/series`, 'application/dicom+json');
  /** @type {DataSet[]} */
  const found = answer.status === 204 ? [] : await answer.json();
  return found.map((data) => ({
    uid: text(data, Tag.SeriesInstanceUID),
    modality: text(data, Tag.Modality),
    number: number(data, Tag.SeriesNumber),
    description: text(data, Tag.SeriesDescription),
    count: number(data, Tag.NumberOfSeriesRelatedInstances) ?? 0,
  }));
}

/** @param {string} study @param {string} series @returns {Promise<DataSet[]>} */
export async function fetchMetadata(study, series) {
  const answer = await get(`/studies/${study}/series/${series}/metadata`, 'application/dicom+json');
  return answer.json();
}

/**
 * One frame, uncompressed little endian.
 * @param {string} study @param {string} series @param {string} instance @param {number} frame @param {AbortSignal} [signal]
 * @returns {Promise<Uint8Array>}
 */
export async function fetchFrame(study, series, instance, frame, signal) {
  const answer = await get(`/studies/${study}/series/${series}/instances/${instance}/frames/${frame}`, NATIVE, signal);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const type = answer.headers.get('Content-Type') ?? '';
  if (!type.toLowerCase().startsWith('multipart/')) return bytes;
  const parts = parseMultipart(bytes, type);
  if (parts.length === 0) throw new Error('the answer has no frame');
  return parts[0].body;
}

/**
 * A frame as the server draws it, for pixels that this viewer does not draw.
 * @param {string} study @param {string} series @param {string} instance @param {number} frame @param {AbortSignal} [signal]
 * @returns {Promise<ImageBitmap>}
 */
export async function fetchRendered(study, series, instance, frame, signal) {
  const path = `/studies/${study}/series/${series}/instances/${instance}/frames/${frame}/rendered`;
  const answer = await get(path, 'image/png, image/jpeg', signal);
  return createImageBitmap(await answer.blob());
}
