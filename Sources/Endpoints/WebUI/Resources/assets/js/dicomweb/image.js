// What the viewer must know about one frame to sort, decode and draw it.

import { Tag, functionalGroup, number, numbers, text } from './dataset.js';
import { lookOf } from './look.js';
import { spacingOf } from './spacing.js';
import { factsOf } from '../viewer/hanging/facts.js';

/**
 * @typedef {import('./dataset.js').DataSet} DataSet
 *
 * @typedef {object} PixelFormat
 * @property {number} rows
 * @property {number} columns
 * @property {number} samples 1 or 3
 * @property {string} photometric
 * @property {number} planar 0: colour by pixel, 1: colour by plane
 * @property {number} bitsAllocated
 * @property {number} bitsStored
 * @property {number} highBit
 * @property {boolean} signed
 *
 * @typedef {object} Window
 * @property {number} center
 * @property {number} width
 * @property {string} [name]
 * @property {import('./lookup.js').LookupTable} [table] a VOI LUT instead; centre and width are its inputs' then
 *
 * @typedef {object} Frame
 * @property {string} instance SOP Instance UID
 * @property {number} number from 1
 * @property {number} frameCount frames in its instance
 * @property {number} instanceNumber
 * @property {PixelFormat} format
 * @property {number} slope
 * @property {number} intercept
 * @property {string} unit e.g. HU; '' when unknown
 * @property {Window[]} windows those the image brings along
 * @property {'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID'} voiFunction
 * @property {boolean} inverse drawn with the smallest value white
 * @property {number | null} padding
 * @property {number[] | null} position (0020,0032) in mm
 * @property {number[] | null} orientation (0020,0037)
 * @property {number[] | null} spacing between rows, between columns, in mm
 * @property {import('./look.js').Look} [look] tables, overlays, shutters, times, marks
 * @property {import('../viewer/hanging/facts.js').SeriesFacts} [facts] how its series was taken
 * @property {number[] | null} [aspect] the pixel's height and width (0028,0034); the spacing's when absent
 * @property {boolean} [derived] computed from other images
 * @property {string} [label] what a computed frame is: "MPR", "MIP 10 mm"
 * @property {number | null} sliceLocation
 * @property {number | null} thickness
 * @property {string} frameOfReference '' when unknown
 * @property {boolean} lossy
 * @property {string} transferSyntax as stored; '' when unknown
 * @property {import('../viewer/measure/physical.js').Spacing} [measuring] what it says about sizes
 */

/** More than any object has; one that says so must not fill the reader's memory. */
const MOST_FRAMES = 65536;

/** @param {DataSet} data @param {DataSet | null} group @returns {Window[]} */
function windowsOf(data, group) {
  const source = group && group[Tag.WindowCenter] ? group : data;
  const centers = numbers(source, Tag.WindowCenter);
  const widths = numbers(source, Tag.WindowWidth);
  const names = source[Tag.WindowExplanation]?.Value ?? [];
  return centers
    .map((center, index) => ({ center, width: widths[index], name: names[index] ? String(names[index]) : '' }))
    .filter((window) => window.width >= 1 || (window.width > 0 && text(source, Tag.VOILUTFunction) !== ''));
}

/** @param {import('./look.js').Look} look @returns {Window[]} its VOI LUTs, as windows over their inputs */
function tableWindows(look) {
  return look.voiTables.map((table) => ({
    center: table.first + table.entries.length / 2, width: table.entries.length, name: table.name, table,
  }));
}

/** @param {DataSet} data @returns {PixelFormat} */
function formatOf(data) {
  const bitsAllocated = number(data, Tag.BitsAllocated) ?? 16;
  const bitsStored = number(data, Tag.BitsStored) ?? bitsAllocated;
  return {
    rows: number(data, Tag.Rows) ?? 0,
    columns: number(data, Tag.Columns) ?? 0,
    samples: number(data, Tag.SamplesPerPixel) ?? 1,
    photometric: text(data, Tag.PhotometricInterpretation).trim().toUpperCase() || 'MONOCHROME2',
    planar: number(data, Tag.PlanarConfiguration) ?? 0,
    bitsAllocated,
    bitsStored,
    highBit: number(data, Tag.HighBit) ?? bitsStored - 1,
    signed: number(data, Tag.PixelRepresentation) === 1,
  };
}

