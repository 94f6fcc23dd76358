// What an instance says of how its series was taken.

import { text } from '../../dicomweb/dataset.js';

/**
 * @typedef {object} SeriesFacts
 * @property {string} bodyPart in capitals; '' when unknown
 * @property {string} protocol
 * @property {string} contrastAgent '' without one, or when nothing is said
 * @property {string} view of a radiograph or mammogram: PA, LL, CC, MLO
 * @property {'L' | 'R' | ''} laterality
 * @property {string} patientName
 * @property {string} patientID
 * @property {string} patientSex
 * @property {string} patientAge
 * @property {string} studyDate
 * @property {string} studyTime
 * @property {string} institution
 */

const TAGS = Object.freeze({
  bodyPart: '00180015', protocol: '00181030', contrastAgent: '00180010', view: '00185101', imageLaterality: '00200062',
  laterality: '00200060', patientName: '00100010', patientID: '00100020', patientSex: '00100040', patientAge: '00101010',
  studyDate: '00080020', studyTime: '00080030', institution: '00080080',
});

/** @param {import('../../dicomweb/dataset.js').DataSet} data @returns {SeriesFacts} */
export function factsOf(data) {
  const side = (text(data, TAGS.imageLaterality) || text(data, TAGS.laterality)).trim().toUpperCase();
  return {
    bodyPart: text(data, TAGS.bodyPart).trim().toUpperCase(),
    protocol: text(data, TAGS.protocol).trim(),
    contrastAgent: text(data, TAGS.contrastAgent).trim(),
    view: text(data, TAGS.view).trim().toUpperCase(),
    laterality: side === 'L' || side === 'R' ? side : '',
    patientName: text(data, TAGS.patientName),
    patientID: text(data, TAGS.patientID),
    patientSex: text(data, TAGS.patientSex).trim(),
    patientAge: text(data, TAGS.patientAge).trim(),
    studyDate: text(data, TAGS.studyDate).trim(),
    studyTime: text(data, TAGS.studyTime).trim(),
    institution: text(data, TAGS.institution).trim(),
  };
}
