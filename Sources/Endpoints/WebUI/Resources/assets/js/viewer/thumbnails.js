// The strip of series beside the pane.

import { t } from '../core/strings.js';
import { fetchThumbnail } from '../dicomweb/client.js';
import { automaticWindow, paintPixels, pixelTable } from './window.js';

/**
 * @typedef {import('./frame-loader.js').Stack} Stack
 * @typedef {import('./frame-loader.js').FrameLoader} FrameLoader
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
 * @param {string} [label] what it is, when it can be opened all the same
 */
export function markAsDocument(button, label) {
  button.classList.add('is-document');
  button.classList.toggle('can-open', label !== undefined);
  button.dataset.label = label ?? t('viewer.document');
}

/**
 * Draws the middle frame of a stack; a preview of it will do.
 * @param {HTMLButtonElement} button
 * @param {Stack} stack
 * @param {FrameLoader} loader
 */
export async function drawThumbnail(button, stack, loader) {
  const count = button.querySelector('.thumbnail-count');
  if (count) count.textContent = String(stack.frames.length);
  const canvas = button.querySelector('canvas');
  const context = canvas?.getContext('2d');
  const middle = Math.floor(stack.frames.length / 2);
  const frame = stack.frames[middle];
  if (!context || !frame) return;
  const { rows, columns } = frame.format;
  /** @type {CanvasImageSource} */
  let source;
  const loaded = frame.derived ? null : await loader.glimpse(stack, middle);
  if (!loaded) source = await fetchThumbnail(stack.study, stack.uid, frame.instance, frame.number);
  else if (loaded.kind === 'rendered') source = loaded.bitmap;
  else {
    const image = new ImageData(columns, rows);
    const target = new Uint32Array(image.data.buffer);
    if (loaded.kind === 'grey') {
      const window = frame.windows[0] ?? automaticWindow(loaded.words, frame);
      paintPixels(loaded.words, pixelTable(frame, window, false), target);
    } else {
      target.set(loaded.pixels);
    }
    source = await createImageBitmap(image);
  }
  const scale = Math.min(SIZE / columns, SIZE / rows);
  context.drawImage(
    source, (SIZE - columns * scale) / 2, (SIZE - rows * scale) / 2, columns * scale, rows * scale);
}
