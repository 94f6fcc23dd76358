// A template's text with its values filled in.

import { BLANK } from './signature.js';

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {'number' | 'choice' | 'text'} kind
 * @property {string} [unit]
 * @property {number} [least]
 * @property {number} [most]
 * @property {string[]} [choices]
 *
 * @typedef {{name: string, source: string, findings: string, impression: string, fields: Field[]}} Template
 * @typedef {{name: string, value: string, number?: number, unit?: string, source?: 'viewer'}} Value what is kept beside the text
 */

/**
 * Why a value can't be: null when it can. An empty one can: it stays open.
 * @param {Field} field
 * @param {string} text
 * @returns {'number' | 'range' | null}
 */
export function fault(field, text) {
  if (field.kind !== 'number' || text.trim() === '') return null;
  const number = Number(text);
  if (!Number.isFinite(number)) return 'number';
  if (field.least !== undefined && number < field.least) return 'range';
  return field.most !== undefined && number > field.most ? 'range' : null;
}

/**
 * How a value reads in the text.
 * @param {Field} field
 * @param {string} text
 * @returns {string}
 */
export function spoken(field, text) {
  const value = text.trim();
  if (value === '') return BLANK;
  if (field.kind !== 'number' || !field.unit) return value;
  return field.unit === '%' ? `${value}%` : `${value} ${field.unit}`;
}

/**
 * @param {string} text
 * @param {Field[]} fields
 * @param {{[name: string]: string}} values
 * @returns {string}
 */
export function filled(text, fields, values) {
  return fields.reduce((result, field) => result.split(`{${field.name}}`).join(spoken(field, values[field.name] ?? '')), text);
}

/**
 * @param {Field[]} fields
 * @param {{[name: string]: string}} values
 * @param {Set<string>} [measured] names of those that were measured in the viewer
 * @returns {Value[]}
 */
export function keptValues(fields, values, measured = new Set()) {
  return fields.filter((field) => (values[field.name] ?? '').trim() !== '').map((field) => {
    const value = values[field.name].trim();
    /** @type {Value} */
    const kept = { name: field.name, value };
    if (field.kind === 'number') {
      kept.number = Number(value);
      if (field.unit) kept.unit = field.unit;
    }
    if (measured.has(field.name)) kept.source = 'viewer';
    return kept;
  });
}

/**
 * Names with every word of a search in them, in their order.
 * @param {Template[]} templates
 * @param {string} search
 * @returns {Template[]}
 */
export function matching(templates, search) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return templates.filter(({ name, impression }) => words.every((word) => `${name} ${impression}`.toLowerCase().includes(word)));
}
