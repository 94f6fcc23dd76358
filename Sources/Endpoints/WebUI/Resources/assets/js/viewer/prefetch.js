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
 * @template Stack
 * @typedef {{stack: Stack, order: number[]}} Look what a pane shows, then its neighbours
 */
/**
 * @template Stack
 * @typedef {{stack: Stack, indices: number[], quality: 'any' | 'diagnostic'}} Demand frames wanted apart from what is shown
 */
/**
 * @template Stack
 * @typedef {{stack: Stack, index: number, form: 'preview' | 'whole', reach: 'shown' | 'near' | 'wanted' | 'rest'}} Job
 */

/** Neighbours that come as small pictures before any of them comes whole. */
const PREVIEWED = 16;
/** Neighbours that come before what somebody wants in the background. */
export const NEAR = 12;

/**
 * What to fetch, in order: a small picture of what is on the screen, the whole of it, small pictures of whatever else is
 * wanted (thumbnails), the neighbours' small pictures and wholes, what is wanted whole (a volume), the rest.
 * @template Stack
 * @param {Look<Stack>[]} looks the pane looked at last first
 * @param {Demand<Stack>[]} demands
 * @param {(stack: Stack, index: number) => 'none' | 'preview' | 'diagnostic'} quality
 * @param {(stack: Stack, index: number) => boolean} isPreviewed whether a small picture comes sooner than the whole
 * @param {(stack: Stack, index: number) => number} [near] how many neighbours come whole whatever must go for them
 * @returns {Iterable<Job<Stack>>}
 */
export function* plan(looks, demands, quality, isPreviewed, near = () => NEAR) {
  const small = (/** @type {Stack} */ stack, /** @type {number} */ index) =>
    quality(stack, index) === 'none' && isPreviewed(stack, index);
  for (const { stack, order: [index] } of looks) {
    if (small(stack, index)) yield { stack, index, form: 'preview', reach: 'shown' };
  }
  for (const { stack, order: [index] } of looks) {
    if (quality(stack, index) !== 'diagnostic') yield { stack, index, form: 'whole', reach: 'shown' };
  }
  for (const { stack, indices } of demands.filter((demand) => demand.quality === 'any')) {
    for (const index of indices) {
      if (quality(stack, index) !== 'none') continue;
      yield { stack, index, form: isPreviewed(stack, index) ? 'preview' : 'whole', reach: 'wanted' };
    }
  }
  for (const { stack, order } of looks) {
    for (const index of order.slice(1, 1 + PREVIEWED)) {
      if (small(stack, index)) yield { stack, index, form: 'preview', reach: 'near' };
    }
  }
  const wholes = function* (/** @type {Stack} */ stack, /** @type {number[]} */ indices, /** @type {'near' | 'wanted' | 'rest'} */ reach) {
    for (const index of indices) {
      if (quality(stack, index) !== 'diagnostic') yield { stack, index, form: /** @type {const} */ ('whole'), reach };
    }
  };
  for (const { stack, order } of looks) yield* wholes(stack, order.slice(1, 1 + near(stack, order[0])), 'near');
  for (const { stack, indices, quality: wanted } of demands) if (wanted === 'diagnostic') yield* wholes(stack, indices, 'wanted');
  for (const { stack, order } of looks) yield* wholes(stack, order.slice(1 + near(stack, order[0])), 'rest');
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

  clear() {
    this.entries.clear();
    this.bytes = 0;
  }

  /** @param {string} key */
  delete(key) {
    this.bytes -= this.entries.get(key)?.size ?? 0;
    this.entries.delete(key);
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
