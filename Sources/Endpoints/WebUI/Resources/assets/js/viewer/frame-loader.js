// Fetches frames: what is looked at first, and keeps what was decoded.

import { expectedSize, hasPreview, isAhead, loadPreview, loadWhole, wireBytes } from './frame-fetch.js';
import { FrameStore } from './frame-store.js';
import { Line } from './line.js';
import { NEAR, fetchOrder, plan } from './prefetch.js';
import { Wishes } from './frame-wishes.js';

/**
 * @typedef {import('../dicomweb/image.js').Frame} Frame
 * @typedef {import('./frame-fetch.js').Loaded} Loaded
 *
 * @typedef {object} Stack
 * @property {string} study
 * @property {string} uid of the series
 * @property {Frame[]} frames
 * @property {import('../dicomweb/client.js').SeriesSummary} series
 * @property {FrameSource} [source] of computed frames; without it they come over the wire
 * @property {Stack} [base] what a computed stack is made of
 * @property {boolean} [isPart] more of the series is on its way: its frames are those of its first instance
 * @property {string[]} [notes] what is wrong with its slices: lines of the pane's marks
 * @property {() => Paper} [document] what a pane shows instead, of a series that is no images; a new one for each pane
 * @property {string[]} [caption] whose and when, when it is not the study of the page: the lines of the pane's first corner
 *
 * @typedef {{element: HTMLElement, close?: () => void, scroll?: (steps: number) => void}} Paper
 *
 * @typedef {object} FrameSource where the frames of a stack come from
 * @property {(stack: Stack, index: number) => Loaded | undefined} loaded
 * @property {(stack: Stack, index: number) => string | null} failure
 * @property {(stack: Stack, index: number, direction: 1 | -1, pane: object) => void} lookAt the pane shows this frame now
 * @property {(stack: Stack) => number} loadedCount
 * @property {(stack: Stack, index: number) => boolean} [isLoaded] without counting as a use
 * @property {(pane: object) => void} [leave] the pane shows another source's frames, or none
 *
 * @typedef {import('./prefetch.js').Job<Stack>} Job
 * @typedef {{request: AbortController, form: Job['form']}} Running
 * @typedef {{loadPreview: typeof loadPreview, loadWhole: typeof loadWhole}} Fetch
 */

/** A browser opens six connections to a server; one stays free for the report and one for events. */
const CONNECTIONS = 4;
/** Enough to keep a thin line full, and few enough that what is looked at next does not wait behind them. */
const THIN_CONNECTIONS = 2;
/** A small picture is worth a request of its own when the whole takes longer, in milliseconds. */
const NOTICEABLE = 150;
const RETRY = 5000;
const WIRE = { loadPreview, loadWhole };

export class FrameLoader {
  /**
   * @param {(stack: Stack, index: number, error: unknown) => void} onFrame a frame is here, better than before, or has failed
   * @param {{store?: FrameStore, line?: Line, fetch?: Fetch}} parts
   */
  constructor(onFrame, { store = new FrameStore(), line = new Line(), fetch = WIRE } = {}) {
    this.onFrame = onFrame;
    this.store = store;
    this.line = line;
    this.from = fetch;
    /** @type {Map<string, Running>} */
    this.running = new Map();
    /** @type {Map<string, {at: number, message: string}>} */
    this.failures = new Map();
    /**
     * What each pane looks at, the latest last.
     * @type {Map<object, {stack: Stack, order: number[]}>}
     */
    this.looks = new Map();
    this.wishes = new Wishes(this);
    this.retry = 0;
  }

  /** @param {Stack} stack @param {number} index @returns {string} */
  key(stack, index) {
    const frame = stack.frames[index];
    return `${frame.instance}/${frame.number}`;
  }

  /** @param {Stack} stack @param {number} index @returns {Loaded | undefined} the whole, else a preview */
  loaded(stack, index) {
    return this.store.loaded(this.key(stack, index), stack.frames[index]);
  }

  /** @param {Stack} stack @param {number} index @returns {string | null} */
  failure(stack, index) {
    return this.failures.get(this.key(stack, index))?.message ?? null;
  }

  /** @param {Stack} stack @param {number} index @returns {boolean} whole */
  isLoaded(stack, index) {
    return this.quality(stack, index) === 'diagnostic';
  }

  /** @param {Stack} stack @returns {number} frames that are here whole */
  loadedCount(stack) {
    return stack.frames.reduce((sum, _, index) => sum + (this.quality(stack, index) === 'diagnostic' ? 1 : 0), 0);
  }

  /** @param {Stack} stack @param {number} index @returns {'none' | 'preview' | 'diagnostic'} without touching it */
  quality(stack, index) {
    return this.store.quality(this.key(stack, index));
  }

  /**
   * The doctor looks at this frame now. What runs for elsewhere makes room.
   * @param {Stack} stack
   * @param {number} index
   * @param {1 | -1} direction
   * @param {object} pane
   */
  lookAt(stack, index, direction, pane) {
    this.looks.delete(pane);
    this.looks.set(pane, { stack, order: fetchOrder(index, stack.frames.length, direction) });
    this.makeRoom();
    this.fill();
  }

  /** @param {object} pane */
  leave(pane) {
    this.looks.delete(pane);
    this.makeRoom();
    this.fill();
  }

