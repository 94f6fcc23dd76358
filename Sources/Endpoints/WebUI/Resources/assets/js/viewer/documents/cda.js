// The words of an XML document (HL7 CDA), and nothing else of it: no style, no script, no link, no entity of its own.

const NAMED = new Map([['amp', '&'], ['lt', '<'], ['gt', '>'], ['quot', '"'], ['apos', "'"], ['nbsp', '\u00a0']]);
/** Elements after which a reader expects a new line. */
const BREAKS = new Set(['p', 'paragraph', 'br', 'title', 'section', 'item', 'li', 'tr', 'table', 'caption', 'list', 'text', 'div', 'h1', 'h2', 'h3',
  'name', 'author', 'recordtarget', 'component', 'structuredbody']);
const SILENT = new Set(['script', 'style', 'observationmedia', 'renderinfo']);
const LONGEST = 2000000;

/** @param {string} words */
function unescaped(words) {
  return words.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|\w{1,8});/gi, (whole, name) => {
    if (name[0] !== '#') return NAMED.get(name) ?? whole;
    const code = name[1] === 'x' || name[1] === 'X' ? parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000) ? String.fromCodePoint(code) : '';
  });
}

/**
 * Words and tags, one after the other. What is begun and never ended is passed over, and looked for once: a stranger's file may
 * begin a million of it.
 * @param {string} body
 * @returns {Generator<{words: string, closing: boolean, name: string, rest: string}>} `name` is '' for words
 */
function* pieces(body) {
  const tag = /<(\/?)([\w:.-]+)((?:"[^"<]*"|'[^'<]*'|[^<>"'])*)>/y;
  const words = (/** @type {string} */ text) => ({ words: text, closing: false, name: '', rest: '' });
  /** @type {Set<string>} what does not come any more */
  const gone = new Set();
  let at = 0;
  const endOf = (/** @type {string} */ mark, /** @type {number} */ from) => {
    const end = gone.has(mark) ? -1 : body.indexOf(mark, from);
    if (end < 0) gone.add(mark);
    return end;
  };
  while (at < body.length) {
    const open = body.indexOf('<', at);
    if (open !== at) {
      const plain = body.slice(at, open < 0 ? body.length : open);
      yield words(unescaped(plain));
      at += plain.length;
      continue;
    }
    const [mark, length] = body.startsWith('<!--', at) ? ['-->', 4] : body.startsWith('<![CDATA[', at) ? [']]>', 9]
      : body[at + 1] === '!' || body[at + 1] === '?' ? ['>', 2] : ['', 1];
    const end = mark ? endOf(mark, at + length) : -1;
    if (end >= 0) {
      if (length === 9) yield words(body.slice(at + length, end));
      at = end + mark.length;
      continue;
    }
    tag.lastIndex = at;
    const found = mark ? null : tag.exec(body);
    if (found) yield { words: '', closing: found[1] !== '', name: found[2], rest: found[3] };
    at += found ? found[0].length : 1;
  }
}

/**
 * The title and the narrative, a line for each paragraph, item or row; cells parted by " | ".
 * @param {string} xml
 * @returns {{title: string, text: string}}
 */
export function wordsOfXML(xml) {
  const body = xml.slice(0, LONGEST);
  // A CDA says for people in <title> and <text>; its header and entries are for machines.
  const isCDA = /<ClinicalDocument[\s>]/.test(body);
  let told = 0;
  let hushed = 0;
  let title = '';
  let line = '';
  /** @type {string[]} */
  const lines = [];
  /** @type {string | null} */
  let heading = null;
  const flush = () => {
    const words = line.replace(/[ \t\r\n]+/g, ' ').replace(/^(?:\s*\|)?\s*|\s*$/g, '');
    if (words) lines.push(words);
    line = '';
  };
  for (const { words, closing, name, rest } of pieces(body)) {
    if (name === '') {
      if (hushed > 0) continue;
      if (heading !== null) heading += words;
      else if (!isCDA || told > 0) line += words;
      continue;
    }
    const local = name.slice(name.lastIndexOf(':') + 1).toLowerCase();
    const isOpen = !closing && !/\/\s*$/.test(rest);
    if (SILENT.has(local)) hushed = Math.max(0, hushed + (closing ? -1 : isOpen ? 1 : 0));
    if (local === 'title') {
      if (isOpen) heading = '';
      else if (heading !== null) {
        flush();
        const words = heading.replace(/\s+/g, ' ').trim();
        if (!title) title = words;
        else if (words) lines.push(words);
        heading = null;
      }
      continue;
    }
    if (local === 'text') told = Math.max(0, told + (closing ? -1 : isOpen ? 1 : 0));
    if ((local === 'td' || local === 'th') && isOpen && line.trim()) line += ' | ';
    if (BREAKS.has(local)) flush();
  }
  flush();
  return { title, text: lines.join('\n') };
}

/**
 * Decodes XML as it declares itself: a byte order mark, else its declaration, else UTF-8.
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function decodedXML(bytes) {
  const head = String.fromCharCode(...bytes.subarray(0, 200));
  const declared = /^\s*<\?xml[^>]*encoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1] ?? 'utf-8';
  const mark = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : declared;
  try {
    return new TextDecoder(mark).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
