// What one pixel is in the patient: from the image's own words, an ultrasound region, or the reader's calibration.

/**
 * @typedef {import('../../dicomweb/image.js').Frame} Frame
 * @typedef {{column: number, row: number}} Point continuous, (0, 0) the top left corner of the first pixel
 *
 * @typedef {object} Region one of an ultrasound image's areas (PS3.3 C.8.5.5), bounds in whole pixels, inclusive
 * @property {number} left
 * @property {number} top
 * @property {number} right
 * @property {number} bottom
 * @property {number} unitX code of (0018,6024)
 * @property {number} unitY
 * @property {number} deltaX physical units per column
 * @property {number} deltaY
 * @property {boolean} isFront drawn over what it overlaps
 *
 * @typedef {object} Spacing what an image says about sizes; pairs are rows first, columns second, in mm
 * @property {string} modality
 * @property {number[] | null} pixel (0028,0030)
 * @property {number[] | null} imager (0018,1164): at the detector, not in the patient
 * @property {number[] | null} scanned (0018,2010): on the paper or film
 * @property {string} calibrationType (0028,0A02): GEOMETRY, FIDUCIAL or ''
 * @property {number | null} magnification (0018,1114)
 * @property {Region[]} regions
 *
 * @typedef {'patient' | 'corrected' | 'estimated' | 'detector' | 'scanned' | 'calibrated' | 'region' | 'none'} Basis
 *
 * @typedef {object} Scale
 * @property {Basis} basis
 * @property {number} column of `unitX`, per column
 * @property {number} row of `unitY`, per row
 * @property {string} unitX UCUM: mm, s, Hz …; {pixels} where nothing is known
 * @property {string} unitY
 */

export const PIXELS = '{pixels}';

/** Images of a shadow: what lies nearer to the tube is drawn larger. */
const PROJECTIONS = ['CR', 'DX', 'DR', 'MG', 'RF', 'XA', 'PX', 'IO', 'RG'];

/** Codes of (0018,6024) that this viewer can say, and by what they are multiplied to be said in that unit. */
const REGION_UNITS = /** @type {{[code: number]: [string, number]}} */ ({
  3: ['mm', 10], 4: ['s', 1], 5: ['Hz', 1], 7: ['cm/s', 1],
});

/** @type {Scale} */
const UNKNOWN = { basis: 'none', column: 1, row: 1, unitX: PIXELS, unitY: PIXELS };

/** @param {number[] | null} pair @returns {pair is number[]} */
function isUsable(pair) {
  return pair !== null && pair.length === 2 && pair.every((value) => Number.isFinite(value) && value > 0);
}

/** @param {Basis} basis @param {number[]} pair @param {number} [divisor] @returns {Scale} */
function millimetres(basis, pair, divisor = 1) {
  return { basis, column: pair[1] / divisor, row: pair[0] / divisor, unitX: 'mm', unitY: 'mm' };
}

/**
 * What the whole image says, ultrasound regions aside (PS3.3 10.7.1.3).
 * @param {Spacing} spacing
 * @returns {Scale}
 */
export function imageScale(spacing) {
  const { pixel, imager, scanned, calibrationType, magnification } = spacing;
  if (isUsable(pixel)) {
    if (calibrationType === 'FIDUCIAL') return millimetres('calibrated', pixel);
    if (calibrationType === 'GEOMETRY') return millimetres('corrected', pixel);
    const isAtDetector = isUsable(imager)
      ? pixel.every((value, index) => Math.abs(value - imager[index]) <= 1e-6 * value) : PROJECTIONS.includes(spacing.modality);
    if (!isAtDetector) return millimetres(isUsable(imager) ? 'corrected' : 'patient', pixel);
    return atDetector(pixel, magnification);
  }
  if (isUsable(imager)) return atDetector(imager, magnification);
  if (isUsable(scanned)) return millimetres('scanned', scanned);
  return UNKNOWN;
}

/** @param {number[]} pair @param {number | null} magnification @returns {Scale} */
function atDetector(pair, magnification) {
  if (magnification !== null && magnification > 1) return millimetres('estimated', pair, magnification);
  return millimetres('detector', pair);
}

/**
 * The scale that holds for all of these points. In an ultrasound image with regions that is one region's, and where the points
 * are in none, or not in the same, nothing is known.
 * @param {Spacing} spacing
 * @param {Point[]} points
 * @param {number | null} [calibration] the reader's own factor on the image's scale, from a line of known length
 * @returns {Scale}
 */
export function scaleFor(spacing, points, calibration = null) {
  if (calibration !== null) {
    const base = imageScale(spacing);
    return millimetres('calibrated', [base.row * calibration, base.column * calibration]);
  }
  if (spacing.regions.length === 0) return imageScale(spacing);
  const holding = spacing.regions.filter((region) => points.every((point) => contains(region, point)));
  holding.sort((a, b) => Number(b.isFront) - Number(a.isFront) || area(a) - area(b));
  for (const region of holding) {
    const x = REGION_UNITS[region.unitX];
    const y = REGION_UNITS[region.unitY];
    if (!x || !y || !(region.deltaX !== 0) || !(region.deltaY !== 0)) continue;
    return {
      basis: 'region', column: Math.abs(region.deltaX) * x[1], row: Math.abs(region.deltaY) * y[1], unitX: x[0], unitY: y[0],
    };
  }
  return UNKNOWN;
}

/** @param {Region} region @param {Point} point */
function contains(region, point) {
  return point.column >= region.left && point.column <= region.right + 1
    && point.row >= region.top && point.row <= region.bottom + 1;
}

/** @param {Region} region */
function area(region) {
  return (region.right - region.left + 1) * (region.bottom - region.top + 1);
}

/**
 * Whether lengths and angles in any direction make sense: both axes say the same unit.
 * @param {Scale} scale
 */
export function isMetric(scale) {
  return scale.unitX === scale.unitY;
}

/**
 * The factor on an image's own scale that makes a line as long as it is known to be; null for a line without length.
 * @param {Spacing} spacing
 * @param {Point} from
 * @param {Point} to
 * @param {number} known mm
 * @returns {number | null}
 */
export function calibrationFactor(spacing, from, to, known) {
  const base = imageScale(spacing);
  const measured = Math.hypot((to.column - from.column) * base.column, (to.row - from.row) * base.row);
  return measured > 0 && known > 0 ? known / measured : null;
}

/**
 * What a frame says about sizes; a computed one says its spacing only, and that is the patient's.
 * @param {Frame} frame
 * @returns {Spacing}
 */
export function spacingOfFrame(frame) {
  return frame.measuring ?? {
    modality: '', pixel: frame.spacing, imager: null, scanned: null, calibrationType: '', magnification: null, regions: [],
  };
}
