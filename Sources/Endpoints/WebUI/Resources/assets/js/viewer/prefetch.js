// Which frames to fetch next and which to let go.

/**
 * Indices by nearness to the current one, two ahead for each one behind.
 * @param {number} current
 * @param {number} count
 * @param {1 | -1} direction of scrolling
 * @returns {number[]}
 */
export function fetchOrder(current, count, direction) {
  const order = [];
  const inside = (/** @type {number} */ index) => index >= 0 && index < count;
  if (inside(current)) order.push(current);
  let ahead = 1;
  let behind = 1;
  while (order.length < count) {
    const before = order.length;
    for (let step = 0; step < 2; step += 1) {
      if (inside(current + direction * ahead)) order.push(current + direction * ahead);
      ahead += 1;
    }
    if (inside(current - direction * behind)) order.push(current - direction * behind);
    behind += 1;
    if (order.length === before && ahead > count && behind > count) break;
  }
  return order;
}

/**
 * Keeps decoded frames up to a number of bytes; the longest unused goes first.
 * @template Value
 */
export class ByteBoundedCache {
  /** @param {number} limit in bytes */
  constructor(limit) {
    this.limit = limit;
    this.bytes = 0;
    /** @type {Map<string, {value: Value, size: number}>} */
    this.entries = new Map();
  }

  /** @param {string} key @returns {Value | undefined} */
  get(key) {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.value;
  }

  /** @param {string} key @returns {boolean} */
  has(key) {
    return this.entries.has(key);
  }

  /** @param {string} key @param {Value} value @param {number} size */
  set(key, value, size) {
    const old = this.entries.get(key);
    if (old) this.bytes -= old.size;
    this.entries.delete(key);
    this.entries.set(key, { value, size });
    this.bytes += size;
    for (const [oldest, entry] of this.entries) {
      if (this.bytes <= this.limit || oldest === key) break;
      this.entries.delete(oldest);
      this.bytes -= entry.size;
    }
  }
}
