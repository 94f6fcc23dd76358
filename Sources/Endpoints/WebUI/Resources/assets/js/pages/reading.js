// The reading page: images and report side by side. The images come first.

import { notifyError } from '../core/notice.js';
import { need, startPage } from '../core/page.js';
import { setUpFirstLook } from '../viewer/first-look.js';
import { setUpPanes } from '../viewer/set-up.js';
import { setUpShownQuality } from '../viewer/shown-quality.js';
import { Viewer } from '../viewer/viewer.js';

startPage(async () => {
  const viewer = new Viewer(need('#viewer', HTMLElement));
  setUpFirstLook(viewer);
  setUpPanes(viewer);
  const quality = document.querySelector('#report[data-task]') ? setUpShownQuality(viewer) : null;
  const parts = import('./reading-parts.js').then(({ setUpParts }) => setUpParts(viewer, quality));
  viewer.open(parts).then(async () => (await parts)?.load()).catch(notifyError);
  await parts;
});
