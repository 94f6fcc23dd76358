// What an object says of how it is to be seen: tables, overlays, shutters, time, and what it is worth.

import { Tag, functionalGroup, number, numbers, text } from './dataset.js';
import { paletteOf, tablesOf } from './lookup.js';
import { overlaysOf } from './overlay-planes.js';
import { shutterOf } from './shutter.js';

/**
 * @typedef {import('./dataset.js').DataSet} DataSet
 *
 * @typedef {object} Look the same for all frames of an object
 * @property {import('./lookup.js').LookupTable | null} modalityTable instead of slope and intercept
 * @property {import('./lookup.js').LookupTable[]} voiTables
 * @property {import('./lookup.js').Palette | null} palette
 * @property {boolean} isPartlyColoured grey, and coloured from the palette's first input on (PS3.3 C.7.6.19)
 * @property {import('./overlay-planes.js').OverlayPlane[]} overlays
 * @property {import('./shutter.js').Shutter | null} shutter
 * @property {string} modality
 * @property {string[]} imageType
 * @property {string} lossiness method and ratio, as written; '' when it has none
 * @property {boolean} isBurnedIn says that words identifying the patient are in the pixels (0028,0301)
 * @property {string[]} patientOrientation of rows and columns (0020,0020), for images without a place in space
 * @property {string} laterality
 * @property {string} body part examined
 * @property {string} patient name, ID and birth date, to tell patients apart
 * @property {FrameTimes} times
 *
 * @typedef {object} FrameTimes
 * @property {number | null} rate recommended frames a second (0008,2144), or cine rate (0018,0040)
 * @property {number | null} interval ms between frames (0018,1063)
 * @property {number[]} intervals ms before each frame (0018,1065); empty when there are none
 */

/**
 * @param {DataSet} data
 * @param {import('./image.js').PixelFormat} format
 * @returns {Look}
 */
export function lookOf(data, format) {
  const values = number(data, Tag.RescaleIntercept) ?? 0;
  const presentation = text(data, Tag.PixelPresentation) || text(functionalGroup(data, 1, Tag.CTFrameType) ?? {}, Tag.PixelPresentation)
    || text(functionalGroup(data, 1, Tag.MRFrameType) ?? {}, Tag.PixelPresentation);
  const palette = format.samples === 1 ? paletteOf(data, format.signed) : null;
  return {
    modalityTable: tablesOf(data, Tag.ModalityLUTSequence, format.signed)[0] ?? null,
    voiTables: tablesOf(data, Tag.VOILUTSequence, format.signed || values < 0),
    palette,
    isPartlyColoured: palette !== null && format.photometric === 'MONOCHROME2' && /^(COLOR|MIXED)/.test(presentation),
    overlays: overlaysOf(data),
    shutter: shutterOf(data),
    modality: text(data, Tag.Modality),
    imageType: (data[Tag.ImageType]?.Value ?? []).map(String),
    lossiness: lossiness(data),
    isBurnedIn: text(data, Tag.BurnedInAnnotation).trim().toUpperCase() === 'YES',
    patientOrientation: (data[Tag.PatientOrientation]?.Value ?? []).map(String),
    laterality: text(data, Tag.ImageLaterality) || text(data, Tag.Laterality),
    body: text(data, Tag.BodyPartExamined),
    patient: [text(data, Tag.PatientName), text(data, Tag.PatientID), text(data, Tag.PatientBirthDate)].join('^^'),
    times: {
      rate: positive(number(data, Tag.RecommendedDisplayFrameRate)) ?? positive(number(data, Tag.CineRate)),
      interval: positive(number(data, Tag.FrameTime)),
      intervals: numbers(data, Tag.FrameTimeVector),
    },
  };
}

/** @param {number | null} value @returns {number | null} */
function positive(value) {
  return value !== null && value > 0 ? value : null;
}

/** @param {DataSet} data @returns {string} "JPEG 12:1" */
function lossiness(data) {
  if (text(data, Tag.LossyImageCompression) !== '01') return '';
  const ratio = numbers(data, Tag.LossyImageCompressionRatio);
  const methods = { ISO_10918_1: 'JPEG', ISO_14495_1: 'JPEG-LS', ISO_15444_1: 'JPEG 2000', ISO_13818_2: 'MPEG-2', ISO_14496_10: 'H.264' };
  const method = text(data, Tag.LossyImageCompressionMethod);
  const name = /** @type {{[code: string]: string}} */ (methods)[method] ?? method;
  const last = ratio[ratio.length - 1];
  return [name, last > 1 ? `${Math.round(last * 10) / 10}:1` : ''].filter(Boolean).join(' ');
}
