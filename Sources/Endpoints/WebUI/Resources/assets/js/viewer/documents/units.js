// Units of UCUM as people write them.

import { text } from '../../dicomweb/dataset.js';
import { Doc } from './tags.js';

const WRITTEN = new Map([
  ['1', ''], ['{no units}', ''], ['no units', ''], ['[hnsf\'U]', 'HU'], ['hnsf\'U', 'HU'], ['mm2', 'mm²'], ['cm2', 'cm²'], ['m2', 'm²'],
  ['mm3', 'mm³'], ['cm3', 'cm³'], ['um', 'µm'], ['uV', 'µV'], ['us', 'µs'], ['deg', '°'], ['Cel', '°C'], ['{ratio}', ''],
  ['mm[Hg]', 'mmHg'], ['dGy.cm2', 'dGy·cm²'], ['Gym2', 'Gy·m²'], ['Gy.m2', 'Gy·m²'], ['mGy.cm', 'mGy·cm'], ['mGycm', 'mGy·cm'],
  ['mGy.cm2', 'mGy·cm²'], ['uGy.m2', 'µGy·m²'], ['mA.s', 'mA·s'], ['uA.s', 'µA·s'], ['/min', '/min'], ['{H.B.}/min', '/min'], ['bpm', '/min'],
  ['m/s2', 'm/s²'], ['cm/s2', 'cm/s²'], ['g/ml{SUVbw}', 'g/ml SUVbw'],
]);

/**
 * @param {import('../../dicomweb/dataset.js').DataSet} code Measurement Units Code Sequence item
 * @returns {string}
 */
export function unitText(code) {
  const value = text(code, Doc.CodeValue);
  const known = WRITTEN.get(value);
  if (known !== undefined) return known;
  // A count of things: "{slices}".
  const things = /^\{(.*)\}$/.exec(value);
  if (things) return things[1];
  return text(code, Doc.CodingScheme) === 'UCUM' && value ? value : text(code, Doc.CodeMeaning) || value;
}
