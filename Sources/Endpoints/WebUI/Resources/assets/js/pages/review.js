// One second reading: all that there is for images, an empty report, and after the signature the comparison.

import { call } from '../core/api.js';
import { ask, notify, notifyError } from '../core/notice.js';
import { need, startPage } from '../core/page.js';
import { t } from '../core/strings.js';
import { clock } from '../core/time.js';
import { Autosave } from '../report/autosave.js';
import { judge } from '../report/editor.js';
import { addPageKeys, setUpImageParts } from '../viewer/image-parts.js';
import { setUpPanes } from '../viewer/set-up.js';
import { Viewer } from '../viewer/viewer.js';

/** @type {{[key: string]: string}} */
const KEYS = { 'Ctrl+Enter': 'review.sign', e: 'viewer.keyReport', Escape: 'viewer.keyImages' };

startPage(() => {
  const viewer = new Viewer(need('#viewer', HTMLElement));
  setUpPanes(viewer);
  addPageKeys(viewer, setUpDraft(), KEYS);
  // What is measured here must tell the first reader nothing.
  setUpImageParts(viewer, null, { isPrivate: true });
  setUpGrade();
  setUpFeedback();
  viewer.open().catch(notifyError);
});

/** @returns {{[name: string]: () => void}} */
function setUpDraft() {
  const form = document.querySelector('form#review');
  if (!(form instanceof HTMLFormElement)) return {};
  const path = `/peer-reviews/${form.dataset.review}`;
  const findings = need('[name=findings]', HTMLTextAreaElement, form);
  const impression = need('[name=impression]', HTMLTextAreaElement, form);
  const line = need('[data-role=save-state]', HTMLElement, form);
  const read = () => ({ findings: findings.value, impression: impression.value });
  // As the page came: somebody may have typed before this listens.
  const sent = { findings: findings.defaultValue, impression: impression.defaultValue };
  const autosave = new Autosave(sent, Number(form.dataset.version ?? 0), {
    save: async (text, version) => {
      const { version: saved } = await call('PUT', `${path}/draft`, { ...text, version });
      return { version: saved, savedAt: new Date().toISOString() };
    },
    judge,
    show: (state, savedAt) => {
      line.dataset.state = state;
      line.textContent = {
        clean: savedAt ? t('reading.saved', { time: clock(new Date(savedAt)) }) : '', dirty: t('reading.unsaved'),
        saving: t('reading.saving'), failing: t('reading.failing'), conflict: t('reading.conflict'), lost: t('reading.lost'),
      }[state];
    },
    schedule: (action, delay) => window.setTimeout(action, delay),
    unschedule: (handle) => window.clearTimeout(handle),
    now: () => Date.now(),
  });
  form.addEventListener('input', () => autosave.changed(read()));
  autosave.changed(read());
  form.addEventListener('submit', (event) => event.preventDefault());
  const sign = async () => {
    autosave.changed(read());
    if (!(await autosave.flush())) return;
    if ((await ask(t('review.signConfirm'), { confirm: t('review.sign') })) === null) return;
    try {
      await call('POST', `${path}/sign`);
      window.location.reload();
    } catch (error) {
      notifyError(error);
    }
  };
  need('[data-action=sign]', HTMLButtonElement, form).addEventListener('click', sign);
  window.addEventListener('beforeunload', (event) => {
    if (!autosave.isDirty) return;
    event.preventDefault();
    event.returnValue = t('reading.leaveConfirm');
  });
  return {
    'Ctrl+Enter': () => { sign(); },
    e: () => findings.focus(),
    Escape: () => { if (document.activeElement instanceof HTMLElement) document.activeElement.blur(); },
  };
}

function setUpGrade() {
  const form = document.querySelector('form#grade');
  if (!(form instanceof HTMLFormElement)) return;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const data = new FormData(form);
    try {
      await call('POST', `/peer-reviews/${form.dataset.review}/grade`, {
        grade: data.get('grade'), comment: data.get('comment'), teaching: data.get('teaching'),
      });
      notify(t('review.graded'));
      window.location.assign('/reviews');
    } catch (error) {
      notifyError(error);
    }
  });
}

/** Whoever signed the report and reads what came of it has seen it. */
function setUpFeedback() {
  const place = document.querySelector('[data-role=comparison][data-feedback]');
  if (!(place instanceof HTMLElement)) return;
  call('POST', `/peer-reviews/${place.dataset.feedback}/seen`).catch(notifyError);
}
