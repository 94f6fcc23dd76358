// Filters for looking at a trace. They run forwards and backwards, so that nothing is delayed and no QRS is shifted.

/**
 * @typedef {{b: [number, number, number], a: [number, number]}} Biquad
 * @typedef {{highPass: number | null, lowPass: number | null, notch: number | null}} FilterChoice Hz; null: off
 */

/** Two passes of a second order Butterworth filter are 3 dB down here, as multiples of its own corner. */
const TWICE = (Math.SQRT2 - 1) ** 0.25;

/** Half the notch's width at 3 dB, as a part of its frequency. */
const NOTCH_Q = 25;

/** @param {number} corner warped @param {boolean} isHigh @returns {Biquad} */
function butterworth(corner, isHigh) {
  const norm = 1 / (1 + Math.SQRT2 * corner + corner * corner);
  const gain = isHigh ? norm : corner * corner * norm;
  return {
    b: [gain, isHigh ? -2 * gain : 2 * gain, gain],
    a: [2 * (corner * corner - 1) * norm, (1 - Math.SQRT2 * corner + corner * corner) * norm],
  };
}

/**
 * 3 dB down at `hertz` once it has run both ways; null when the rate cannot carry it.
 * @param {number} hertz @param {number} rate @returns {Biquad | null}
 */
export function lowPass(hertz, rate) {
  return hertz > 0 && hertz < rate / 2 ? butterworth(Math.tan((Math.PI * hertz) / rate) / TWICE, false) : null;
}

/** @param {number} hertz @param {number} rate @returns {Biquad | null} */
export function highPass(hertz, rate) {
  return hertz > 0 && hertz < rate / 2 ? butterworth(Math.tan((Math.PI * hertz) / rate) * TWICE, true) : null;
}

/** @param {number} hertz @param {number} rate @returns {Biquad | null} */
export function notch(hertz, rate) {
  if (hertz <= 0 || hertz >= rate / 2) return null;
  const angle = (2 * Math.PI * hertz) / rate;
  const alpha = Math.sin(angle) / (2 * NOTCH_Q);
  const norm = 1 / (1 + alpha);
  return { b: [norm, -2 * Math.cos(angle) * norm, norm], a: [-2 * Math.cos(angle) * norm, (1 - alpha) * norm] };
}

/**
 * One way, begun as if the first value had lasted for ever.
 * @param {Float64Array} values changed in place
 * @param {Biquad} filter
 */
function run(values, { b, a }) {
  const steady = (b[0] + b[1] + b[2]) / (1 + a[0] + a[1]);
  const first = values[0];
  let s2 = (b[2] - a[1] * steady) * first;
  let s1 = (b[1] - a[0] * steady) * first + s2;
  for (let at = 0; at < values.length; at += 1) {
    const x = values[at];
    const y = b[0] * x + s1;
    s1 = b[1] * x - a[0] * y + s2;
    s2 = b[2] * x - a[1] * y;
    values[at] = y;
  }
}

/**
 * Both ways over one unbroken run, mirrored at its ends so that they do not ring.
 * @param {Float64Array} values @param {Biquad} filter @param {number} margin samples
 * @returns {Float64Array}
 */
function bothWays(values, filter, margin) {
  const count = values.length;
  const edge = Math.min(margin, count - 1);
  const wide = new Float64Array(count + 2 * edge);
  for (let at = 0; at < edge; at += 1) {
    wide[at] = 2 * values[0] - values[edge - at];
    wide[edge + count + at] = 2 * values[count - 1] - values[count - 2 - at];
  }
  wide.set(values, edge);
  run(wide, filter);
  wide.reverse();
  run(wide, filter);
  wide.reverse();
  return wide.slice(edge, edge + count);
}

/**
 * A filtered copy. Missing samples (NaN) stay missing; what lies between them is filtered by itself.
 * @param {Float64Array} values @param {number} rate @param {FilterChoice} choice
 * @returns {Float64Array}
 */
export function filtered(values, rate, choice) {
  /** @type {[Biquad | null, number][]} */
  const wanted = [
    [choice.highPass ? highPass(choice.highPass, rate) : null, choice.highPass ? rate / choice.highPass : 0],
    [choice.notch ? notch(choice.notch, rate) : null, rate],
    [choice.lowPass ? lowPass(choice.lowPass, rate) : null, rate / 2],
  ];
  const result = Float64Array.from(values);
  let from = 0;
  while (from < result.length) {
    if (Number.isNaN(result[from])) {
      from += 1;
      continue;
    }
    let to = from;
    while (to < result.length && !Number.isNaN(result[to])) to += 1;
    if (to - from > 2) {
      let part = result.slice(from, to);
      for (const [filter, margin] of wanted) if (filter) part = bothWays(part, filter, Math.ceil(margin));
      result.set(part, from);
    }
    from = to;
  }
  return result;
}

/**
 * Which of the chosen filters really act at this rate.
 * @param {number} rate @param {FilterChoice} choice
 * @returns {FilterChoice}
 */
export function acting(rate, choice) {
  const within = (/** @type {number | null} */ hertz) => (hertz !== null && hertz < rate / 2 ? hertz : null);
  return { highPass: within(choice.highPass), lowPass: within(choice.lowPass), notch: within(choice.notch) };
}
