// How fast the line to the server is, from what has come over it.

const KEY = 'jieli.line';
/** Below it a small picture first, and one thing at a time. Bytes a second. */
const THIN = 2000000;
/** Above it pixels come as they are: the server's work costs more time than the line. */
const WIDE = 12000000;
const SAMPLE = 60000;

/**
 * Measures while something is on its way. Until it knows better it takes the line for a thin one: what that costs on a wide
 * line is a few milliseconds.
 */
export class Line {
  /** @param {() => number} now in milliseconds @param {Pick<Storage, 'getItem' | 'setItem'> | null} memory */
  constructor(now = () => performance.now(), memory = storage()) {
    this.now = now;
    this.memory = memory;
    this.rate = Number(read(memory)) || 0;
    this.underWay = 0;
    this.since = 0;
    this.bytes = 0;
  }

  get isThin() {
    return this.rate < THIN;
  }

  get isWide() {
    return this.rate > WIDE;
  }

  /** @param {number} bytes @returns {number} milliseconds */
  timeFor(bytes) {
    return (bytes / Math.max(this.rate || 500000, 1)) * 1000;
  }

  began() {
    if (this.underWay === 0) {
      this.since = this.now();
      this.bytes = 0;
    }
    this.underWay += 1;
  }

  /** @param {number} bytes 0 when it was broken off, or came out of the browser's own store */
  ended(bytes) {
    this.underWay = Math.max(0, this.underWay - 1);
    this.bytes += bytes;
    const elapsed = this.now() - this.since;
    if (this.bytes < SAMPLE || elapsed <= 0) return;
    const rate = (this.bytes / elapsed) * 1000;
    // Half of what was thought, half of what is seen: a line changes, and one sample is an accident.
    this.rate = this.rate > 0 ? (this.rate + rate) / 2 : rate;
    this.since = this.now();
    this.bytes = 0;
    try {
      this.memory?.setItem(KEY, String(Math.round(this.rate)));
    } catch {
      // A browser that keeps nothing measures anew on each page.
    }
  }
}

/** @returns {Storage | null} */
function storage() {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

/** @param {Pick<Storage, 'getItem'> | null} memory @returns {string | null} */
function read(memory) {
  try {
    return memory?.getItem(KEY) ?? null;
  } catch {
    return null;
  }
}
