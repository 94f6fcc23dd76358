// A 12-bit CT frame of 2 × 2 pixels, or what a test makes of it.

import { framesOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/dicomweb/image.js';

/** @param {object} [changes] DICOM JSON elements by tag */
export function frame(changes = {}) {
  const us = (/** @type {number} */ value) => ({ vr: 'US', Value: [value] });
  return framesOf({
    '00280010': us(2), '00280011': us(2), '00280100': us(16), '00280101': us(12), '00280102': us(11), '00280103': us(0),
    '00280004': { vr: 'CS', Value: ['MONOCHROME2'] }, '00281052': { vr: 'DS', Value: [-1024] },
    '00281053': { vr: 'DS', Value: [1] }, ...changes,
  })[0];
}
