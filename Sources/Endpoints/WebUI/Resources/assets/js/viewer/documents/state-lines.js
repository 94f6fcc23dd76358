// What a presentation state asks for, as lines: it is listed, and changes no image here (PS3.3 A.33).

import { number, numbers, text } from '../../dicomweb/dataset.js';
import { Doc } from './tags.js';
import { items } from './waveform.js';
import { writtenDateTime } from './written-time.js';

/**
 * @typedef {import('../../dicomweb/dataset.js').DataSet} DataSet
 * @typedef {{key: string, values: {[place: string]: string | number}}} Wording a key of the catalogue
 */

/**
 * @param {DataSet} data
 */
export function stateOf(data) {
  /** @type {Wording[]} */
  const wordings = [];
  if (items(data, Doc.ModalityLUT).length > 0) wordings.push({ key: 'state.modalityLUT', values: {} });
  if (items(data, Doc.PresentationLUT).length > 0) wordings.push({ key: 'state.presentationLUT', values: {} });
  for (const voi of items(data, Doc.SoftcopyVOI)) {
    const [center, width] = [number(voi, Doc.WindowCenter), number(voi, Doc.WindowWidth)];
    if (center !== null && width !== null) wordings.push({ key: 'state.window', values: { center, width } });
    if (items(voi, Doc.VOILUT).length > 0) wordings.push({ key: 'state.lut', values: {} });
  }
  const rotation = number(data, Doc.Rotation) ?? 0;
  if (rotation !== 0) wordings.push({ key: 'state.rotation', values: { degrees: rotation } });
  if (text(data, Doc.HorizontalFlip) === 'Y') wordings.push({ key: 'state.flip', values: {} });
  if (text(data, Doc.ShutterShape)) wordings.push({ key: 'state.shutter', values: {} });
  const annotations = items(data, Doc.GraphicAnnotations);
  const figures = annotations.reduce((sum, each) => sum + items(each, Doc.GraphicObjects).length, 0);
  if (figures > 0) wordings.push({ key: 'state.graphics', values: { count: figures } });
  return {
    label: [text(data, Doc.ContentLabel), text(data, Doc.ContentDescription)].filter(Boolean).join(' · '),
    creator: text(data, Doc.ContentCreator).replace(/\^+/g, ' ').trim(),
    made: writtenDateTime(text(data, Doc.PresentationDate) + text(data, Doc.PresentationTime)),
    wordings,
    texts: annotations.flatMap((each) => items(each, Doc.TextObjects).map((object) => text(object, Doc.UnformattedText)).filter(Boolean)),
    images: items(data, Doc.ReferencedSeries).flatMap((series) => items(series, Doc.ReferencedImages).map((image) => ({
      instance: text(image, Doc.ReferencedSOPInstanceUID), frames: numbers(image, Doc.ReferencedFrameNumber),
    }))),
  };
}
