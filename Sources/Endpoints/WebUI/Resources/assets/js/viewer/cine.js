// The time of moving images (PS3.3 C.7.6.5): how long each frame stays, and which one is due.

/** @typedef {import('../dicomweb/image.js').Frame} Frame */

/** Stacks without times of their own: images a second. */
export const USUAL_RATE = 10;
export const SLOWEST = 0.5;
export const FASTEST = 60;

/**
 * How long each frame is shown, in ms. What the object says goes in this order: the recommended rate, the time of each frame,
 * the time between frames.
 * @param {Frame[]} frames as they are shown
 * @returns {number[]}
 */
export function durationsOf(frames) {
  return frames.map((frame) => {
    const times = frame.look?.times;
    if (times?.rate) return 1000 / times.rate;
    // Each entry is the time since the frame before (0018,1065); the last frame stays as long as the others on average.
    const intervals = times?.intervals ?? [];
    if (intervals.length > 1) {
      const next = intervals[frame.number];
      const mean = intervals.slice(1).reduce((sum, each) => sum + each, 0) / (intervals.length - 1);
      if (mean > 0) return next > 0 ? next : mean;
    }
    return times?.interval ?? 1000 / USUAL_RATE;
  });
}

/** @param {number[]} durations @returns {number} frames a second on average */
export function rateOf(durations) {
  const sum = durations.reduce((total, each) => total + each, 0);
  return sum > 0 ? (1000 * durations.length) / sum : USUAL_RATE;
}

/**
 * The frame that is due, in a loop; frames that nobody could see are left out, so that time stays true.
 * @param {number[]} durations in ms
 * @param {number} index shown now
 * @param {number} elapsed ms since it came up
 * @returns {{index: number, rest: number}} the frame due, and how long it has been due
 */
export function due(durations, index, elapsed) {
  const round = durations.reduce((total, each) => total + each, 0);
  if (!(round > 0)) return { index, rest: 0 };
  let rest = elapsed % round;
  let at = index;
  while (rest >= durations[at]) {
    rest -= durations[at];
    at = (at + 1) % durations.length;
  }
  return { index: at, rest };
}

/**
 * The same film at another rate.
 * @param {number[]} durations
 * @param {number} factor 2: twice as fast
 * @returns {number[]}
 */
export function atSpeed(durations, factor) {
  const rate = Math.min(FASTEST, Math.max(SLOWEST, rateOf(durations) * factor));
  const applied = rateOf(durations) / rate;
  return durations.map((each) => each * applied);
}
