// The words on a pane: whose image, which one, how it is shown.

import { t } from '../core/strings.js';
import { edgesOf } from './directions.js';

/** @typedef {import('./stack-pane.js').StackPane} StackPane */

/** @param {number} value @returns {string} */
function short(value) {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Math.round(value * 10) / 10);
}

/**
 * The lines of each corner. The patient's lines are the page's own, or the stack's: another study's stack says whose it is.
 * @param {StackPane} pane
 * @returns {{patient?: string[], series: string[], image: string[], view: string[], marks: string[]}}
 */
export function overlayLines(pane) {
  const { frame, stack, source, loaded } = pane;
  if (!frame || !stack) return { series: [], image: [], view: [], marks: [] };
  const total = stack.isPart ? Math.max(stack.series.count, stack.frames.length) : stack.frames.length;
  const image = [`${t('viewer.image')} ${pane.index + 1}/${total}`];
  if (frame.frameCount > 1) image.push(`${t('viewer.frame')} ${frame.number}/${frame.frameCount}`);
  if (frame.sliceLocation !== null) image.push(`${short(frame.sliceLocation)} mm`);
  if (frame.thickness !== null) image.push(`T ${short(frame.thickness)} mm`);
  const view = [];
  const window = loaded && loaded.kind === 'grey' && frame.format.photometric !== 'PALETTE COLOR' ? pane.currentWindow() : null;
  if (window?.table) view.push(`${t('viewer.voiTable')} ${window.name ?? ''}`.trim());
  else if (window) {
    const name = pane.window.choice === 'image' ? window.name ?? '' : '';
    view.push(`${t('viewer.W')} ${short(window.width)}  ${t('viewer.L')} ${short(window.center)} ${name}`.trim());
  }
  view.push(`${Math.round(pane.placement.scale * 100)}%${pane.inverted ? ` · ${t('viewer.invert')}` : ''}`);
  if (pane.probe) {
    const { column, row, value } = pane.probe;
    view.push(`(${column}, ${row})${value === null ? '' : ` ${short(value)}${frame.unit === 'HU' ? ' HU' : ''}`}`);
  }
  if (pane.film) view.push(pane.film);
  const marks = marksOf(pane);
  const count = source.loadedCount(stack);
  if (count < total) marks.push(t('viewer.loadingCount', { loaded: count, count: total }));
  const { series } = stack;
  const name = [series.modality, series.number === null ? '' : `#${series.number}`, series.description];
  const own = { series: [name.filter(Boolean).join(' ')], image, view, marks };
  return stack.caption ? { patient: stack.caption, ...own } : own;
}

/**
 * What a reader must know before trusting the picture.
 * @param {StackPane} pane
 * @returns {string[]}
 */
function marksOf({ frame, stack, loaded }) {
  const marks = [];
  if (!frame) return [];
  const { look } = frame;
  if (loaded && loaded.quality === 'preview') marks.push(t('viewer.preview'));
  if (frame.derived) marks.push(frame.label ?? t('viewer.derived'));
  else if (look?.imageType[0] === 'DERIVED') marks.push(t('viewer.derivedImage'));
  if (stack?.notes) marks.push(...stack.notes);
  if (frame.lossy) marks.push([t('viewer.lossy'), look?.lossiness].filter(Boolean).join(' '));
  if (loaded && loaded.kind === 'rendered') marks.push(t('viewer.rendered'));
  if (look?.isBurnedIn) marks.push(t('viewer.burnedIn'));
  return marks;
}

/**
 * The patient's sides at the edges of the pane.
 * @param {StackPane} pane
 * @returns {{[edge: string]: string}}
 */
export function edgeLetters({ frame, orientation }) {
  const edges = frame && edgesOf(frame, orientation);
  return edges ?? { left: '', top: '', right: '', bottom: '' };
}

/**
 * Writes lines into the corners, touching only what differs.
 * @param {HTMLElement} element the pane
 * @param {ReturnType<typeof overlayLines>} lines
 */
export function showOverlay(element, lines) {
  for (const [corner, words] of Object.entries(lines)) {
    const place = element.querySelector(`[data-overlay=${corner}]`);
    const joined = words.join('\n');
    if (place && place.textContent !== joined) place.textContent = joined;
  }
}

/** @param {HTMLElement} element the pane @param {{[edge: string]: string}} letters */
export function showEdges(element, letters) {
  for (const [edge, letter] of Object.entries(letters)) {
    const place = element.querySelector(`[data-edge=${edge}]`);
    if (place && place.textContent !== letter) place.textContent = letter;
  }
}
