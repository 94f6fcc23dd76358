// Series that are no images: waveforms, reports, encapsulated documents, presentation states. Each opens in a pane.

import { t } from '../../core/strings.js';
import { Tag, text } from '../../dicomweb/dataset.js';
import { ecgPage } from './ecg-view.js';
import { kindOf, nameOf } from './kinds.js';
import { largeOpening } from './large-images.js';
import { make, picker } from './parts.js';
import { pdfPage, xmlPage } from './pdf-view.js';
import { plainPage, statePage } from './plain-views.js';
import { reportPage } from './sr-view.js';
import { slideOpening } from './slide-source.js';
import { Doc } from './tags.js';
import { writtenDateTime } from './written-time.js';

/**
 * @typedef {import('../../dicomweb/dataset.js').DataSet} DataSet
 * @typedef {import('../viewer.js').Viewer} Viewer
 * @typedef {import('../frame-loader.js').Stack} Stack
 * @typedef {import('../frame-loader.js').Paper} Paper
 * @typedef {import('./kinds.js').Kind} Kind
 *
 * @typedef {object} Context of one document
 * @property {import('./bulk.js').Home} home
 * @property {DataSet} data
 * @property {Kind} kind
 * @property {Viewer} viewer
 * @property {AbortSignal} signal aborted when the document is left
 * @typedef {(body: HTMLElement, context: Context) => void | Promise<void>} Page fills a body
 */

/** What a step of the arrow keys scrolls (CSS pixels). */
const LINE = 48;

/** @type {{[kind in Kind]: Page}} */
const PAGES = {
  waveform: ecgPage, report: reportPage, keys: reportPage, pdf: pdfPage, cda: xmlPage, model: plainPage, state: statePage, other: plainPage,
};

/** @param {Viewer} viewer before it opens its study */
export function setUpDocuments(viewer) {
  const refresh = (/** @type {Stack} */ stack) => viewer.refresh(stack);
  viewer.shelf.openings.push(slideOpening(refresh), largeOpening(refresh), (stack, metadata) => documentOpening(viewer, stack, metadata));
}

/** @param {DataSet} data @returns {boolean} some say how large their image is, and have none */
function hasPixels(data) {
  return ['7FE00008', '7FE00009', '7FE00010'].some((tag) => data[tag] !== undefined);
}

/** @param {Viewer} viewer @param {Stack} stack @param {DataSet[]} metadata */
function documentOpening(viewer, stack, metadata) {
  if (metadata.length === 0 || (stack.frames.length > 0 && metadata.some(hasPixels))) return null;
  const document = () => paperOf(viewer, stack, metadata);
  return { stack: { ...stack, frames: [], document }, label: t(nameOf(text(metadata[0], Tag.SOPClassUID))) };
}

/** @param {DataSet} data @returns {string} what one of several documents is called */
function titleOf(data) {
  const concept = data[Doc.ConceptName]?.Value?.[0];
  const title = (concept ? text(concept, Doc.CodeMeaning) : '') || text(data, Doc.DocumentTitle) || text(data, Doc.ContentLabel)
    || t(nameOf(text(data, Tag.SOPClassUID)));
  const when = text(data, Doc.AcquisitionDateTime) || text(data, Doc.ContentDate) + text(data, Doc.ContentTime);
  return [title, writtenDateTime(when)].filter(Boolean).join(' · ');
}

/** @param {Viewer} viewer @param {Stack} stack @param {DataSet[]} metadata @returns {Paper} */
function paperOf(viewer, stack, metadata) {
  const sorted = [...metadata].sort((a, b) => Number(text(a, Tag.InstanceNumber)) - Number(text(b, Tag.InstanceNumber)));
  const element = make('article', 'paper');
  const head = make('header', 'document-head');
  const what = make('strong', 'document-what');
  what.dataset.overlay = 'document';
  const who = make('span', 'document-who', ownerOf(viewer, stack));
  const body = make('div', 'document-body');
  let leaving = new AbortController();
  /** @param {DataSet} data */
  const show = async (data) => {
    leaving.abort();
    leaving = new AbortController();
    const { signal } = leaving;
    const kind = kindOf(text(data, Tag.SOPClassUID));
    element.dataset.kind = kind;
    element.dataset.state = 'loading';
    const [label, title] = [t(nameOf(text(data, Tag.SOPClassUID))), titleOf(data)];
    what.textContent = title.startsWith(label) ? title : `${label} · ${title}`;
    body.replaceChildren(make('p', 'document-note', t('viewer.loading')));
    const home = { study: stack.study, series: stack.uid, instance: text(data, Tag.SOPInstanceUID) };
    const page = make('div', 'document-page');
    try {
      await PAGES[kind](page, { home, data, kind, viewer, signal });
      if (signal.aborted) return;
      body.replaceChildren(page);
      element.dataset.state = 'shown';
    } catch (error) {
      if (signal.aborted) return;
      element.dataset.state = 'failed';
      body.replaceChildren(make('p', 'document-note', t('document.failed', { message: error instanceof Error ? error.message : String(error) })));
    }
  };
  head.append(what);
  if (sorted.length > 1) {
    const choices = sorted.map((data, index) => ({
      value: data, words: `${index + 1}/${sorted.length} ${titleOf(data)}`,
    }));
    head.append(picker(t('document.which'), choices, sorted[0], show));
  }
  head.append(who);
  element.append(head, body);
  show(sorted[0]);
  return {
    element, close: () => leaving.abort(),
    scroll: (steps) => {
      const page = body.querySelector('.document-page');
      if (page && !page.dispatchEvent(new CustomEvent('document-scroll', { detail: steps, cancelable: true }))) return;
      page?.scrollBy(0, steps * LINE);
    },
  };
}

/** @param {Viewer} viewer @param {Stack} stack @returns {string} the patient's lines, as images have them in their corner */
function ownerOf(viewer, stack) {
  const corner = viewer.active.element.querySelector('[data-overlay=patient]');
  return stack.caption?.join(' · ') ?? (corner?.textContent ?? '').split('\n').map((line) => line.trim()).filter(Boolean).join(' · ');
}