  /**
   * All frames of a stack, whole, in the background: what is on the screen comes first. Whoever keeps the answer keeps the
   * frames, whatever the loader lets go.
   * @param {Stack} stack
   * @param {{signal?: AbortSignal, onProgress?: (done: number, total: number) => void}} options
   * @returns {Promise<Loaded[]>} by index. Rejects when a frame can't be had, and when it is called off.
   */
  async loadAll(stack, { signal, onProgress } = {}) {
    const total = stack.frames.length;
    /** @type {Loaded[]} */
    const frames = new Array(total);
    let done = 0;
    await this.wishes.add(stack, [...stack.frames.keys()], 'diagnostic', (index, loaded) => {
      frames[index] = loaded;
      done += 1;
      onProgress?.(done, total);
    }, signal);
    return frames;
  }

  /**
   * One frame for a small picture of it, in whatever quality comes first.
   * @param {Stack} stack @param {number} index @param {AbortSignal} [signal]
   * @returns {Promise<Loaded>}
   */
  async glimpse(stack, index, signal) {
    /** @type {Loaded | undefined} */
    let found;
    await this.wishes.add(stack, [index], 'any', (_, loaded) => { found = loaded; }, signal);
    if (!found) throw new Error('no frame');
    return found;
  }

  /** @returns {Iterable<Job>} */
  jobs() {
    const looks = [...this.looks.values()].reverse();
    const isPreviewed = (/** @type {Stack} */ stack, /** @type {number} */ index) => {
      const frame = stack.frames[index];
      return this.line.isThin && hasPreview(frame) && this.line.timeFor(wireBytes(frame)) > NOTICEABLE && !isAhead(stack, frame);
    };
    // What the panes look at and its neighbours must fit together: else they would push one another out for ever.
    const share = this.store.limits.wholes / 2 / Math.max(1, looks.length);
    const near = (/** @type {Stack} */ stack, /** @type {number} */ index) =>
      Math.min(NEAR, Math.max(0, Math.floor(share / expectedSize(stack.frames[index])) - 1));
    return plan(looks, this.wishes.open, (stack, index) => this.quality(stack, index), isPreviewed, near);
  }

  /** Nothing is under way, and nothing waits that could be had. */
  get isIdle() {
    if (this.running.size > 0) return false;
    for (const { stack, index, reach } of this.jobs()) {
      if (reach === 'rest' && !this.store.hasRoom) return true;
      if (!this.isResting(this.key(stack, index))) return false;
    }
    return true;
  }

  get room() {
    return this.line.isThin ? THIN_CONNECTIONS : CONNECTIONS;
  }

  /** Breaks off what runs for another place while something on the screen waits. Small pictures end sooner than they are broken off. */
  makeRoom() {
    /** @type {Set<string>} */
    const urgent = new Set();
    let isWaiting = false;
    for (const { stack, index, reach } of this.jobs()) {
      if (reach !== 'shown') break;
      const key = this.key(stack, index);
      urgent.add(key);
      if (!this.running.has(key) && !this.isResting(key)) isWaiting = true;
    }
    if (!isWaiting) return;
    for (const [key, { request, form }] of this.running) {
      if (urgent.has(key) || form === 'preview') continue;
      if (!this.line.isThin && this.running.size < this.room) break;
      request.abort();
      this.running.delete(key);
    }
  }

  /** @param {string} key @returns {boolean} failed a moment ago */
  isResting(key) {
    const failure = this.failures.get(key);
    return failure !== undefined && Date.now() - failure.at < RETRY;
  }

  /** Starts fetches until all connections are used or the store holds no more. */
  fill() {
    let isWaiting = false;
    for (const job of this.jobs()) {
      if (this.running.size >= this.room) return;
      const { stack, index, reach } = job;
      // On a thin line nothing shares it with what is looked at.
      if (reach !== 'shown' && isWaiting && this.line.isThin) return;
      // Beyond what fits, only what is near: else frames would push one another out for ever.
      if (reach === 'rest' && !this.store.hasRoom) return;
      const key = this.key(stack, index);
      if (this.isResting(key)) continue;
      if (reach === 'shown') isWaiting = true;
      if (!this.running.has(key)) this.fetch(job, key);
    }
  }

  /** @param {Job} job @param {string} key */
  async fetch({ stack, index, form }, key) {
    const running = { request: new AbortController(), form };
    this.running.set(key, running);
    const { signal } = running.request;
    const frame = stack.frames[index];
    let transferred = 0;
    this.line.began();
    try {
      if (form === 'preview') {
        const { preview, bytes } = await this.from.loadPreview(stack, frame, signal);
        transferred = bytes;
        if (this.store.quality(key) !== 'diagnostic') this.store.putPreview(key, preview);
      } else {
        const how = { preview: this.store.preview(key), packed: !this.line.isWide };
        const { picture, bytes } = await this.from.loadWhole(stack, frame, how, signal);
        transferred = bytes;
        this.store.putWhole(key, frame, picture);
      }
      this.failures.delete(key);
      this.tell(stack, index, null);
    } catch (error) {
      if (signal.aborted) return;
      this.failures.set(key, { at: Date.now(), message: error instanceof Error ? error.message : String(error) });
      this.tell(stack, index, error);
      if (!this.retry) this.retry = window.setTimeout(() => { this.retry = 0; this.fill(); }, RETRY + 100);
    } finally {
      this.line.ended(transferred);
      if (this.running.get(key) === running) this.running.delete(key);
      this.fill();
    }
  }

  /** @param {Stack} stack @param {number} index @param {unknown} error */
  tell(stack, index, error) {
    this.onFrame(stack, index, error);
    this.wishes.tell(stack, index, error);
  }
}
