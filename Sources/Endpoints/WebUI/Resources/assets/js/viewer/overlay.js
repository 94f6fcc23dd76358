// The words on a pane: whose image, which one, how it is shown.

import { t } from '../core/strings.js';

/** @typedef {import('./stack-pane.js').StackPane} StackPane */
/** @typedef {{modality: string, number: number | null, description: string}} SeriesWords */

/** @param {number} value @returns {string} */
function short(value) {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Math.round(value * 10) / 10);
}

/**
 * The lines of each corner. The patient's lines are in the page's template, since they never change.
 * @param {StackPane} pane
 * @param {SeriesWords} series
 * @returns {{series: string[], image: string[], view: string[], marks: string[]}}
 */
export function overlayLines(pane, series) {
  const { frame, stack } = pane;
  if (!frame || !stack) return { series: [], image: [], view: [], marks: [] };
  const image = [`${t('viewer.image')} ${pane.index + 1}/${stack.frames.length}`];
  if (frame.frameCount > 1) image.push(`${t('viewer.frame')} ${frame.number}/${frame.frameCount}`);
  if (frame.sliceLocation !== null) image.push(`${short(frame.sliceLocation)} mm`);
  if (frame.thickness !== null) image.push(`T ${short(frame.thickness)} mm`);
  const view = [];
  const loaded = pane.loader.loaded(stack, pane.index);
  const window = loaded && loaded.kind === 'grey' ? pane.currentWindow() : null;
  if (window) view.push(`${t('viewer.W')} ${short(window.width)}  ${t('viewer.L')} ${short(window.center)}`);
  view.push(`${Math.round(pane.placement.scale * 100)}%${pane.inverted ? ` · ${t('viewer.invert')}` : ''}`);
  if (pane.probe) {
    const { column, row, value } = pane.probe;
    view.push(`(${column}, ${row})${value === null ? '' : ` ${short(value)}${frame.unit === 'HU' ? ' HU' : ''}`}`);
  }
  const marks = [];
  if (frame.lossy) marks.push(t('viewer.lossy'));
  if (loaded && loaded.kind === 'rendered') marks.push(t('viewer.rendered'));
  const count = pane.loader.loadedCount(stack);
  if (count < stack.frames.length) marks.push(t('viewer.loadingCount', { loaded: count, count: stack.frames.length }));
  const name = [series.modality, series.number === null ? '' : `#${series.number}`, series.description];
  return { series: [name.filter(Boolean).join(' ')], image, view, marks };
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
