// The list of second readings.

import { call } from '../core/api.js';
import { notifyError } from '../core/notice.js';
import { startPage } from '../core/page.js';

startPage(() => {
  document.addEventListener('click', async (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest('button[data-action=take]');
    if (!(button instanceof HTMLButtonElement)) return;
    button.disabled = true;
    try {
      await call('POST', `/peer-reviews/${button.dataset.id}/take`);
      window.location.assign(`/reviews/${button.dataset.id}`);
    } catch (error) {
      button.disabled = false;
      notifyError(error);
    }
  });
});
