// Frames that somebody wants apart from what is on the screen: a volume, a thumbnail, the next study.

/**
 * @typedef {import('./frame-loader.js').Stack} Stack
 * @typedef {import('./frame-fetch.js').Loaded} Loaded
 *
 * @typedef {object} Wish
 * @property {Stack} stack
 * @property {number[]} indices those that have not come
 * @property {'any' | 'diagnostic'} quality
 * @property {(index: number, loaded: Loaded) => void} came
 * @property {() => void} fulfilled
 * @property {(error: Error) => void} failed
 */

export class Wishes {
  /** @param {import('./frame-loader.js').FrameLoader} loader */
  constructor(loader) {
    this.loader = loader;
    /** @type {Set<Wish>} */
    this.all = new Set();
  }

  /** @returns {Wish[]} */
  get open() {
    return [...this.all];
  }

  /**
   * @param {Stack} stack
   * @param {number[]} indices
   * @param {Wish['quality']} quality
   * @param {Wish['came']} came told of each frame, of those that are here already too
   * @param {AbortSignal} [signal]
   * @returns {Promise<void>} rejects when a frame can't be had, and when it is called off
   */
  add(stack, indices, quality, came, signal) {
    const { loader } = this;
    return new Promise((resolve, reject) => {
      const off = () => reject(new DOMException('called off', 'AbortError'));
      if (signal?.aborted) {
        off();
        return;
      }
      const missing = indices.filter((index) => {
        const found = loader.quality(stack, index);
        const loaded = found === 'diagnostic' || (found === 'preview' && quality === 'any') ? loader.loaded(stack, index) : undefined;
        if (loaded) came(index, loaded);
        return !loaded;
      });
      if (missing.length === 0) {
        resolve();
        return;
      }
      /** @type {Wish} */
      const wish = { stack, indices: missing, quality, came, fulfilled: resolve, failed: reject };
      this.all.add(wish);
      signal?.addEventListener('abort', () => {
        this.all.delete(wish);
        off();
        loader.makeRoom();
      });
      loader.fill();
    });
  }

  /**
   * A frame has come, or has failed. The same frame may stand in several stacks.
   * @param {Stack} stack @param {number} index @param {unknown} error
   */
  tell(stack, index, error) {
    const key = this.loader.key(stack, index);
    for (const wish of this.open) {
      const place = wish.indices.findIndex((each) => this.loader.key(wish.stack, each) === key);
      if (place < 0) continue;
      if (error) {
        this.all.delete(wish);
        wish.failed(error instanceof Error ? error : new Error(String(error)));
        continue;
      }
      const loaded = this.loader.loaded(stack, index);
      if (!loaded || (wish.quality === 'diagnostic' && loaded.quality !== 'diagnostic')) continue;
      const [own] = wish.indices.splice(place, 1);
      wish.came(own, loaded);
      if (wish.indices.length > 0) continue;
      this.all.delete(wish);
      wish.fulfilled();
    }
  }
}
