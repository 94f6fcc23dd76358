// The Grayscale Standard Display Function (PS3.14 7.1), and how well a display keeps to it.

/** Contrast may be this far from the standard's: AAPM On-Line Report 03, for diagnosis and for looking. */
export const DIAGNOSTIC_LIMIT = 0.1;
export const VIEWING_LIMIT = 0.2;

/**
 * Luminance of a just-noticeable-difference index (PS3.14 equation 1).
 * @param {number} index 1 to 1023
 * @returns {number} cd/m²
 */
export function luminanceOf(index) {
  const x = Math.log(index);
  const above = -1.3011877 + x * (8.0242636e-2 + x * (1.3646699e-1 + x * (-2.5468404e-2 + x * 1.3635334e-3)));
  const below = 1 + x * (-2.5840191e-2 + x * (-1.0320229e-1 + x * (2.8745620e-2 + x * (-3.1978977e-3 + x * 1.2992634e-4))));
  return 10 ** (above / below);
}

/**
 * The index of a luminance (PS3.14 equation 2).
 * @param {number} luminance in cd/m², 0.05 to 3993
 * @returns {number}
 */
export function indexOf(luminance) {
  const x = Math.log10(luminance);
  const factors = [71.498068, 94.593053, 41.912053, 9.8247004, 0.28175407, -1.1878455, -0.18014349, 0.14710899, -0.017046845];
  return factors.reduceRight((sum, factor) => sum * x + factor, 0);
}

/** The grey levels that are measured: 18, evenly spaced (TG18-LN). */
export const LEVELS = Array.from({ length: 18 }, (_, index) => index * 15);

/**
 * What a display with this black and white should show at each level.
 * @param {number} black cd/m², the room's light included
 * @param {number} white
 * @returns {number[]}
 */
export function expected(black, white) {
  const first = indexOf(black);
  const last = indexOf(white);
  return LEVELS.map((level) => luminanceOf(first + ((last - first) * level) / 255));
}

/**
 * @typedef {object} Verdict
 * @property {number[]} deviations of contrast between neighbouring levels from the standard's, as a share
 * @property {number} largest
 * @property {number} ratio white by black
 * @property {'diagnostic' | 'viewing' | 'poor'} grade
 */

/**
 * @param {number[]} measured cd/m² at each of LEVELS
 * @returns {Verdict | null} null when they are not rising luminances within the standard's range
 */
export function judge(measured) {
  if (measured.length !== LEVELS.length || measured.some((value) => !(value >= 0.05 && value <= 4000))) return null;
  if (measured.some((value, index) => index > 0 && value < measured[index - 1])) return null;
  const white = measured[measured.length - 1];
  if (!(white > measured[0])) return null;
  const standard = expected(measured[0], white);
  const contrast = (/** @type {number[]} */ values, /** @type {number} */ index) => (
    (2 * (values[index + 1] - values[index])) / (values[index + 1] + values[index]));
  const deviations = measured.slice(1).map((_, index) => contrast(measured, index) / contrast(standard, index) - 1);
  const largest = Math.max(...deviations.map(Math.abs));
  const ratio = white / measured[0];
  const grade = largest <= DIAGNOSTIC_LIMIT && ratio >= 250 ? 'diagnostic' : largest <= VIEWING_LIMIT && ratio >= 100 ? 'viewing' : 'poor';
  return { deviations, largest, ratio, grade };
}
