// The reading page: images and report side by side.

import { listenForCalls } from '../core/actions.js';
import { listenForKeys } from '../core/hotkeys.js';
import { notifyError } from '../core/notice.js';
import { need, startPage } from '../core/page.js';
import { setUpEditor } from '../report/editor.js';
import { KeyImages } from '../report/key-images.js';
import { setUpMarks } from '../report/marks.js';
import { Viewer } from '../viewer/viewer.js';

startPage(() => {
  listenForCalls();
  const viewer = new Viewer(need('#viewer', HTMLElement));
  const help = need('#keys', HTMLDialogElement);
  const editorKeys = document.querySelector('#report[data-task]') ? setUpEditor() : {};
  const markKeys = setUpMarks();
  const images = keyImages(viewer);
  /** @type {{[name: string]: () => void}} */
  const imageKeys = images ? { k: () => { images.toggle(); } } : {};
  const toggleHelp = () => (help.open ? help.close() : help.showModal());
  listenForKeys({ ...viewer.keys(), ...editorKeys, ...markKeys, ...imageKeys, '?': toggleHelp });
  for (const button of document.querySelectorAll('[data-role=keys]')) button.addEventListener('click', toggleHelp);
  viewer.setTool('window');
  viewer.open().then(() => images?.load()).catch(notifyError);
});

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
