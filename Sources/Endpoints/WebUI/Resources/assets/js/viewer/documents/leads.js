// The names of ECG leads (PS3.16 CID 3001: MDC and SCP-ECG).

import { text } from '../../dicomweb/dataset.js';
import { Doc } from './tags.js';

/** The twelve, in the order of their columns. */
export const LEADS = Object.freeze(['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6']);

/** The number that ends both MDC ("2:61") and SCP-ECG ("5.6.3-9-61") codes. */
const BY_NUMBER = new Map([
  [1, 'I'], [2, 'II'], [3, 'V1'], [4, 'V2'], [5, 'V3'], [6, 'V4'], [7, 'V5'], [8, 'V6'], [9, 'V7'], [10, 'V2R'], [11, 'V3R'],
  [12, 'V4R'], [13, 'V5R'], [14, 'V6R'], [15, 'V7R'], [16, 'X'], [17, 'Y'], [18, 'Z'], [61, 'III'], [62, 'aVR'], [63, 'aVL'],
  [64, 'aVF'], [65, '-aVR'], [66, 'V8'], [67, 'V9'], [68, 'V8R'], [69, 'V9R'],
]);

/**
 * @param {import('../../dicomweb/dataset.js').DataSet} source a code: Channel Source Sequence (003A,0208)
 * @param {string} label (003A,0203)
 * @returns {string} '' when nothing names it
 */
export function leadName(source, label) {
  const scheme = text(source, Doc.CodingScheme);
  const code = /^(?:2:|5\.6\.3-9-)(\d+)$/.exec(text(source, Doc.CodeValue));
  if (code && (scheme === 'MDC' || scheme.startsWith('SCPECG'))) {
    const name = BY_NUMBER.get(Number(code[1]));
    if (name) return name;
  }
  const meaning = text(source, Doc.CodeMeaning) || label;
  const plain = meaning.replace(/\s*\(.*\)\s*$/, '').replace(/^(?:ECG\s+)?lead[\s_-]*/i, '').trim();
  const known = [...BY_NUMBER.values()].find((name) => name.toLowerCase() === plain.toLowerCase());
  return known ?? (meaning || label);
}
