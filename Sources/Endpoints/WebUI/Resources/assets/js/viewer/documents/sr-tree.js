// A structured report's content tree as lines to read (PS3.3 C.17.3).

import { numbers, text } from '../../dicomweb/dataset.js';
import { Doc } from './tags.js';
import { unitText } from './units.js';
import { items } from './waveform.js';
import { writtenDate, writtenDateTime, writtenTime } from './written-time.js';

/**
 * @typedef {import('../../dicomweb/dataset.js').DataSet} DataSet
 * @typedef {import('../../dicomweb/dataset.js').Element} Element
 *
 * @typedef {object} Reference
 * @property {'IMAGE' | 'WAVEFORM' | 'COMPOSITE'} kind
 * @property {string} instance
 * @property {number[]} frames from 1; none: the whole of it
 * @property {string} sopClass
 *
 * @typedef {object} Line
 * @property {number} depth
 * @property {string} place as references by identifier name it, e.g. "1.3.2"
 * @property {string} kind value type
 * @property {boolean} isContext says how, who or where, rather than what
 * @property {string} label the concept's name
 * @property {string} value
 * @property {string} detail what modifies it: derivation, site, …
 * @property {Reference[]} references
 * @property {Element | null} far a value that is fetched by itself
 */

/** No report is deeper or longer than a person could read; a hostile one is cut here. */
const DEEPEST = 60;
const LONGEST = 20000;
/** What modifies the item above it, and is said in its line. */
const MODIFIERS = ['HAS CONCEPT MOD'];

/** @param {DataSet | undefined} code @returns {string} */
export function meaningOf(code) {
  if (!code) return '';
  return text(code, Doc.CodeMeaning) || text(code, Doc.CodeValue) || text(code, Doc.LongCodeValue) || text(code, Doc.URNCodeValue);
}

/** @param {DataSet} item @returns {string} */
function measured(item) {
  const values = items(item, Doc.MeasuredValue).map((value) => {
    const units = items(value, Doc.Units)[0];
    return [(value[Doc.NumericValue]?.Value ?? []).join('\\'), units ? unitText(units) : ''].filter(Boolean).join(' ');
  });
  const qualifier = meaningOf(items(item, Doc.NumericQualifier)[0]);
  return [values.join(', '), qualifier ? `(${qualifier})` : ''].filter(Boolean).join(' ');
}

/** @param {DataSet} item @returns {string} */
function graphic(item) {
  const type = text(item, Doc.GraphicType);
  const data = numbers(item, Doc.GraphicData);
  const points = data.length > 8 ? `${data.slice(0, 8).map(short).join(', ')}, …` : data.map(short).join(', ');
  return `${type}${points ? ` (${points})` : ''}`;
}

/** @param {number} value */
function short(value) {
  return String(Math.round(value * 100) / 100);
}

/** @param {DataSet} item @param {string} kind @returns {string} */
function valueOf(item, kind) {
  switch (kind) {
    case 'TEXT': return text(item, Doc.TextValue);
    case 'NUM': return measured(item);
    case 'CODE': return meaningOf(items(item, Doc.ConceptCode)[0]);
    case 'DATETIME': return writtenDateTime(text(item, Doc.DateTime));
    case 'DATE': return writtenDate(text(item, Doc.Date));
    case 'TIME': return writtenTime(text(item, Doc.Time));
    case 'PNAME': return text(item, Doc.PersonName).replace(/\^+/g, ' ').trim();
    case 'UIDREF': return text(item, Doc.UID);
    case 'SCOORD': case 'SCOORD3D': return graphic(item);
    case 'TCOORD': return text(item, Doc.TemporalRangeType);
    default: return '';
  }
}

