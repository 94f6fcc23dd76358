// Does a PDF want to do anything by itself? Only one that does not is handed to the browser's reader inside the page.
// The reader keeps a document's scripts from the page; still a message box or a form in front of a patient's images is
// somebody else's voice in our window.

/** @typedef {'active' | 'hidden' | 'not-pdf'} Refusal active: scripts, launches or forms; hidden: parts that cannot be looked into */

/** Names that make a reader act (ISO 32000-1 12.6.4, 12.7.8, 13). OpenAction alone only turns to a page. */
const ACTS = /\/(?:JavaScript|JS|Launch|SubmitForm|ImportData|XFA|RichMedia|Rendition|Movie|Sound|GoToE|EmbeddedFiles|EmbeddedFile)(?![A-Za-z0-9])/;
/** What one stream of objects may unpack to. */
const LARGEST = 32 << 20;
/** Latin-1, so that each character is a byte. */
const CHUNK = 1 << 15;

/** @param {Uint8Array} bytes @returns {string} */
function latin1(bytes) {
  let result = '';
  for (let at = 0; at < bytes.length; at += CHUNK) result += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return result;
}

/**
 * Names may be written in hex: /J#61vaScript.
 * @param {string} words
 */
function plainNames(words) {
  return words.includes('#') ? words.replace(/#([0-9a-fA-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))) : words;
}

/**
 * Without its streams' contents, so that compressed pictures do not look like names; and the streams that hold objects.
 * @param {string} file
 * @returns {{skeleton: string, objectStreams: {dictionary: string, start: number}[]}}
 */
export function takenApart(file) {
  const objectStreams = [];
  let skeleton = '';
  let at = 0;
  for (;;) {
    const found = /stream\r?\n|stream\r/g;
    found.lastIndex = at;
    const match = found.exec(file);
    if (!match) return { skeleton: skeleton + file.slice(at), objectStreams };
    // "endstream" ends one.
    if (file.slice(match.index - 3, match.index) === 'end') {
      skeleton += file.slice(at, found.lastIndex);
      at = found.lastIndex;
      continue;
    }
    const before = file.slice(at, match.index);
    const dictionary = plainNames(before.slice(Math.max(0, before.lastIndexOf('obj'))));
    if (/\/ObjStm(?![A-Za-z0-9])/.test(dictionary)) objectStreams.push({ dictionary, start: found.lastIndex });
    skeleton += before;
    const end = file.indexOf('endstream', found.lastIndex);
    if (end < 0) return { skeleton, objectStreams };
    at = end;
  }
}

/**
 * Where a stream may end: as its dictionary says, else before `endstream` and the line end in front of it.
 * @param {string} file @param {string} dictionary @param {number} start
 * @returns {number[]}
 */
function possibleEnds(file, dictionary, start) {
  const length = /\/Length\s+(\d+)(?!\s+\d+\s+R)/.exec(dictionary);
  const mark = file.indexOf('endstream', start);
  const end = mark < 0 ? file.length : mark;
  const trimmed = [end, end - 1, end - 2].filter((each) => /^[\r\n]*$/.test(file.slice(each, end)));
  return [...(length ? [start + Number(length[1])] : []), ...trimmed].filter((each) => each > start && each <= file.length);
}

/**
 * @param {Uint8Array} bytes
 * @param {(bytes: Uint8Array, largest: number) => Promise<Uint8Array | null>} inflate zlib; null when it cannot, or not wholly
 * @returns {Promise<Refusal | null>} null: it only shows
 */
export async function refusalOf(bytes, inflate) {
  if (!latin1(bytes.subarray(0, 1024)).includes('%PDF-')) return 'not-pdf';
  const file = latin1(bytes);
  const { skeleton, objectStreams } = takenApart(file);
  const names = plainNames(skeleton);
  if (ACTS.test(names)) return 'active';
  // Encrypted, its streams of objects cannot be read here.
  if (/\/Encrypt(?![A-Za-z0-9])/.test(names) && objectStreams.length > 0) return 'hidden';
  for (const { dictionary, start } of objectStreams) {
    const filter = /\/Filter\s*(\[[^\]]*\]|\/\w+)/.exec(dictionary);
    const filters = filter ? filter[1].match(/\w+/g) ?? [] : [];
    const ends = possibleEnds(file, dictionary, start);
    /** @type {Uint8Array | null} */
    let content = filters.length === 0 && ends.length > 0 ? bytes.subarray(start, ends[0]) : null;
    if (filters.length === 1 && ['FlateDecode', 'Fl'].includes(filters[0]) && !dictionary.includes('/DecodeParms')) {
      for (const end of ends) if (!content) content = await inflate(bytes.subarray(start, end), LARGEST);
    }
    if (!content) return 'hidden';
    if (ACTS.test(plainNames(latin1(content)))) return 'active';
  }
  return null;
}

/**
 * As the browser inflates.
 * @param {Uint8Array} bytes @param {number} largest
 * @returns {Promise<Uint8Array | null>}
 */
export async function inflateInBrowser(bytes, largest) {
  // Newer than the language's library that this is checked against.
  const { DecompressionStream: Inflater } = /** @type {any} */ (globalThis);
  if (typeof Inflater !== 'function') return null;
  const reader = new Blob([bytes]).stream().pipeThrough(new Inflater('deflate')).getReader();
  /** @type {Uint8Array[]} */
  const parts = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      size += value.length;
      if (size > largest) {
        await reader.cancel();
        return null;
      }
    }
  } catch {
    return null;
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