/**
 * The UID that the server knows an object by. One that is none by the standard (too long) is not it: the address of its pixels is.
 * @param {DataSet} data
 * @returns {string}
 */
function instanceOf(data) {
  const uid = text(data, Tag.SOPInstanceUID);
  const known = uid.length > 64 ? /\/instances\/([\d.]+)\//.exec(data[Tag.PixelData]?.BulkDataURI ?? '') : null;
  return known ? known[1] : uid;
}

/** @param {number[]} values @param {number} count @returns {number[] | null} */
function exactly(values, count) {
  return values.length === count ? values : null;
}

/**
 * The frames of an instance, in their own order; none when it has no pixels to show.
 * @param {DataSet} data
 * @returns {Frame[]}
 */
export function framesOf(data) {
  const format = formatOf(data);
  if (format.rows === 0 || format.columns === 0) return [];
  const count = Math.min(MOST_FRAMES, Math.max(1, number(data, Tag.NumberOfFrames) ?? 1));
  const shape = text(data, Tag.PresentationLUTShape);
  const look = lookOf(data, format);
  const facts = factsOf(data);
  /** @type {Frame[]} */
  const frames = [];
  for (let index = 1; index <= count; index += 1) {
    const voi = functionalGroup(data, index, Tag.FrameVOILUT);
    const values = functionalGroup(data, index, Tag.PixelValueTransformation) ?? data;
    const position = functionalGroup(data, index, Tag.PlanePosition) ?? data;
    const orientation = functionalGroup(data, index, Tag.PlaneOrientation) ?? data;
    const measures = functionalGroup(data, index, Tag.PixelMeasures) ?? data;
    const voiFunction = text(voi ?? data, Tag.VOILUTFunction);
    frames.push({
      instance: instanceOf(data),
      number: index,
      frameCount: count,
      instanceNumber: number(data, Tag.InstanceNumber) ?? 0,
      format,
      slope: number(values, Tag.RescaleSlope) || 1,
      intercept: number(values, Tag.RescaleIntercept) ?? 0,
      unit: text(values, Tag.RescaleType) || (text(data, Tag.Modality) === 'CT' ? 'HU' : ''),
      windows: [...tableWindows(look), ...windowsOf(data, voi)],
      look,
      facts,
      aspect: exactly(numbers(data, Tag.PixelAspectRatio), 2),
      voiFunction: voiFunction === 'SIGMOID' || voiFunction === 'LINEAR_EXACT' ? voiFunction : 'LINEAR',
      inverse: (format.photometric === 'MONOCHROME1') !== (shape === 'INVERSE' && format.photometric !== 'MONOCHROME1'),
      padding: number(data, Tag.PixelPaddingValue),
      position: exactly(numbers(position, Tag.ImagePositionPatient), 3),
      orientation: exactly(numbers(orientation, Tag.ImageOrientationPatient), 6),
      spacing: exactly(numbers(measures, Tag.PixelSpacing), 2)
        ?? exactly(numbers(data, Tag.PixelSpacing), 2)
        ?? exactly(numbers(data, Tag.ImagerPixelSpacing), 2),
      sliceLocation: number(data, Tag.SliceLocation),
      thickness: number(measures, Tag.SliceThickness),
      frameOfReference: text(data, Tag.FrameOfReferenceUID),
      lossy: text(data, Tag.LossyImageCompression) === '01',
      transferSyntax: text(data, Tag.AvailableTransferSyntaxUID),
      measuring: spacingOf(data, measures),
    });
  }
  return frames;
}
