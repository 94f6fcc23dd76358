// The strip of series beside the pane.

import { t } from '../core/strings.js';
import { fetchFrame, fetchRendered } from '../dicomweb/client.js';
import { decodePixels, isDrawable } from './pixels.js';
import { automaticWindow, greyTable, paintGrey } from './window.js';

/**
 * @typedef {import('./frame-loader.js').Stack} Stack
 * @typedef {import('../dicomweb/client.js').SeriesSummary} SeriesSummary
 */

const SIZE = 112;

/**
 * @param {HTMLElement} list
 * @param {SeriesSummary} series
 * @param {() => void} onChoose
 * @returns {HTMLButtonElement}
 */
export function addThumbnail(list, series, onChoose) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'thumbnail';
  button.dataset.series = series.uid;
  const canvas = document.createElement('canvas');
  canvas.width = SIZE;
  canvas.height = SIZE;
  const words = document.createElement('span');
  words.className = 'thumbnail-words';
  words.textContent = [series.modality, series.description].filter(Boolean).join(' ') || t('viewer.series');
  const count = document.createElement('span');
  count.className = 'thumbnail-count';
  count.textContent = String(series.count);
  button.append(canvas, words, count);
  button.title = `${series.number ?? ''} ${words.textContent}`.trim();
  button.addEventListener('click', onChoose);
  const item = document.createElement('li');
  item.append(button);
  list.append(item);
  return button;
}

/**
 * Marks a series that has no image.
 * @param {HTMLButtonElement} button
 */
export function markAsDocument(button) {
  button.classList.add('is-document');
  button.dataset.label = t('viewer.document');
}

/**
 * Draws the middle frame of a stack.
 * @param {HTMLButtonElement} button
 * @param {Stack} stack
 */
export async function drawThumbnail(button, stack) {
  const count = button.querySelector('.thumbnail-count');
  if (count) count.textContent = String(stack.frames.length);
  const canvas = button.querySelector('canvas');
  const context = canvas?.getContext('2d');
  const frame = stack.frames[Math.floor(stack.frames.length / 2)];
  if (!context || !frame) return;
  const { rows, columns } = frame.format;
  /** @type {CanvasImageSource} */
  let source;
  if (isDrawable(frame)) {
    const bytes = await fetchFrame(stack.study, stack.uid, frame.instance, frame.number);
    const pixels = decodePixels(bytes, frame);
    const image = new ImageData(columns, rows);
    const target = new Uint32Array(image.data.buffer);
    if (pixels.kind === 'grey') {
      const window = frame.windows[0] ?? automaticWindow(pixels.words, frame);
      paintGrey(pixels.words, greyTable(frame, window, false), target);
    } else {
      target.set(pixels.pixels);
    }
    source = await createImageBitmap(image);
  } else {
    source = await fetchRendered(stack.study, stack.uid, frame.instance, frame.number);
  }
  const scale = Math.min(SIZE / columns, SIZE / rows);
  context.drawImage(
    source, (SIZE - columns * scale) / 2, (SIZE - rows * scale) / 2, columns * scale, rows * scale);
}
