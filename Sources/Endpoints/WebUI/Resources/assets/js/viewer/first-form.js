// In which form a study's first image is asked for: by the page before the viewer is here, and before the study is opened at all.

import { askingFor } from '../dicomweb/client.js';

/** @typedef {import('../dicomweb/client.js').Form} Form */

const KEY = 'jieli.first';

/** Their pixels go out as they are stored: what is fetched here is what the viewer will ask for. */
const GREY = ['CR', 'CT', 'DX', 'MG', 'MR', 'NM', 'PT', 'RF', 'XA'];
/** Images so small that the whole is here before a small picture and then the rest would be. */
const SLICES = ['CT', 'MR', 'NM', 'PT'];

/**
 * @param {string} modality
 * @param {Pick<import('./line.js').Line, 'isThin' | 'isWide'>} line
 * @param {boolean} canInflate
 * @returns {Form | null} null where it is not known before the image's metadata is here
 */
export function formOfFirst(modality, line, canInflate) {
  if (!GREY.includes(modality)) return null;
  if (!canInflate || line.isWide) return 'native';
  return line.isThin && !SLICES.includes(modality) ? 'preview' : 'whole';
}

/**
 * Writes down for the next page of this tab how a first image is asked for (`core/early-image.js`).
 * @param {Pick<import('./line.js').Line, 'isThin' | 'isWide'>} line
 * @param {boolean} canInflate
 * @param {Pick<Storage, 'setItem'>} memory
 */
export function rememberForms(line, canInflate, memory) {
  const forms = GREY.map((modality) => [modality, askingFor(formOfFirst(modality, line, canInflate) ?? 'native')]);
  memory.setItem(KEY, JSON.stringify(Object.fromEntries(forms)));
}
