// From a measurement into the report: its words, and a picture of what it shows.

import { call } from '../../core/api.js';
import { notify } from '../../core/notice.js';
import { t } from '../../core/strings.js';
import { insertText } from '../../report/phrases.js';
import { sentenceOf } from './list.js';
import { pictureOf } from './picture.js';
import { basisWords } from './results.js';

/**
 * @typedef {import('./kinds.js').Measurement} Measurement
 * @typedef {import('./measuring.js').Measuring} Measuring
 * @typedef {import('../../report/key-images.js').KeyImages} KeyImages
 */

/** @param {string} words where the caret is in the findings */
function insert(words) {
  const field = document.querySelector('#report [name=findings]');
  if (!(field instanceof HTMLTextAreaElement) || field.readOnly) return;
  const before = field.value.slice(0, field.selectionStart);
  field.focus();
  insertText(field, before === '' || /[\s，。；：（]$/.test(before) ? words : `，${words}`);
}

/**
 * What it says, and what its millimetres are: whoever reads the report does not see the image's own words.
 * @param {Measuring} measuring
 * @param {Measurement} measurement
 */
function wordsOf(measuring, measurement) {
  const found = measuring.find(measurement);
  const basis = found ? basisWords(measuring.scaleOn(found.frame, found.series, measurement.points), measurement, t) : [];
  return sentenceOf(measurement) + basis.map((words) => t('measure.remark', { words })).join('');
}

/** @param {Measuring} measuring @param {Measurement} measurement */
export function intoReport(measuring, measurement) {
  insert(wordsOf(measuring, measurement));
}

/**
 * The image becomes a key image, as it is seen here, and the report's text points at it.
 * @param {Measuring} measuring
 * @param {KeyImages} keyImages
 * @param {Measurement} measurement
 */
export async function pictureIntoReport(measuring, keyImages, measurement) {
  const { viewer } = measuring;
  viewer.goToFrame(measurement.instance, measurement.frame);
  const pane = viewer.active;
  for (let left = 40; left > 0 && pane.loaded?.quality !== 'diagnostic'; left -= 1) {
    await new Promise((resolve) => { window.setTimeout(resolve, 250); });
  }
  // Drawn once more: the frame may have come this moment.
  await new Promise((resolve) => { window.requestAnimationFrame(() => window.requestAnimationFrame(resolve)); });
  const isThere = pane.loaded?.quality === 'diagnostic' && pane.frame?.instance === measurement.instance
    && pane.frame.number === measurement.frame;
  const png = isThere ? pictureOf(measuring, pane) : null;
  if (!png) {
    notify(t('measure.noPicture'), 'problem');
    return;
  }
  const words = wordsOf(measuring, measurement);
  const path = `/tasks/${keyImages.task}/key-images`;
  const { keyImages: marked } = await call('PUT', path, {
    sopInstanceUID: measurement.instance, frame: measurement.frame, note: words.slice(0, 200),
  });
  keyImages.show(marked);
  await call('PUT', `${path}/${measurement.instance}/${measurement.frame}/picture`, { png });
  const number = marked.findIndex((/** @type {{sopInstanceUID: string, frame: number}} */ image) => (
    image.sopInstanceUID === measurement.instance && image.frame === measurement.frame)) + 1;
  insert(t('measure.seePicture', { words, number }));
  notify(t('measure.pictured', { number }));
}
