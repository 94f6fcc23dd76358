// A structured report as text, with references that lead to the images.

import { t } from '../../core/strings.js';
import { fetchBulk, instancePath } from './bulk.js';
import { make, pressable } from './parts.js';
import { headOf, linesOf, plainText } from './sr-tree.js';

/**
 * @typedef {import('./documents.js').Context} Context
 * @typedef {import('./sr-tree.js').Line} Line
 * @typedef {import('./sr-tree.js').Reference} Reference
 */

/** Pictures of what a key object selects; beyond these, links do. */
const MOST_PICTURES = 60;

/** @param {HTMLElement} body @param {Context} context */
export async function reportPage(body, context) {
  const { data, kind, home, signal } = context;
  const head = headOf(data);
  const { lines, isCut } = linesOf(data);
  await Promise.all(lines.filter(({ far }) => far).slice(0, 200).map(async (line) => {
    line.value = new TextDecoder().decode(await fetchBulk(home, line.far ?? undefined, signal)).replace(/[\0 ]+$/, '');
  }));
  const paper = make('div', 'report-paper');
  paper.append(make('h2', '', head.title || t(`document.kind.${kind}`)), headLine(head));
  const tree = make('div', 'report-tree');
  let pictures = 0;
  for (const line of lines) {
    const row = rowOf(line, context, () => kind === 'keys' && (pictures += 1) <= MOST_PICTURES);
    if (row && !isSameAway(tree.lastElementChild, row)) tree.append(row);
  }
  if (lines.length === 0) tree.append(make('p', 'muted', t('document.empty')));
  if (isCut) tree.append(make('p', 'document-warning', t('document.cut')));
  const copy = pressable(t('document.copy'), async () => {
    await navigator.clipboard.writeText(`${head.title}\n${plainText(lines)}`);
    copy.textContent = t('document.copied');
  }, 'button button-quiet report-copy');
  paper.append(copy, tree);
  body.append(paper);
}

/**
 * Images elsewhere, one after the other, are counted in one row.
 * @param {Element | null} before @param {HTMLElement} row
 * @returns {boolean} whether the row before says it too now
 */
function isSameAway(before, row) {
  if (!row.classList.contains('is-away') || !(before instanceof HTMLElement) || before.textContent !== row.textContent) return false;
  before.dataset.times = String(Number(before.dataset.times ?? 1) + 1);
  return true;
}

/** @param {ReturnType<typeof headOf>} head */
function headLine(head) {
  const line = make('p', 'report-head');
  if (!head.isComplete) line.append(make('span', 'tag tag-warning', t('document.partial')), ' ');
  line.append(make('span', 'tag', t(head.isVerified ? 'document.verified' : 'document.unverified')), ' ');
  const words = [head.written, ...head.verifiers, head.institution, head.device].filter(Boolean).join(' · ');
  line.append(make('span', 'muted', words));
  return line;
}

/** @param {Line} line @param {Context} context @param {() => boolean} hasPicture @returns {HTMLElement | null} */
function rowOf(line, context, hasPicture) {
  const { depth, kind, label, value, detail, references, place } = line;
  if (kind === 'CONTAINER') {
    const heading = make('div', 'report-heading', label || t('document.section'));
    if (detail) heading.append(make('span', 'report-detail', detail));
    indent(heading, depth);
    heading.dataset.place = place;
    return heading;
  }
  const row = make('div', `report-row${line.isContext ? ' is-context' : ''}${kind === 'TEXT' ? ' is-text' : ''}`);
  row.dataset.place = place;
  indent(row, depth);
  if (label) row.append(make('span', 'report-label', label));
  const words = kind === 'BY-REFERENCE' ? t('document.seeItem', { place: value }) : value;
  if (words) row.append(make('span', kind === 'NUM' ? 'report-value is-number' : 'report-value', words));
  if (detail) row.append(make('span', 'report-detail', detail));
  for (const reference of references) row.append(linkTo(reference, context, hasPicture()));
  if (row.childNodes.length === 1 && row.firstElementChild?.classList.contains('report-away')) row.classList.add('is-away');
  return row.childNodes.length > 0 ? row : null;
}

/** @param {HTMLElement} element @param {number} depth */
function indent(element, depth) {
  element.style.setProperty('--depth', String(Math.min(depth, 8)));
}

/**
 * @param {{instance: string, frames: number[], kind: string}} reference @param {Context} context @param {boolean} hasPicture
 * @returns {HTMLElement}
 */
export function linkTo({ instance, frames, kind }, { viewer, home }, hasPicture) {
  const frame = frames[0] ?? 1;
  const entry = viewer.entries.find(({ stack }) => stack?.frames.some((each) => each.instance === instance));
  const place = viewer.placeOf(instance, frame) ?? viewer.placeOf(instance, 1);
  if (!place || !entry) {
    const words = t(kind === 'IMAGE' ? 'document.imageElsewhere' : 'document.objectElsewhere');
    const away = make('span', 'report-away', words);
    away.title = instance;
    return away;
  }
  const { series } = place.entry;
  const words = [series.modality, series.description, `${t('viewer.image')} ${place.index + 1}`, frames.length > 1 ? `(${frames.join(', ')})` : '']
    .filter(Boolean).join(' ');
  const link = pressable('', () => goTo(viewer, instance, frame), 'report-link');
  if (hasPicture) {
    const picture = make('img', 'report-picture');
    picture.alt = '';
    picture.loading = 'lazy';
    picture.width = 128;
    picture.src = `${instancePath({ ...home, series: series.uid, instance })}/frames/${frame}/thumbnail`;
    link.append(picture);
  }
  link.append(words);
  return link;
}

/**
 * Shows an image, beside the report where there is a pane for it.
 * @type {(viewer: import('../viewer.js').Viewer, instance: string, frame: number) => void}
 */
function goTo(viewer, instance, frame) {
  const beside = viewer.panes.find((pane) => pane !== viewer.active && !pane.stack?.document);
  if (viewer.active.stack?.document && beside) viewer.activate(beside);
  viewer.goToFrame(instance, frame);
}
