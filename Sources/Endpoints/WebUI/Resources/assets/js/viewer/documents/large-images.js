// Single images too large for a tab (scanned sheets, photographs of a gigapixel): the server draws them smaller, and the pane says so.

import { t } from '../../core/strings.js';
import { ComposedSource } from './composed-source.js';
import { instancePath } from './bulk.js';

/**
 * @typedef {import('../frame-loader.js').Stack} Stack
 * @typedef {import('../frame-loader.js').Loaded} Loaded
 * @typedef {import('../../dicomweb/image.js').Frame} Frame
 */

/** Pixels of a frame that a tab takes whole: 192 MB as the screen wants them. */
export const MOST_PIXELS = 48e6;
const LONGEST_SIDE = 4096;

/** @param {Frame} frame @returns {number} how many pixels become one along a side; 1: it is shown as it is */
export function reductionOf({ format: { rows, columns } }) {
  return rows * columns > MOST_PIXELS ? Math.max(rows, columns) / LONGEST_SIDE : 1;
}

/** @param {(stack: Stack) => void} refresh */
export function largeOpening(refresh) {
  /** @param {Stack} stack */
  return (stack) => {
    if (!stack.frames.some((frame) => reductionOf(frame) > 1)) return null;
    const frames = stack.frames.map((frame) => ({
      ...frame, derived: true, label: t('slide.reduced', { times: Math.max(1, Math.round(reductionOf(frame))) }),
    }));
    return { stack: { ...stack, frames, source: new ComposedSource(load, refresh) } };
  };
}

/** @param {Stack} stack @param {number} index @returns {Promise<Loaded>} */
async function load(stack, index) {
  const { instance, number } = stack.frames[index];
  const path = `${instancePath({ study: stack.study, series: stack.uid, instance })}/frames/${number}/rendered`;
  const answer = await fetch(`${path}?viewport=${LONGEST_SIDE},${LONGEST_SIDE}`, { headers: { Accept: 'image/jpeg' }, credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return { kind: 'rendered', bitmap: await createImageBitmap(await answer.blob()), quality: 'diagnostic' };
}
