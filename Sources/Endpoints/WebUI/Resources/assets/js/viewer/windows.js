// Windows and screens: a second one, images alone, the title that says whose they are.

import { notify } from '../core/notice.js';
import { t } from '../core/strings.js';
import { watchOtherPatients } from './open-patients.js';

/** @typedef {import('./viewer.js').Viewer} Viewer */

/** @param {Viewer} viewer */
export function setUpWindows(viewer) {
  const { study = '', patient = '', patientWords = '', studyWords = '' } = viewer.root.dataset;
  document.title = [patientWords, studyWords, document.title].filter(Boolean).join(' · ');
  const isSecond = new URLSearchParams(window.location.search).has('images');
  document.documentElement.classList.toggle('images-only', isSecond);
  viewer.addCommand({
    name: 'second-window', label: 'viewer.secondWindow', keys: ['n'], group: 'keys.panes',
    run: () => {
      const { availWidth, availHeight } = window.screen;
      const opened = window.open(`/studies/${study}/view?images=1`, `jieli-images-${study}`,
        `popup,left=${availWidth},top=0,width=${availWidth},height=${availHeight}`);
      if (!opened) notify(t('viewer.windowBlocked'), 'problem');
    },
  });
  viewer.addCommand({
    name: 'images-only', label: 'viewer.imagesOnly', keys: ['\\'], group: 'keys.panes',
    run: () => { document.documentElement.classList.toggle('images-only'); },
  });
  viewer.addCommand({
    name: 'full-screen', label: 'viewer.fullScreen', keys: ['F10'], group: 'keys.panes',
    run: () => {
      const done = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
      done.catch(() => notify(t('viewer.noFullScreen'), 'problem'));
    },
  });
  viewer.addCommand({
    name: 'display-test', label: 'viewer.displayTest', keys: [], group: 'keys.other',
    run: () => { window.open('/display', 'jieli-display'); },
  });
  watchOtherPatients(patient, patientWords);
}
