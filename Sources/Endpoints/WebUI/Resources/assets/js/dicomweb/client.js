// What the viewer asks of /dicom-web (PS3.18 QIDO-RS, WADO-RS).

import { Tag, number, text } from './dataset.js';
import { parseMultipart } from './multipart.js';
import { WIRE } from './wire.js';

/** @typedef {import('./dataset.js').DataSet} DataSet */

/** @typedef {{uid: string, modality: string, number: number | null, description: string, count: number}} SeriesSummary */

const NATIVE = 'multipart/related; type="application/octet-stream"; transfer-syntax=1.2.840.10008.1.2.1';

/** @param {string} path @param {string} accept @param {AbortSignal} [signal] @returns {Promise<Response>} */
async function get(path, accept, signal) {
  return checked(await fetch(`/dicom-web${path}`, { headers: { Accept: accept }, credentials: 'same-origin', signal }));
}

/** @param {Response} answer @returns {Response} */
function checked(answer) {
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer;
}

/**
 * Answers that were asked for before anybody needed them, by path; each is given once, to the first who asks.
 * @type {Map<string, Promise<DataSet[]>>}
 */
const ahead = new Map();
/** @type {Set<string>} */
const asked = new Set();

/** @param {string} path @param {() => Promise<DataSet[]>} ask not asked where somebody has asked already */
export function askAhead(path, ask) {
  if (asked.has(path)) return;
  const answer = ask();
  answer.catch(() => {});
  ahead.set(path, answer);
}

/**
 * @typedef {'native' | import('./wire.js').Part} Form of a frame: its pixels as they are, or what of it goes over a thin line
 * @typedef {{form: Form, query: string, accept: string}} Asking for a frame in a form
 * @typedef {{body: Uint8Array, transferred: number}} FrameAnswer `transferred`: bytes that came over the line; 0 out of the browser's store
 */

/**
 * Frames likewise, by path and form. Read out of the browser's store a second time, half a megabyte takes a tenth of a second.
 * @type {Map<string, Promise<FrameAnswer>>}
 */
const framesAhead = new Map();

/** @param {string} path @returns {Promise<DataSet[]>} */
export async function fetchDataSets(path) {
  const answer = await get(path, 'application/dicom+json');
  return answer.status === 204 ? [] : answer.json();
}

/** @param {string} path @returns {Promise<DataSet[]>} */
async function dataSets(path) {
  const early = ahead.get(path);
  ahead.delete(path);
  asked.add(path);
  return early ? early.catch(() => fetchDataSets(path)) : fetchDataSets(path);
}

/** @param {string} study @param {string} series @param {string} instance @returns {string} */
export function instanceMetadataPath(study, series, instance) {
  return `/studies/${study}/series/${series}/instances/${instance}/metadata`;
}

/** @param {DataSet[]} found @returns {SeriesSummary[]} */
export function seriesOf(found) {
  return found.map((data) => ({
    uid: text(data, Tag.SeriesInstanceUID),
    modality: text(data, Tag.Modality),
    number: number(data, Tag.SeriesNumber),
    description: text(data, Tag.SeriesDescription),
    count: number(data, Tag.NumberOfSeriesRelatedInstances) ?? 0,
  }));
}

/** @param {string} study @returns {Promise<SeriesSummary[]>} */
export async function fetchSeries(study) {
  return seriesOf(await dataSets(`/studies/${study}/series`));
}

/**
 * Of a series' first instance, where it was asked for ahead.
 * @param {string} study @param {string} series
 * @returns {Promise<DataSet[]> | null}
 */
export function metadataAhead(study, series) {
  const start = `/studies/${study}/series/${series}/instances/`;
  const path = [...ahead.keys()].find((each) => each.startsWith(start));
  return path ? dataSets(path) : null;
}

/** @param {string} study @param {string} series @returns {Promise<DataSet[]>} */
export async function fetchMetadata(study, series) {
  return dataSets(`/studies/${study}/series/${series}/metadata`);
}

/** @param {string} study @param {string} series @param {string} instance @param {number} frame @returns {string} */
function framePath(study, series, instance, frame) {
  return `/studies/${study}/series/${series}/instances/${instance}/frames/${frame}`;
}

