// Logging in.

import { call } from '../core/api.js';
import { reasonOf } from '../core/notice.js';
import { need, startPage } from '../core/page.js';
import { t } from '../core/strings.js';

/**
 * Only pages of this node are gone to after logging in.
 * @param {string} address
 * @returns {string}
 */
function localPath(address) {
  return /^\/(?![/\\])/.test(address) && !address.startsWith('/login') ? address : '/';
}

startPage(() => {
  const form = need('#login', HTMLFormElement);
  const problem = need('[data-role=problem]', HTMLElement, form);
  const password = need('[name=password]', HTMLInputElement, form);
  const submit = need('[type=submit]', HTMLButtonElement, form);
  // Until now a press would have sent the form where nobody takes it.
  submit.disabled = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    submit.disabled = true;
    problem.hidden = true;
    try {
      const name = need('[name=name]', HTMLInputElement, form).value.trim();
      await call('POST', '/login', { name, password: password.value });
      window.location.replace(localPath(need('[name=next]', HTMLInputElement, form).value));
    } catch (error) {
      problem.textContent = reasonOf(error);
      problem.hidden = false;
      submit.disabled = false;
      password.select();
    }
  });
});
