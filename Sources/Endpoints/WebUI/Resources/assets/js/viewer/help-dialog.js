// The "?" dialog: the sheet of keys, and changing them.

import { call } from '../core/api.js';
import { notifyError } from '../core/notice.js';
import { need } from '../core/page.js';
import { t } from '../core/strings.js';
import { KeyEditor } from './key-editor.js';
import { writeKeySheet } from './key-sheet.js';

/** @typedef {import('./viewer.js').Viewer} Viewer */

/** @param {Viewer} viewer */
export function setUpHelp(viewer) {
  const dialog = need('#keys', HTMLDialogElement);
  const sheet = need('[data-role=key-sheet]', HTMLElement, dialog);
  const table = need('[data-role=key-editor]', HTMLElement, dialog);
  const change = need('[data-role=change-keys]', HTMLButtonElement, dialog);
  const reset = need('[data-role=reset-keys]', HTMLButtonElement, dialog);
  const editor = new KeyEditor(table, viewer);
  keepWithAccount(viewer);
  const show = (/** @type {boolean} */ isChanging) => {
    sheet.hidden = isChanging;
    table.hidden = !isChanging;
    reset.hidden = !isChanging;
    change.textContent = t(isChanging ? 'keys.done' : 'keys.change');
    if (isChanging) editor.show();
    else writeKeySheet(sheet, viewer);
  };
  change.addEventListener('click', () => show(table.hidden));
  reset.addEventListener('click', () => {
    viewer.settings.reset();
    viewer.commands.own = viewer.settings.keys;
    viewer.commands.changed();
    show(true);
  });
  // A key that is waited for is not the dialog's.
  dialog.addEventListener('cancel', (event) => { if (editor.waiting) event.preventDefault(); });
  viewer.addCommand({
    name: 'help', label: 'viewer.help', keys: ['?'], group: 'keys.other',
    run: () => {
      if (dialog.open) {
        dialog.close();
        return;
      }
      show(false);
      dialog.showModal();
    },
  });
}

/**
 * The account's settings go before this browser's copy of them.
 * @param {Viewer} viewer
 */
function keepWithAccount(viewer) {
  const { settings, commands } = viewer;
  settings.onSave = (given) => { call('PUT', '/me/viewer', given).catch(notifyError); };
  call('GET', '/me/viewer').then((stored) => {
    settings.take(stored);
    commands.own = settings.keys;
    commands.changed();
  }).catch(() => {
    // The copy in this browser does until the node answers again.
  });
}
