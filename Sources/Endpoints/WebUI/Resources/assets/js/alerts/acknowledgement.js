// Who answers for a critical result, and whom they told.

import { t } from '../core/strings.js';

/**
 * @param {string} name of the finding
 * @param {boolean} mustTell whoever is not at the hospital says whom there they told
 * @returns {Promise<{told: string, readBack: boolean} | null>} null when cancelled
 */
export function acknowledgement(name, mustTell) {
  const dialog = document.createElement('dialog');
  dialog.className = 'dialog ask';
  dialog.dataset.role = 'acknowledgement';
  const form = document.createElement('form');
  form.method = 'dialog';
  const title = document.createElement('h2');
  title.textContent = `${t('critical.acknowledge')}：${name}`;
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
  const buttons = document.createElement('div');
  buttons.className = 'dialog-buttons';
  const no = document.createElement('button');
  no.type = 'button';
  no.className = 'button';
  no.textContent = t('app.cancel');
  no.addEventListener('click', () => dialog.close());
  const yes = document.createElement('button');
  yes.type = 'submit';
  yes.value = 'yes';
  yes.className = 'button button-primary';
  yes.textContent = t('critical.acknowledge');
  buttons.append(no, yes);
  form.append(title, words, label, check, buttons);
  dialog.append(form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes' ? { told: told.value.trim(), readBack: box.checked } : null);
    });
    dialog.showModal();
    told.focus();
  });
}
