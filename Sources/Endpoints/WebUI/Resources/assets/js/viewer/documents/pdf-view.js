// Encapsulated documents: a PDF in the browser's own reader, a CDA as its words.

import { number, text } from '../../dicomweb/dataset.js';
import { t } from '../../core/strings.js';
import { fetchBulk, instancePath } from './bulk.js';
import { decodedXML, wordsOfXML } from './cda.js';
import { make, pressable } from './parts.js';
import { inflateInBrowser, refusalOf } from './pdf-check.js';
import { Doc } from './tags.js';

/** @typedef {import('./documents.js').Context} Context */

/** Above this a PDF is offered, not opened: the tab also holds images. */
const LARGEST_SHOWN = 100 << 20;

/** @param {Context} context @returns {Promise<Uint8Array>} without the byte that pads to an even length */
async function documentOf({ home, data, signal }) {
  const bytes = await fetchBulk(home, data[Doc.EncapsulatedDocument], signal);
  const length = number(data, Doc.DocumentLength);
  return length !== null && length >= 0 && length <= bytes.length ? bytes.subarray(0, length) : bytes;
}

/** @param {Uint8Array} bytes @param {string} type @param {string} name */
function save(bytes, type, name) {
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  const link = make('a');
  link.href = address;
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/** @param {HTMLElement} body @param {Context} context */
export async function pdfPage(body, context) {
  const bytes = await documentOf(context);
  const refusal = bytes.length > LARGEST_SHOWN ? 'large' : await refusalOf(bytes, inflateInBrowser);
  const bar = make('div', 'document-bar');
  bar.append(make('span', 'muted', t('document.pdfSize', { size: Math.max(1, Math.round(bytes.length / 1024)) })));
  bar.append(pressable(t('document.save'), () => save(bytes, 'application/octet-stream', 'document.pdf'), 'button button-quiet'));
  body.append(bar);
  const hasReader = /** @type {{pdfViewerEnabled?: boolean}} */ (navigator).pdfViewerEnabled !== false;
  if (refusal || !hasReader) {
    body.append(make('p', 'document-warning', t(`document.pdf.${refusal ?? 'reader'}`)));
    return;
  }
  const frame = make('iframe', 'document-frame');
  frame.title = text(context.data, Doc.DocumentTitle) || t('document.kind.pdf');
  frame.referrerPolicy = 'no-referrer';
  // Its own address, with a policy of its own; the reader is the browser's, which lets no document reach the page around it.
  frame.src = `${instancePath(context.home)}/rendered?accept=application/pdf#toolbar=1&navpanes=0&view=FitH`;
  body.append(frame);
}

/** @param {HTMLElement} body @param {Context} context */
export async function xmlPage(body, context) {
  const bytes = await documentOf(context);
  const words = wordsOfXML(decodedXML(bytes));
  const paper = make('div', 'report-paper');
  paper.append(make('h2', '', words.title || text(context.data, Doc.DocumentTitle) || t('document.kind.cda')));
  paper.append(make('p', 'muted', t('document.cdaWords')), make('div', 'report-text pre', words.text || t('document.empty')));
  paper.append(pressable(t('document.save'), () => save(bytes, 'application/octet-stream', 'document.xml'), 'button button-quiet'));
  body.append(paper);
}
