// A source of frames that are made here, few and large: the last ones are kept.

/**
 * @typedef {import('../frame-loader.js').Stack} Stack
 * @typedef {import('../frame-loader.js').Loaded} Loaded
 */

/** They are large. */
const KEPT = 2;

/** A `FrameSource`. */
export class ComposedSource {
  /** @param {(stack: Stack, index: number) => Promise<Loaded>} make @param {(stack: Stack) => void} refresh one is ready, or failed */
  constructor(make, refresh) {
    this.make = make;
    this.refresh = refresh;
    /** @type {Map<number, Loaded>} */
    this.ready = new Map();
    /** @type {Map<number, string>} */
    this.failed = new Map();
    /** @type {Set<number>} */
    this.running = new Set();
    this.made = new Set();
  }

  /** @param {Stack} _ @param {number} index */
  loaded(_, index) {
    return this.ready.get(index);
  }

  /** @param {Stack} _ @param {number} index */
  failure(_, index) {
    return this.failed.get(index) ?? null;
  }

  /** @param {Stack} stack what is not looked at is not waited for either */
  loadedCount(stack) {
    return this.running.size > 0 ? this.made.size : stack.frames.length;
  }

  /** @param {Stack} stack @param {number} index */
  lookAt(stack, index) {
    if (this.ready.has(index) || this.running.has(index)) return;
    this.running.add(index);
    this.failed.delete(index);
    this.make(stack, index)
      .then((loaded) => {
        for (const other of [...this.ready.keys()].slice(0, 1 - KEPT)) this.ready.delete(other);
        this.ready.set(index, loaded);
        this.made.add(index);
      })
      .catch((error) => { this.failed.set(index, error instanceof Error ? error.message : String(error)); })
      .finally(() => {
        this.running.delete(index);
        this.refresh(stack);
      });
  }
}
