// Takes multipart/related bodies apart (RFC 2046 5.1, RFC 2387), as WADO-RS answers them.

/**
 * @typedef {object} Part
 * @property {Map<string, string>} headers names in lower case
 * @property {Uint8Array} body a view into the answer's bytes, not a copy
 */

const CR = 13;
const LF = 10;
const DASH = 45;

/**
 * The value of a parameter of a media type, quoted or not; null when absent.
 * @param {string} mediaType
 * @param {string} name
 * @returns {string | null}
 */
export function mediaTypeParameter(mediaType, name) {
  const pattern = /;\s*([^=;\s]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/g;
  for (const found of mediaType.matchAll(pattern)) {
    if (found[1].toLowerCase() !== name) continue;
    return found[2] !== undefined ? found[2].replace(/\\(.)/g, '$1') : found[3];
  }
  return null;
}

/**
 * @param {Uint8Array} bytes
 * @param {Uint8Array} wanted
 * @param {number} from
 * @returns {number} -1 when absent
 */
function indexOf(bytes, wanted, from) {
  const last = bytes.length - wanted.length;
  for (let at = bytes.indexOf(wanted[0], from); at >= 0 && at <= last; at = bytes.indexOf(wanted[0], at + 1)) {
    let same = 1;
    while (same < wanted.length && bytes[at + same] === wanted[same]) same += 1;
    if (same === wanted.length) return at;
  }
  return -1;
}

/**
 * @param {Uint8Array} bytes
 * @param {number} from
 * @returns {{headers: Map<string, string>, end: number}}
 */
function readHeaders(bytes, from) {
  const headers = new Map();
  let at = from;
  for (;;) {
    const end = bytes.indexOf(LF, at);
    if (end < 0) throw new Error('multipart: headers of a part do not end');
    const line = String.fromCharCode(...bytes.subarray(at, bytes[end - 1] === CR ? end - 1 : end));
    at = end + 1;
    if (line === '') return { headers, end: at };
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

/**
 * The parts of a body. A part that says its Content-Length is taken by it, so that pixels which happen to contain the
 * boundary are not cut.
 * @param {Uint8Array} bytes
 * @param {string} contentType the answer's Content-Type
 * @returns {Part[]}
 */
export function parseMultipart(bytes, contentType) {
  const boundary = mediaTypeParameter(contentType, 'boundary');
  if (!boundary) throw new Error('multipart: no boundary in the Content-Type');
  const delimiter = new TextEncoder().encode(`--${boundary}`);
  /** @type {Part[]} */
  const parts = [];
  let at = indexOf(bytes, delimiter, 0);
  if (at < 0) throw new Error('multipart: the boundary does not occur');
  for (;;) {
    at += delimiter.length;
    if (bytes[at] === DASH && bytes[at + 1] === DASH) return parts;
    const line = bytes.indexOf(LF, at);
    if (line < 0) throw new Error('multipart: the answer ends early');
    const { headers, end } = readHeaders(bytes, line + 1);
    const length = Number(headers.get('content-length') ?? NaN);
    const searchFrom = Number.isInteger(length) && end + length <= bytes.length ? end + length : end;
    const next = indexOf(bytes, delimiter, searchFrom);
    if (next < 0) throw new Error('multipart: the answer ends early');
    let stop = next;
    if (bytes[stop - 1] === LF) stop -= 1;
    if (bytes[stop - 1] === CR) stop -= 1;
    parts.push({ headers, body: bytes.subarray(end, Math.max(end, stop)) });
    at = next;
  }
}
