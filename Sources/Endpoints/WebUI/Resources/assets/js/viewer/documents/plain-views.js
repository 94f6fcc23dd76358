// Presentation states, and objects that have nothing to look at: listed honestly.

import { Tag, text } from '../../dicomweb/dataset.js';
import { t } from '../../core/strings.js';
import { make } from './parts.js';
import { linkTo } from './sr-view.js';
import { stateOf } from './state-lines.js';

/** @typedef {import('./documents.js').Context} Context */

/** @param {HTMLElement} body @param {Context} context */
export function statePage(body, context) {
  const state = stateOf(context.data);
  const paper = make('div', 'report-paper');
  paper.append(make('h2', '', state.label || t('document.kind.state')));
  paper.append(make('p', 'muted', [state.creator, state.made].filter(Boolean).join(' · ')));
  paper.append(make('p', 'document-warning', t('state.notApplied')));
  const list = make('ul', 'state-list');
  for (const { key, values } of state.wordings) list.append(make('li', '', t(key, values)));
  for (const words of state.texts) list.append(make('li', '', `“${words}”`));
  const images = make('div', 'report-tree');
  for (const { instance, frames } of state.images.slice(0, 500)) {
    const row = make('div', 'report-row');
    row.append(linkTo({ instance, frames, kind: 'IMAGE' }, context, false));
    images.append(row);
  }
  paper.append(list, make('h3', '', t('state.images', { count: state.images.length })), images);
  body.append(paper);
}

/** @param {import('../../dicomweb/dataset.js').DataSet} data */
function warningOf(data) {
  const [rows, columns] = [text(data, Tag.Rows), text(data, Tag.Columns)];
  return rows && columns ? t('document.noPixels', { rows, columns }) : t('document.notShown', { uid: text(data, Tag.SOPClassUID) });
}

/** Values longer than these are not for reading. */
const LONGEST = 200;
const MOST = 200;

/** @param {HTMLElement} body @param {Context} context */
export function plainPage(body, { data, kind }) {
  const paper = make('div', 'report-paper');
  paper.append(make('h2', '', t(`document.kind.${kind}`)), make('p', 'document-warning', warningOf(data)));
  const table = make('table', 'attribute-table');
  for (const [tag, element] of Object.entries(data).slice(0, MOST)) {
    const values = (element.Value ?? []).map((value) => (value !== null && typeof value === 'object' ? '' : String(value ?? ''))).filter(Boolean);
    if (values.length === 0 || element.vr === 'UI') continue;
    const row = make('tr');
    row.append(make('th', '', `(${tag.slice(0, 4)},${tag.slice(4)})`), make('td', '', element.vr ?? ''), make('td', '', values.join(' \\ ').slice(0, LONGEST)));
    table.append(row);
  }
  paper.append(table);
  body.append(paper);
}
