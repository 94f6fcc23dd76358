// Fetches the frames of a series, the nearest first, and keeps what was decoded.

import { fetchFrame, fetchRendered } from '../dicomweb/client.js';
import { decodePixels, isDrawable } from './pixels.js';
import { ByteBoundedCache, fetchOrder } from './prefetch.js';

/**
 * @typedef {import('../dicomweb/image.js').Frame} Frame
 * @typedef {import('./pixels.js').Pixels | {kind: 'rendered', bitmap: ImageBitmap}} Loaded
 * @typedef {{study: string, uid: string, frames: Frame[]}} Stack
 */

/** A browser opens six connections to a server; one stays free for the report and one for events. */
const CONNECTIONS = 4;
const CACHE_BYTES = 400 * 1024 * 1024;

export class FrameLoader {
  /** @param {(stack: Stack, index: number, error: unknown) => void} onFrame a frame is here, or has failed */
  constructor(onFrame) {
    this.onFrame = onFrame;
    /** @type {ByteBoundedCache<Loaded>} */
    this.cache = new ByteBoundedCache(CACHE_BYTES);
    /** @type {Map<string, AbortController>} */
    this.running = new Map();
    /** @type {Map<string, {at: number, message: string}>} */
    this.failures = new Map();
    /** @type {Stack | null} */
    this.stack = null;
    /** @type {number[]} */
    this.order = [];
  }

  /** @param {Stack} stack @param {number} index @returns {string} */
  key(stack, index) {
    const frame = stack.frames[index];
    return `${frame.instance}/${frame.number}`;
  }

  /** @param {Stack} stack @param {number} index @returns {Loaded | undefined} */
  loaded(stack, index) {
    return this.cache.get(this.key(stack, index));
  }

  /** @param {Stack} stack @param {number} index @returns {string | null} */
  failure(stack, index) {
    return this.failures.get(this.key(stack, index))?.message ?? null;
  }

  /** @param {Stack} stack @returns {number} */
  loadedCount(stack) {
    return stack.frames.reduce((sum, _, index) => sum + (this.cache.has(this.key(stack, index)) ? 1 : 0), 0);
  }

  /**
   * The doctor looks at this frame now.
   * @param {Stack} stack
   * @param {number} index
   * @param {1 | -1} direction
   */
  lookAt(stack, index, direction) {
    this.stack = stack;
    this.order = fetchOrder(index, stack.frames.length, direction);
    // What runs for another place of the stack makes room for what is looked at.
    const wanted = new Set(this.order.slice(0, CONNECTIONS * 2).map((each) => this.key(stack, each)));
    if (!this.cache.has(this.key(stack, index)) && !this.running.has(this.key(stack, index))) {
      for (const [key, request] of this.running) {
        if (this.running.size < CONNECTIONS) break;
        if (wanted.has(key)) continue;
        request.abort();
        this.running.delete(key);
      }
    }
    this.fill();
  }

  /** Starts fetches until all connections are used or the cache could not hold more. */
  fill() {
    const { stack } = this;
    if (!stack) return;
    let planned = 0;
    for (const index of this.order) {
      if (this.running.size >= CONNECTIONS) return;
      const frame = stack.frames[index];
      planned += frame.format.rows * frame.format.columns * Math.max(2, frame.format.samples + 1);
      if (planned > CACHE_BYTES * 0.8) return;
      const key = this.key(stack, index);
      if (this.cache.has(key) || this.running.has(key)) continue;
      const failure = this.failures.get(key);
      if (failure && Date.now() - failure.at < 5000) continue;
      this.fetch(stack, index, key);
    }
  }

  /** @param {Stack} stack @param {number} index @param {string} key */
  async fetch(stack, index, key) {
    const request = new AbortController();
    this.running.set(key, request);
    const frame = stack.frames[index];
    try {
      const loaded = await load(stack, frame, request.signal);
      const size = loaded.kind === 'grey' ? loaded.words.byteLength : frame.format.rows * frame.format.columns * 4;
      this.cache.set(key, loaded, size);
      this.failures.delete(key);
      this.onFrame(stack, index, null);
    } catch (error) {
      if (request.signal.aborted) return;
      this.failures.set(key, { at: Date.now(), message: error instanceof Error ? error.message : String(error) });
      this.onFrame(stack, index, error);
    } finally {
      if (this.running.get(key) === request) this.running.delete(key);
      this.fill();
    }
  }
}

/** @param {Stack} stack @param {Frame} frame @param {AbortSignal} signal @returns {Promise<Loaded>} */
async function load(stack, frame, signal) {
  if (!isDrawable(frame)) {
    return { kind: 'rendered', bitmap: await fetchRendered(stack.study, stack.uid, frame.instance, frame.number, signal) };
  }
  const bytes = await fetchFrame(stack.study, stack.uid, frame.instance, frame.number, signal);
  return decodePixels(bytes, frame);
}
