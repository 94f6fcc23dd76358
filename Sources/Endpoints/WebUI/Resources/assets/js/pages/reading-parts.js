// All that the reading page has beside the images: report, marks, documents, volumes, priors, measurements. The first image does
// not wait for it.

import { listenForCalls } from '../core/actions.js';
import { setUpEditor } from '../report/editor.js';
import { KeyImages } from '../report/key-images.js';
import { setUpMarks } from '../report/marks.js';
import { setUpAfterThis } from '../viewer/after-this.js';
import { addPageKeys, setUpImageParts } from '../viewer/image-parts.js';

/** @typedef {import('../viewer/viewer.js').Viewer} Viewer */

/**
 * What the keys of the editor are called, by key.
 * @type {{[key: string]: string}}
 */
const EDITOR_KEYS = {
  F2: 'viewer.keyTemplates', 'Ctrl+Enter': 'viewer.keySign', 'Ctrl+s': 'viewer.keySave', e: 'viewer.keyReport', Escape: 'viewer.keyImages',
};
/** @type {{[key: string]: string}} */
const MARK_KEYS = { a: 'viewer.gradeA', b: 'viewer.gradeB', c: 'viewer.gradeC', x: 'viewer.keyRetake' };

/**
 * @param {Viewer} viewer
 * @param {ReturnType<typeof import('../viewer/shown-quality.js').setUpShownQuality> | null} quality `null` where nothing is written
 * @returns {KeyImages | null}
 */
export function setUpParts(viewer, quality) {
  listenForCalls();
  addPageKeys(viewer, quality ? setUpEditor(quality) : {}, EDITOR_KEYS);
  addPageKeys(viewer, setUpMarks(), MARK_KEYS);
  const images = keyImages(viewer);
  setUpImageParts(viewer, images);
  const task = document.querySelector('#report[data-task]')?.getAttribute('data-task');
  if (task) setUpAfterThis(viewer, task);
  return images;
}

/**
 * The marked frames of a task that is read here.
 * @param {Viewer} viewer
 * @returns {KeyImages | null}
 */
function keyImages(viewer) {
  const form = document.querySelector('#report[data-task]');
  const list = document.querySelector('[data-role=key-images] ul');
  if (!(form instanceof HTMLFormElement) || !(list instanceof HTMLElement)) return null;
  return new KeyImages(form.dataset.task ?? '', viewer, list, form.dataset.mine === 'true');
}
