// The strip of series beside the panes.

import { framesOf } from '../dicomweb/image.js';
import { sortFrames } from './series-order.js';
import { addThumbnail, drawThumbnail, markAsDocument } from './thumbnails.js';

/**
 * @typedef {import('./frame-loader.js').Stack} Stack
 * @typedef {import('../dicomweb/client.js').SeriesSummary} SeriesSummary
 * @typedef {import('../dicomweb/dataset.js').DataSet} DataSet
 * @typedef {{series: SeriesSummary, stack: Stack | null, button: HTMLButtonElement}} Entry
 * @typedef {(stack: Stack, metadata: DataSet[]) => ({stack: Stack, label?: string} | null)} Opening what a series is besides a
 *   plain stack of images; `label`: what its place in the strip says instead of a picture
 */

/** @param {Stack | null} stack @returns {boolean} */
export function canBeShown(stack) {
  return stack !== null && (stack.frames.length > 0 || stack.document !== undefined);
}

export class Shelf {
  /** @param {HTMLElement} list @param {(entry: Entry) => void} onChoose */
  constructor(list, onChoose) {
    this.list = list;
    this.onChoose = onChoose;
    /** @type {Entry[]} */
    this.entries = [];
    /**
     * Asked in turn; the first that knows a series opens it.
     * @type {Opening[]}
     */
    this.openings = [];
    /**
     * The series that is being dragged to a pane.
     * @type {Entry | null}
     */
    this.dragged = null;
  }

  /** @returns {Entry[]} those that a pane can show */
  get shown() {
    return this.entries.filter(({ stack }) => canBeShown(stack));
  }

  /** @param {SeriesSummary} series @returns {Entry} */
  add(series) {
    /** @type {Entry} */
    const entry = { series, stack: null, button: addThumbnail(this.list, series, () => this.onChoose(entry)) };
    entry.button.draggable = true;
    entry.button.addEventListener('dragstart', (event) => {
      this.dragged = canBeShown(entry.stack) ? entry : null;
      if (!this.dragged) event.preventDefault();
      event.dataTransfer?.setData('text/plain', series.uid);
    });
    entry.button.addEventListener('dragend', () => { this.dragged = null; });
    this.entries.push(entry);
    return entry;
  }

  /**
   * A series can be dropped here.
   * @param {HTMLElement} element
   * @param {(entry: Entry) => void} onDrop
   */
  offerTo(element, onDrop) {
    element.addEventListener('dragover', (event) => {
      if (!this.dragged) return;
      event.preventDefault();
      element.classList.add('is-target');
    });
    element.addEventListener('dragleave', () => element.classList.remove('is-target'));
    element.addEventListener('drop', (event) => {
      event.preventDefault();
      element.classList.remove('is-target');
      if (this.dragged) onDrop(this.dragged);
    });
  }

  /** @param {Entry} entry @param {string} study @param {DataSet[]} metadata @returns {Stack} of its images as they are */
  plainStack({ series }, study, metadata) {
    return { study, uid: series.uid, series, frames: sortFrames(metadata.flatMap(framesOf)) };
  }

  /** @param {Entry} entry @param {string} study @param {DataSet[]} metadata */
  put(entry, study, metadata) {
    const plain = this.plainStack(entry, study, metadata);
    const opened = this.openedBy(plain, metadata);
    entry.stack = opened?.stack ?? plain;
    if (entry.stack.frames.length === 0) markAsDocument(entry.button, opened?.label);
  }

  /** @param {Stack} plain @param {DataSet[]} metadata */
  openedBy(plain, metadata) {
    return this.openings.map((open) => open(plain, metadata)).find((each) => each !== null);
  }

  /** @param {Entry} entry @param {DataSet[]} metadata @returns {boolean} whether a plain stack is not what it should be */
  isOpenedOtherwise({ stack }, metadata) {
    return stack !== null && this.openedBy(stack, metadata) !== undefined;
  }

  /** @param {Entry} entry */
  markAsFailed(entry) {
    entry.button.classList.add('is-failed');
  }

  /** @param {Entry} entry @returns {boolean} whether it had failed; it is tried again now */
  takeFailure(entry) {
    const hasFailed = entry.button.classList.contains('is-failed');
    entry.button.classList.remove('is-failed');
    return hasFailed;
  }

  /**
   * Draws the pictures as their frames come.
   * @param {import('./frame-loader.js').FrameLoader} loader
   * @param {Entry[]} entries
   */
  async draw(loader, entries = this.shown) {
    await Promise.all(entries.map(({ stack, button }) => (
      stack && stack.frames.length > 0 ? drawThumbnail(button, stack, loader).catch(() => button.classList.add('is-failed')) : null)));
  }

  /**
   * Marks the series that panes show.
   * @param {(Stack | null)[]} stacks
   * @param {Stack | null} active
   */
  follow(stacks, active) {
    for (const { stack, button } of this.entries) {
      const isActive = stack !== null && stack === active;
      if (isActive && button.getAttribute('aria-pressed') !== 'true') button.scrollIntoView({ block: 'nearest' });
      button.setAttribute('aria-pressed', String(isActive));
      button.classList.toggle('is-shown', stack !== null && stacks.includes(stack));
    }
  }
}
