// Sending the chosen files, one request each, a few at once.

/**
 * @typedef {object} Item one file that was chosen
 * @property {string} name with its folders, as the browser tells them
 * @property {number} size
 * @property {Blob} content
 *
 * @typedef {object} Progress
 * @property {number} sent bytes
 * @property {number} total bytes
 * @property {number} files done
 * @property {number} rate bytes a second, over the last seconds
 *
 * @typedef {object} Surroundings what it needs from outside, so that tests bring their own
 * @property {(item: Item, onSent: (bytes: number) => void, signal: AbortSignal) => Promise<void>} send rejects with `retry` true where the line broke
 * @property {(progress: Progress) => void} show
 * @property {(seconds: number) => Promise<void>} pause
 * @property {() => number} now milliseconds
 */

/** How many requests run at once: a browser has six connections to a server. */
const WIDTH = 3;
/** The rate is measured over so many milliseconds. */
const WINDOW = 5000;
const LONGEST_PAUSE = 30;

export class Uploader {
  /** @param {Item[]} items @param {Surroundings} surroundings */
  constructor(items, surroundings) {
    this.waiting = [...items];
    this.surroundings = surroundings;
    this.total = items.reduce((sum, item) => sum + item.size, 0);
    this.finished = 0;
    this.files = 0;
    /** @type {Map<Item, number>} bytes of the requests under way */
    this.sending = new Map();
    /** @type {Array<{at: number, sent: number}>} */
    this.marks = [];
    this.stop = new AbortController();
  }

  /** Resolves when every file is there; rejects with the first refusal that would be one again. */
  async run() {
    this.show();
    const workers = Array.from({ length: WIDTH }, () => this.work());
    try {
      await Promise.all(workers);
    } catch (error) {
      this.stop.abort();
      throw error;
    }
  }

  cancel() {
    this.waiting = [];
    this.stop.abort();
  }

  async work() {
    for (;;) {
      const item = this.waiting.shift();
      if (!item) return;
      await this.deliver(item);
    }
  }

  /**
   * A broken line is tried again, for as long as nobody cancels.
   * @param {Item} item
   */
  async deliver(item) {
    for (let pause = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      this.sending.set(item, 0);
      try {
        await this.surroundings.send(item, (bytes) => {
          this.sending.set(item, Math.min(bytes, item.size));
          this.show();
        }, this.stop.signal);
        this.sending.delete(item);
        this.finished += item.size;
        this.files += 1;
        this.show();
        return;
      } catch (error) {
        this.sending.delete(item);
        if (this.stop.signal.aborted || !(/** @type {any} */ (error).retry)) throw error;
        this.show();
        await this.surroundings.pause(pause);
      }
    }
  }

  show() {
    let sent = this.finished;
    for (const bytes of this.sending.values()) sent += bytes;
    const at = this.surroundings.now();
    this.marks.push({ at, sent });
    while (this.marks.length > 2 && this.marks[1].at < at - WINDOW) this.marks.shift();
    const { at: since, sent: before } = this.marks[0];
    const rate = at > since ? Math.max(0, (sent - before) * 1000 / (at - since)) : 0;
    this.surroundings.show({ sent, total: this.total, files: this.files, rate });
  }
}

/**
 * One file by XMLHttpRequest, which alone tells how much has left.
 * @param {string} importID
 * @returns {Surroundings['send']}
 */
export function sendTo(importID) {
  return (item, onSent, signal) => new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1/imports/${importID}/files?name=${encodeURIComponent(item.name)}`);
    request.setRequestHeader('X-Requested-With', 'jieli');
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.addEventListener('progress', (event) => onSent(event.loaded));
    request.addEventListener('load', () => {
      if (request.status < 300) return resolve();
      /** @type {any} */
      let problem = null;
      try { problem = JSON.parse(request.responseText).error; } catch { /* no answer of ours */ }
      const isPassing = request.status === 503 || problem?.code === 'cut_off';
      reject(Object.assign(new Error(problem?.message ?? `HTTP ${request.status}`), { retry: isPassing, status: request.status }));
    });
    request.addEventListener('error', () => reject(Object.assign(new Error('network'), { retry: true })));
    request.addEventListener('abort', () => reject(new Error('cancelled')));
    signal.addEventListener('abort', () => request.abort());
    request.send(item.content);
  });
}
