// What an image says about the size of its pixels.

import { Tag, number, numbers, text } from './dataset.js';

/**
 * @typedef {import('./dataset.js').DataSet} DataSet
 * @typedef {import('../viewer/measure/physical.js').Spacing} Spacing
 * @typedef {import('../viewer/measure/physical.js').Region} Region
 */

const CALIBRATION_TYPE = '00280A02';
const MAGNIFICATION = '00181114';
const SCANNED_SPACING = '00182010';
const REGIONS = '00186011';
/** Of a region (PS3.3 C.8.5.5.1): flags, bounds, units and sizes of a pixel. */
const Region = {
  Flags: '00186016', MinX0: '00186018', MinY0: '0018601A', MaxX1: '0018601C', MaxY1: '0018601E', UnitsX: '00186024', UnitsY: '00186026',
  DeltaX: '0018602C', DeltaY: '0018602E',
};

/** @param {number[]} values @returns {number[] | null} */
function pair(values) {
  return values.length === 2 ? values : null;
}

/**
 * @param {DataSet} data
 * @param {DataSet} measures the frame's own pixel measures, or `data` again
 * @returns {Spacing}
 */
export function spacingOf(data, measures) {
  /** @type {DataSet[]} */
  const regions = data[REGIONS]?.Value ?? [];
  return {
    modality: text(data, Tag.Modality),
    pixel: pair(numbers(measures, Tag.PixelSpacing)) ?? pair(numbers(data, Tag.PixelSpacing)),
    imager: pair(numbers(data, Tag.ImagerPixelSpacing)),
    scanned: pair(numbers(data, SCANNED_SPACING)),
    calibrationType: text(data, CALIBRATION_TYPE),
    magnification: number(data, MAGNIFICATION),
    regions: regions.map(regionOf),
  };
}

/** @param {DataSet} item @returns {Region} */
function regionOf(item) {
  return {
    left: number(item, Region.MinX0) ?? 0, top: number(item, Region.MinY0) ?? 0,
    right: number(item, Region.MaxX1) ?? -1, bottom: number(item, Region.MaxY1) ?? -1,
    unitX: number(item, Region.UnitsX) ?? 0, unitY: number(item, Region.UnitsY) ?? 0,
    deltaX: number(item, Region.DeltaX) ?? 0, deltaY: number(item, Region.DeltaY) ?? 0,
    isFront: ((number(item, Region.Flags) ?? 0) & 1) === 1,
  };
}
