// What every page with images has beside the panes: documents, volumes, priors, windows, keys, measurements.

import { listenForKeys } from '../core/hotkeys.js';
import { setUpDocuments } from './documents/documents.js';
import { setUpHanging } from './hanging/set-up.js';
import { setUpHelp } from './help-dialog.js';
import { setUpMeasuring } from './measure/set-up.js';
import { followPatient } from './patient-corner.js';
import { setUpVolume } from './volume/set-up.js';
import { setUpWindows } from './windows.js';

/**
 * @typedef {import('./viewer.js').Viewer} Viewer
 * @typedef {import('../report/key-images.js').KeyImages} KeyImages
 */

/**
 * @param {Viewer} viewer
 * @param {KeyImages | null} keyImages where a measurement's picture goes into the report
 * @param {{isPrivate?: boolean}} [options] see `setUpMeasuring`
 */
export function setUpImageParts(viewer, keyImages, options = {}) {
  setUpDocuments(viewer);
  setUpVolume(viewer);
  setUpHanging(viewer);
  setUpWindows(viewer);
  setUpHelp(viewer);
  followPatient(viewer);
  setUpMeasuring(viewer, keyImages, options);
  listenForKeys(() => viewer.keys());
}

/**
 * Keys of what stands beside the images, as commands.
 * @param {Viewer} viewer
 * @param {{[key: string]: () => void}} actions by key
 * @param {{[key: string]: string}} labels
 */
export function addPageKeys(viewer, actions, labels) {
  for (const [key, run] of Object.entries(actions)) {
    const label = labels[key] ?? key;
    viewer.addCommand({ name: label.replace('viewer.', ''), label, keys: [key], group: 'keys.report', run });
  }
}
