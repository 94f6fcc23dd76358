// What a series without a plain image is, by its SOP class (PS3.4 B.5).

/** @typedef {'waveform' | 'pdf' | 'cda' | 'model' | 'report' | 'keys' | 'state' | 'other'} Kind */

const WAVEFORMS = '1.2.840.10008.5.1.4.1.1.9.';
const ENCAPSULATED = '1.2.840.10008.5.1.4.1.1.104.';
const REPORTS = '1.2.840.10008.5.1.4.1.1.88.';
const STATES = '1.2.840.10008.5.1.4.1.1.11.';

/**
 * @param {string} sopClass
 * @returns {Kind}
 */
export function kindOf(sopClass) {
  if (sopClass === `${REPORTS}59`) return 'keys';
  if (sopClass.startsWith(REPORTS)) return 'report';
  if (sopClass.startsWith(WAVEFORMS)) return 'waveform';
  if (sopClass.startsWith(STATES)) return 'state';
  if (sopClass === `${ENCAPSULATED}1`) return 'pdf';
  if (sopClass === `${ENCAPSULATED}2`) return 'cda';
  return sopClass.startsWith(ENCAPSULATED) ? 'model' : 'other';
}

/** Waveforms that people call by a name of their own. */
const NAMED = new Map([
  [`${WAVEFORMS}1.1`, 'ecg12'], [`${WAVEFORMS}1.2`, 'ecg'], [`${WAVEFORMS}1.3`, 'ambulatory'], [`${WAVEFORMS}1.4`, 'ecg'],
  [`${WAVEFORMS}2.1`, 'hemodynamic'], [`${WAVEFORMS}3.1`, 'electrophysiology'], [`${WAVEFORMS}4.1`, 'audio'], [`${WAVEFORMS}4.2`, 'audio'],
  [`${WAVEFORMS}5.1`, 'pulse'], [`${WAVEFORMS}6.1`, 'respiration'], [`${WAVEFORMS}6.2`, 'respiration'], [`${WAVEFORMS}7.1`, 'eeg'],
  [`${WAVEFORMS}7.2`, 'emg'], [`${REPORTS}67`, 'dose'], [`${REPORTS}68`, 'dose'],
]);

/** @param {string} sopClass @returns {string} a key of the string catalogue */
export function nameOf(sopClass) {
  return `document.kind.${NAMED.get(sopClass) ?? kindOf(sopClass)}`;
}