/** @param {DataSet} item @param {string} kind @returns {Reference[]} */
function referencesOf(item, kind) {
  if (kind !== 'IMAGE' && kind !== 'WAVEFORM' && kind !== 'COMPOSITE') return [];
  return items(item, Doc.ReferencedSOP).map((reference) => ({
    kind, instance: text(reference, Doc.ReferencedSOPInstanceUID), frames: numbers(reference, Doc.ReferencedFrameNumber),
    sopClass: text(reference, Doc.ReferencedSOPClassUID),
  }));
}

/**
 * The lines below the title.
 * @param {DataSet} root
 * @returns {{lines: Line[], isCut: boolean}}
 */
export function linesOf(root) {
  /** @type {Line[]} */
  const lines = [];
  let isCut = false;
  /** @param {DataSet} parent @param {number} depth @param {string} place */
  const descend = (parent, depth, place) => {
    items(parent, Doc.ContentSequence).forEach((item, index) => {
      if (depth > DEEPEST || lines.length >= LONGEST) {
        isCut = true;
        return;
      }
      const relationship = text(item, Doc.Relationship);
      if (depth > 0 && MODIFIERS.includes(relationship) && items(item, Doc.ContentSequence).length === 0) return;
      const here = `${place}.${index + 1}`;
      const line = lineOf(item, depth, here, relationship);
      lines.push(line);
      descend(item, depth + 1, here);
    });
  };
  descend(root, 0, '1');
  return { lines, isCut };
}

/** @param {DataSet} item @param {number} depth @param {string} place @param {string} relationship @returns {Line} */
function lineOf(item, depth, place, relationship) {
  const kind = text(item, Doc.ValueType);
  const target = numbers(item, Doc.ItemIdentifier);
  const modifiers = items(item, Doc.ContentSequence)
    .filter((child) => MODIFIERS.includes(text(child, Doc.Relationship)) && items(child, Doc.ContentSequence).length === 0)
    .map((child) => {
      const [label, value] = [meaningOf(items(child, Doc.ConceptName)[0]), valueOf(child, text(child, Doc.ValueType))];
      return label && value ? `${label}: ${value}` : label || value;
    });
  const written = item[Doc.TextValue];
  return {
    depth, place, kind: kind || 'BY-REFERENCE', isContext: relationship === 'HAS OBS CONTEXT' || relationship === 'HAS ACQ CONTEXT',
    label: meaningOf(items(item, Doc.ConceptName)[0]), value: kind ? valueOf(item, kind) : target.join('.'),
    detail: modifiers.filter(Boolean).join('; '), references: referencesOf(item, kind),
    far: kind === 'TEXT' && written?.BulkDataURI ? written : null,
  };
}

/**
 * What stands above the tree.
 * @param {DataSet} root
 */
export function headOf(root) {
  return {
    title: meaningOf(items(root, Doc.ConceptName)[0]),
    written: writtenDateTime(text(root, Doc.ContentDate) + text(root, Doc.ContentTime)),
    isComplete: text(root, Doc.CompletionFlag) !== 'PARTIAL',
    isVerified: text(root, Doc.VerificationFlag) === 'VERIFIED',
    verifiers: items(root, Doc.Verifiers).map((verifier) => [
      text(verifier, Doc.VerifierName).replace(/\^+/g, ' ').trim(), text(verifier, Doc.VerifierOrganization),
      writtenDateTime(text(verifier, Doc.VerifiedAt))].filter(Boolean).join(' · ')),
    institution: text(root, Doc.InstitutionName),
    device: [text(root, Doc.Manufacturer), text(root, Doc.ModelName)].filter(Boolean).join(' '),
  };
}

/**
 * The whole report as plain text, as it is copied.
 * @param {Line[]} lines
 * @returns {string}
 */
export function plainText(lines) {
  return lines.map(({ depth, label, value, detail, references }) => {
    const refers = references.map(({ instance, frames }) => `${instance}${frames.length > 0 ? `#${frames.join(',')}` : ''}`).join(' ');
    const words = [label, value, refers].filter(Boolean).join(': ');
    return `${'  '.repeat(depth)}${words}${detail ? ` [${detail}]` : ''}`;
  }).join('\n');
}
