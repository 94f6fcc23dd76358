// What the frame of a pane measures at a place.

import { modalityValue, storedValue } from './window.js';

/**
 * @param {import('../dicomweb/image.js').Frame | null} frame
 * @param {import('./frame-loader.js').Loaded | undefined} loaded
 * @param {import('./placement.js').Place} place continuous
 * @returns {number | null} modality value; null outside, in colour, or while away
 */
export function valueAt(frame, loaded, { column, row }) {
  if (!frame || loaded?.kind !== 'grey' || !isInside(frame, column, row)) return null;
  const word = loaded.words[Math.floor(row) * frame.format.columns + Math.floor(column)];
  // Where a computed plane leaves its volume there is no value.
  return frame.derived && storedValue(word, frame.format) === frame.padding ? null : modalityValue(word, frame);
}

/** @param {import('../dicomweb/image.js').Frame} frame @param {number} column @param {number} row */
export function isInside(frame, column, row) {
  return column >= 0 && row >= 0 && column < frame.format.columns && row < frame.format.rows;
}
