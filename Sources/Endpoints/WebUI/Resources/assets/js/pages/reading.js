// The reading page: images and report side by side.

import { listenForCalls } from '../core/actions.js';
import { listenForKeys } from '../core/hotkeys.js';
import { notifyError } from '../core/notice.js';
import { need, startPage } from '../core/page.js';
import { setUpEditor } from '../report/editor.js';
import { setUpMarks } from '../report/marks.js';
import { Viewer } from '../viewer/viewer.js';

startPage(() => {
  listenForCalls();
  const viewer = new Viewer(need('#viewer', HTMLElement));
  const help = need('#keys', HTMLDialogElement);
  const editorKeys = document.querySelector('#report[data-task]') ? setUpEditor() : {};
  const markKeys = setUpMarks();
  const toggleHelp = () => (help.open ? help.close() : help.showModal());
  listenForKeys({ ...viewer.keys(), ...editorKeys, ...markKeys, '?': toggleHelp });
  for (const button of document.querySelectorAll('[data-role=keys]')) button.addEventListener('click', toggleHelp);
  viewer.setTool('window');
  viewer.open().catch(notifyError);
});
