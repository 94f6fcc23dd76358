// The radiographer's page and the page of one study: orders, reports, priorities.

import { listenForCalls } from '../core/actions.js';
import { call } from '../core/api.js';
import { listenForForms } from '../core/forms.js';
import { refreshAll } from '../core/live.js';
import { notify, notifyError } from '../core/notice.js';
import { need, startPage } from '../core/page.js';
import { t } from '../core/strings.js';

/** What a button tells the form about the study it stands beside. */
const COPIED = ['studyInstanceUID', 'patientID', 'patientName', 'accessionNumber'];

/** @param {HTMLDialogElement} dialog @param {DOMStringMap} facts */
function openOrder(dialog, facts) {
  const form = need('form', HTMLFormElement, dialog);
  form.reset();
  for (const name of COPIED) {
    const field = need(`[name=${name}]`, HTMLInputElement, form);
    field.value = facts[name] ?? '';
    field.readOnly = Boolean(facts.studyInstanceUID);
  }
  need('[data-role=for-study]', HTMLElement, dialog).hidden = !facts.studyInstanceUID;
  need('[data-role=identify]', HTMLElement, dialog).hidden = Boolean(facts.studyInstanceUID);
  dialog.showModal();
  need('[name=clinicalQuestion]', HTMLTextAreaElement, form).focus();
}

/** @param {HTMLFormElement} form @returns {object} empty fields left out */
function orderFrom(form) {
  /** @type {{[name: string]: string | boolean}} */
  const order = { consent: need('[name=consent]', HTMLInputElement, form).checked };
  if (need('[name=complex]', HTMLInputElement, form).checked) order.complex = true;
  for (const [name, value] of new FormData(form)) {
    if (name !== 'consent' && name !== 'complex' && typeof value === 'string' && value.trim() !== '') order[name] = value.trim();
  }
  return order;
}

/** @param {HTMLDialogElement} dialog */
function setUpOrders(dialog) {
  const form = need('form', HTMLFormElement, dialog);
  document.addEventListener('click', (event) => {
    const opener = /** @type {HTMLElement} */ (event.target).closest('[data-action=order]');
    if (opener instanceof HTMLElement) openOrder(dialog, opener.dataset);
    if (/** @type {HTMLElement} */ (event.target).closest('[data-action=close]')) dialog.close();
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const submit = need('[type=submit]', HTMLButtonElement, form);
    submit.disabled = true;
    try {
      const order = await call('POST', '/orders', orderFrom(form));
      dialog.close();
      notify(t(order.state === 'matched' ? 'order.placedMatched' : 'order.placed'));
      refreshAll();
    } catch (error) {
      notifyError(error);
    } finally {
      submit.disabled = false;
    }
  });
}

startPage(() => {
  listenForCalls();
  listenForForms();
  const dialog = document.getElementById('order');
  if (dialog instanceof HTMLDialogElement) setUpOrders(dialog);
  for (const field of document.querySelectorAll('form[data-role=filter] select')) {
    field.addEventListener('change', () => /** @type {HTMLSelectElement} */ (field).form?.submit());
  }
});
