// The numbers of a measurement, and how they are said.

import { angle, cobbAngle, distance, ellipseArea, polygonArea } from './geometry.js';
import { isRegion } from './kinds.js';
import { PIXELS, isMetric, scaleFor, spacingOfFrame } from './physical.js';
import { runsInside, runsInsideEllipse, statistics } from './statistics.js';

/**
 * @typedef {import('./physical.js').Scale} Scale
 * @typedef {import('./kinds.js').Measurement} Measurement
 * @typedef {import('./kinds.js').Result} Result
 * @typedef {import('../../dicomweb/image.js').Frame} Frame
 */

const SQUARES = /** @type {{[unit: string]: string}} */ ({ mm: 'mm2', [PIXELS]: '{square_pixels}' });

/**
 * @param {Measurement} measurement
 * @param {Frame} frame
 * @param {Uint8Array | Uint16Array | null} words the frame's stored values; null while they are not here or are colours
 * @param {number | null} calibration the reader's factor for this series
 * @returns {{results: Result[], scale: Scale}}
 */
export function measured(measurement, frame, words, calibration) {
  const { kind, points } = measurement;
  const scale = scaleFor(spacingOfFrame(frame), points, kind === 'calibration' ? null : calibration);
  /** @type {Result[]} */
  const results = [];
  const add = (/** @type {string} */ name, /** @type {number} */ value, /** @type {string} */ unit) => {
    if (Number.isFinite(value)) results.push({ name, value, unit });
  };
  // Where the axes say different things, a slanting length or an angle would be nothing.
  const plane = isMetric(scale) ? scale : { column: 1, row: 1 };
  if (kind === 'length') {
    if (isMetric(scale)) add('length', distance(points[0], points[1], scale), scale.unitX);
    else addComponents(points, scale, add);
  } else if (kind === 'bidirectional' && isMetric(scale)) {
    const [first, second] = [distance(points[0], points[1], scale), distance(points[2], points[3], scale)];
    add('longAxis', Math.max(first, second), scale.unitX);
    add('shortAxis', Math.min(first, second), scale.unitX);
  } else if (kind === 'angle' && isMetric(scale)) add('angle', angle(points, plane), 'deg');
  else if (kind === 'cobb' && isMetric(scale)) add('cobb', cobbAngle(points, plane), 'deg');
  else if (kind === 'calibration') add('length', measurement.known ?? NaN, 'mm');
  else if (kind === 'probe') addValue(measurement, frame, words, add);
  else if (isRegion(kind)) {
    if (isMetric(scale)) add('area', kind === 'ellipse' ? ellipseArea(points, scale) : polygonArea(points, scale), SQUARES[scale.unitX] ?? '1');
    addStatistics(measurement, frame, words, add);
  }
  return { results, scale };
}

/** @typedef {(name: string, value: number, unit: string) => void} Add */

/** @param {import('./physical.js').Point[]} points @param {Scale} scale @param {Add} add */
function addComponents([from, to], scale, add) {
  const names = /** @type {{[unit: string]: string}} */ ({ s: 'time', 'cm/s': 'velocity', mm: 'depth', Hz: 'frequency' });
  add(names[scale.unitX] ?? 'length', Math.abs(to.column - from.column) * scale.column, scale.unitX);
  add(names[scale.unitY] ?? 'length', Math.abs(to.row - from.row) * scale.row, scale.unitY);
}

/** @param {Frame} frame @returns {string} */
export function valueUnit(frame) {
  return frame.unit === 'HU' ? "[hnsf'U]" : '1';
}

/** @param {Measurement} measurement @param {Frame} frame @param {Uint8Array | Uint16Array | null} words @param {Add} add */
function addValue({ points }, frame, words, add) {
  const [column, row] = [Math.floor(points[0].column), Math.floor(points[0].row)];
  const { columns, rows } = frame.format;
  if (!words || column < 0 || row < 0 || column >= columns || row >= rows) return;
  const found = statistics([{ row, from: column, to: column + 1 }], words, { ...frame, padding: null });
  if (found) add('value', found.mean, valueUnit(frame));
}

