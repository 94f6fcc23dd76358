// Who answers for a critical result, and whom they told.

import { confirmButton, dialogFoot, newDialog, shownUntilClosed } from '../core/dialog.js';
import { t } from '../core/strings.js';

/**
 * @param {string} name of the finding
 * @param {boolean} mustTell whoever is not at the hospital says whom there they told
 * @returns {Promise<{told: string, readBack: boolean} | null>} null when cancelled
 */
export function acknowledgement(name, mustTell) {
  const { dialog, form } = newDialog('ask', `${t('critical.acknowledge')}：${name}`);
  dialog.dataset.role = 'acknowledgement';
  const words = document.createElement('p');
  words.textContent = t(mustTell ? 'critical.acknowledgeElsewhere' : 'critical.acknowledgeHere');
  const label = document.createElement('label');
  label.className = 'field';
  label.textContent = t('critical.told');
  const told = document.createElement('input');
  told.name = 'told';
  told.maxLength = 200;
  told.required = mustTell;
  told.placeholder = t('critical.toldHint');
  label.append(told);
  const check = document.createElement('label');
  check.className = 'check';
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.name = 'readBack';
  check.append(box, document.createTextNode(t('critical.readBack')));
  form.append(words, label, check, dialogFoot(dialog, confirmButton(t('critical.acknowledge'))));
  return shownUntilClosed(
    dialog, told, () => (dialog.returnValue === 'yes' ? { told: told.value.trim(), readBack: box.checked } : null));
}