/**
 * One frame, as it goes over a thin line or uncompressed little endian.
 * @param {string} study @param {string} series @param {string} instance @param {number} frame @param {Form} form @param {AbortSignal} [signal]
 * @returns {Promise<FrameAnswer>}
 */
export async function fetchFrame(study, series, instance, frame, form, signal) {
  const path = framePath(study, series, instance, frame);
  const key = `${form} ${path}`;
  const early = framesAhead.get(key);
  framesAhead.delete(key);
  return early ? early.catch(() => askForFrame(path, form, signal)) : askForFrame(path, form, signal);
}

/**
 * The first who asks for it will be given the answer.
 * @param {string} study @param {string} series @param {string} instance @param {number} frame @param {Form} form
 * @returns {Promise<unknown>} settles when it is here, or cannot be had
 */
export function askForFrameAhead(study, series, instance, frame, form) {
  const path = framePath(study, series, instance, frame);
  const early = earlyImage();
  const answer = early?.path === path && early.form === form ? early.answer.then((got) => frameOf(checked(got), form)) : askForFrame(path, form);
  framesAhead.set(`${form} ${path}`, answer);
  return answer.catch(() => {});
}

/**
 * @param {string} study @param {string} series @param {string} instance @param {number} frame
 * @returns {'native' | 'whole' | null} as what the whole was asked for ahead, if nobody has fetched it yet
 */
export function wholeAhead(study, series, instance, frame) {
  if (framesAhead.size === 0) return null;
  const path = framePath(study, series, instance, frame);
  for (const form of /** @type {const} */ (['whole', 'native'])) if (framesAhead.has(`${form} ${path}`)) return form;
  return null;
}

/** @returns {{path: string, form: Form, answer: Promise<Response>, stop: AbortController} | undefined} what `core/early-image.js` has asked for */
export function earlyImage() {
  return Reflect.get(globalThis, 'jieliEarlyImage');
}

/**
 * The form is asked for in the address: browsers keep one answer for each.
 * @param {Form} form
 * @returns {Asking}
 */
export function askingFor(form) {
  if (form === 'native') return { form, query: '', accept: NATIVE };
  return { form, query: `?accept=${encodeURIComponent(`${WIRE};part=${form}`)}`, accept: WIRE };
}

/** @param {string} path @param {Form} form @param {AbortSignal} [signal] @returns {Promise<FrameAnswer>} */
async function askForFrame(path, form, signal) {
  const { query, accept } = askingFor(form);
  return frameOf(await get(path + query, accept, signal), form);
}

/** @param {Response} answer @param {Form} form @returns {Promise<FrameAnswer>} */
async function frameOf(answer, form) {
  const body = form === 'native' ? await nativeFrame(answer) : new Uint8Array(await answer.arrayBuffer());
  return { body, transferred: cameFromStore(answer.url) ? 0 : body.length };
}

/** @param {Response} answer @returns {Promise<Uint8Array>} */
async function nativeFrame(answer) {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const type = answer.headers.get('Content-Type') ?? '';
  if (!type.toLowerCase().startsWith('multipart/')) return bytes;
  const parts = parseMultipart(bytes, type);
  if (parts.length === 0) throw new Error('the answer has no frame');
  return parts[0].body;
}

/**
 * Whether the browser had it already: then nothing was learnt of the line.
 * @param {string} address
 * @returns {boolean}
 */
function cameFromStore(address) {
  const timing = performance.getEntriesByName?.(address, 'resource').pop();
  return timing instanceof PerformanceResourceTiming && timing.transferSize === 0 && timing.decodedBodySize > 0;
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

/**
 * A frame as a small picture.
 * @param {string} study @param {string} series @param {string} instance @param {number} frame @param {AbortSignal} [signal]
 * @returns {Promise<ImageBitmap>}
 */
export async function fetchThumbnail(study, series, instance, frame, signal) {
  const path = `/studies/${study}/series/${series}/instances/${instance}/frames/${frame}/thumbnail`;
  const answer = await get(path, 'image/png, image/jpeg', signal);
  return createImageBitmap(await answer.blob());
}