/** @param {Measurement} measurement @param {Frame} frame @param {Uint8Array | Uint16Array | null} words @param {Add} add */
function addStatistics({ kind, points }, frame, words, add) {
  if (!words) return;
  const { columns, rows } = frame.format;
  const runs = kind === 'ellipse' ? runsInsideEllipse(points, columns, rows) : runsInside(points, columns, rows);
  const found = statistics(runs, words, frame);
  if (!found) return;
  const unit = valueUnit(frame);
  add('mean', found.mean, unit);
  add('deviation', found.deviation, unit);
  add('minimum', found.minimum, unit);
  add('maximum', found.maximum, unit);
}

const SPOKEN = /** @type {{[unit: string]: string}} */ ({
  mm: 'mm', mm2: 'mm²', deg: '°', "[hnsf'U]": 'HU', 1: '', [PIXELS]: 'px', '{square_pixels}': 'px²', s: 's', 'cm/s': 'cm/s', Hz: 'Hz',
});

/**
 * How a unit is written for people.
 * @param {string} unit
 * @returns {string}
 */
export function spokenUnit(unit) {
  return SPOKEN[unit] ?? unit;
}

/**
 * As many digits as can be meant: tenths of a millimetre and of a degree, hundredths of a second.
 * @param {Result} result
 * @returns {string}
 */
export function spokenValue({ name, value, unit }) {
  if (unit === 's') return value.toFixed(3);
  if (unit === "[hnsf'U]" || unit === '1') {
    const isWhole = name === 'minimum' || name === 'maximum' || name === 'value';
    return isWhole && Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) >= 1000 ? 0 : 1);
  }
  if (unit === 'mm2' || unit === '{square_pixels}') return value >= 1000 ? value.toFixed(0) : value.toFixed(1);
  return value.toFixed(1);
}

/** @param {Result} result @returns {string} 12.3 mm */
export function spoken(result) {
  const unit = spokenUnit(result.unit);
  return `${spokenValue(result)}${unit === '' || unit === '°' ? unit : ` ${unit}`}`;
}

/**
 * What millimetres are not as the patient's: those at the detector, and those that somebody reckoned.
 * @param {Scale} scale
 * @param {Measurement} measurement
 * @param {(key: string) => string} t
 * @returns {string[]} none where they are
 */
export function basisWords({ basis }, { kind, results }, t) {
  if (kind === 'calibration' || !results.some(({ unit }) => unit.startsWith('mm'))) return [];
  return ['detector', 'estimated', 'calibrated', 'scanned'].includes(basis) ? [t(`measure.basis.${basis}`)] : [];
}

/**
 * What stands on the image, line by line.
 * @param {Measurement} measurement
 * @param {(key: string) => string} t
 * @returns {string[]}
 */
export function labelLines(measurement, t) {
  const { kind, results, text } = measurement;
  const by = (/** @type {string} */ name) => results.find((result) => result.name === name);
  const lines = text ? text.split('\n') : [];
  const say = (/** @type {string} */ name) => {
    const result = by(name);
    return result ? `${t(`measure.result.${name}`)} ${spoken(result)}` : '';
  };
  if (kind === 'length' || kind === 'angle') lines.push(...results.map((result) => (results.length > 1 ? say(result.name) : spoken(result))));
  else if (kind === 'cobb') lines.push(say('cobb'));
  else if (kind === 'calibration') lines.push(`${t('measure.kind.calibration')} ${results.map(spoken).join('')}`);
  else if (kind === 'probe') lines.push(...results.map(spoken));
  else if (kind === 'bidirectional') {
    const [long, short] = [by('longAxis'), by('shortAxis')];
    if (long && short) lines.push(`${spokenValue(long)} × ${spoken(short)}`);
  } else {
    const mean = by('mean');
    const deviation = by('deviation');
    if (mean && deviation) lines.push(`${t('measure.result.mean')} ${spoken(mean)} ± ${spokenValue(deviation)}`);
    const [low, high] = [by('minimum'), by('maximum')];
    if (low && high) lines.push(`${spokenValue(low)} … ${spoken(high)}`);
    lines.push(say('area'));
  }
  return lines.filter(Boolean);
}
