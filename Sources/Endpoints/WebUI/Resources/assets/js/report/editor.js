// The report editor of the reading page: claim, write, sign.

import { APIError, call } from '../core/api.js';
import { refreshAll } from '../core/live.js';
import { ask, notify, notifyError } from '../core/notice.js';
import { need } from '../core/page.js';
import { t } from '../core/strings.js';
import { clock } from '../core/time.js';
import { Autosave } from './autosave.js';
import { savedBesideText } from './beside-text.js';
import { keepLease } from './lease.js';
import { askSignature } from './signature.js';
import { TemplatePicker } from './templates.js';
import { Unsaved } from './unsaved.js';

/** @typedef {import('./autosave.js').State} State */

/**
 * What a refusal of a save or a renewal means.
 * @param {unknown} error
 * @returns {'conflict' | 'lost' | 'retry'}
 */
export function judge(error) {
  if (!(error instanceof APIError)) return 'retry';
  if (error.code === 'stale_draft') return 'conflict';
  return error.status === 403 || error.status === 404 || error.status === 409 ? 'lost' : 'retry';
}

/**
 * @param {import('./signature.js').Shown} shown how well the images were seen
 * @returns {{[name: string]: () => void}} keys of the editor
 */
export function setUpEditor(shown) {
  const form = need('#report', HTMLFormElement);
  const task = form.dataset.task ?? '';
  const findings = need('[name=findings]', HTMLTextAreaElement, form);
  const impression = need('[name=impression]', HTMLTextAreaElement, form);
  const isMine = form.dataset.mine === 'true';
  const actions = new ActionButtons(form, task, shown);
  document.addEventListener('click', (event) => {
    if (/** @type {HTMLElement} */ (event.target).closest('[data-action=show-late]')) actions.run('show-late');
  });
  if (!isMine) return { Enter: () => actions.press('claim'), 'Ctrl+Enter': () => actions.press('claim') };

  const line = need('[data-role=save-state]', HTMLElement, form);
  const banner = need('[data-role=lost]', HTMLElement, form);
  /** @param {State} state @param {string | null} savedAt */
  const show = (state, savedAt) => {
    line.dataset.state = state;
    line.textContent = {
      clean: savedAt ? t('reading.saved', { time: clock(new Date(savedAt)) }) : '',
      dirty: t('reading.unsaved'), saving: t('reading.saving'), failing: t('reading.failing'),
      conflict: t('reading.unsaved'), lost: t('reading.unsaved'),
    }[state];
    if (state !== 'conflict' && state !== 'lost') return;
    banner.hidden = false;
    need('p', HTMLElement, banner).textContent = t(state === 'conflict' ? 'reading.conflict' : 'reading.lost');
    findings.readOnly = true;
    impression.readOnly = true;
    actions.disable();
    stopLease();
  };
  const read = () => ({ findings: findings.value, impression: impression.value });
  // As the page came: somebody may have typed before this listens.
  const sent = { findings: findings.defaultValue, impression: impression.defaultValue };
  const unsaved = new Unsaved(task, window.sessionStorage);
  const autosave = new Autosave(sent, Number(form.dataset.version ?? 0), {
    save: (text, version) => call('PUT', `/tasks/${task}/draft`, { ...text, version }),
    judge,
    show: (state, savedAt) => {
      if (state === 'clean') {
        unsaved.forget();
        refreshAll(['versions']);
      }
      show(state, savedAt);
    },
    schedule: (action, delay) => window.setTimeout(action, delay),
    unschedule: (handle) => window.clearTimeout(handle),
    now: () => Date.now(),
  });
  const stopLease = keepLease({
    renew: () => call('POST', `/tasks/${task}/renew`),
    isRefusal: (error) => judge(error) !== 'retry',
    onLost: () => autosave.lose(),
  }, form.dataset.leaseUntil ?? null);
  if (form.dataset.savedAt) show('clean', form.dataset.savedAt);
  const typed = () => {
    autosave.changed(read());
    if (autosave.isDirty) unsaved.keep(read(), autosave.version);
  };
  form.addEventListener('input', typed);
  form.addEventListener('submit', (event) => event.preventDefault());
  need('[data-role=copy]', HTMLButtonElement, banner).addEventListener('click', () => {
    const { findings: first, impression: second } = read();
    navigator.clipboard.writeText(`${first}\n\n${second}`).then(() => notify(t('reading.copied')), notifyError);
  });
  need('[data-role=reload]', HTMLButtonElement, banner).addEventListener('click', () => {
    actions.isLeaving = true;
    window.location.reload();
  });
  window.addEventListener('beforeunload', (event) => {
    if (actions.isLeaving || !autosave.isDirty) return;
    event.preventDefault();
    event.returnValue = t('reading.leaveConfirm');
  });
  // An ended session leads to the login page and back here; what was typed waits in this tab.
  window.addEventListener('jieli-leaving', () => { actions.isLeaving = true; });
  restore(unsaved, sent, autosave.version, (text) => {
    findings.value = text.findings;
    impression.value = text.impression;
    typed();
  }).catch(notifyError);
  typed();
  actions.beforeSigning = async () => {
    const text = read();
    if (text.findings.trim() === '' || text.impression.trim() === '') {
      notify(t('reading.emptyReport'), 'problem');
      (text.findings.trim() === '' ? findings : impression).focus();
      return null;
    }
    autosave.changed(text);
    return (await besideText()) && (await autosave.flush()) ? { version: autosave.version, text: `${text.findings}\n${text.impression}` } : null;
  };
  actions.beforeLeaving = async () => (await besideText()) && autosave.flush();
  const picker = new TemplatePicker(task, findings, impression);
  const pick = () => { if (!findings.readOnly) picker.open().catch(notifyError); };
  need('[data-role=templates]', HTMLButtonElement, form).addEventListener('click', pick);
  // Works while typing too, where bare keys are text.
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'F2') return;
    event.preventDefault();
    event.stopPropagation();
    pick();
  });
  return {
    F2: pick,
    'Ctrl+Enter': () => actions.press('sign'),
    'Ctrl+s': () => { autosave.changed(read()); autosave.flush(); },
    e: () => findings.focus(),
    Escape: () => { if (document.activeElement instanceof HTMLElement) document.activeElement.blur(); },
  };
}

/**
 * Brings back what the page before could not save; over a draft that somebody saved meanwhile only when asked to.
 * @param {Unsaved} unsaved
 * @param {import('./unsaved.js').Text} saved
 * @param {number} version
 * @param {(text: import('./unsaved.js').Text) => void} put
 */
async function restore(unsaved, saved, version, put) {
  const left = unsaved.left(saved);
  if (!left) return;
  if (left.version !== version && (await ask(t('reading.restoreQuestion'), { confirm: t('reading.restore') })) === null) {
    unsaved.forget();
    return;
  }
  put(left);
  notify(t('reading.restored'));
}

/** @returns {Promise<boolean>} whether the measurements are saved; says so where they are not */
async function besideText() {
  const isSaved = await savedBesideText();
  if (!isSaved) notify(t('measure.unsaved'), 'problem');
  return isSaved;
}

/** The buttons under the report; each runs once at a time. */
class ActionButtons {
  /** @param {HTMLFormElement} form @param {string} task @param {import('./signature.js').Shown} shown */
  constructor(form, task, shown) {
    this.form = form;
    this.shown = shown;
    this.task = task;
    this.isBusy = false;
    this.isLeaving = false;
    /** @type {() => Promise<{version: number, text: string} | null>} */
    this.beforeSigning = async () => null;
    /** @type {() => Promise<boolean>} */
    this.beforeLeaving = async () => true;
    for (const button of form.querySelectorAll('button[data-action]')) {
      button.addEventListener('click', () => this.run(/** @type {HTMLElement} */ (button).dataset.action ?? ''));
    }
  }

  disable() {
    for (const button of this.form.querySelectorAll('button[data-action]')) button.setAttribute('disabled', '');
  }

  /**
   * Presses the visible button of a kind.
   * @param {'claim' | 'sign'} kind
   */
  press(kind) {
    const button = this.form.querySelector(`button[data-kind=${kind}]:not([disabled])`);
    if (button instanceof HTMLElement) this.run(button.dataset.action ?? '');
  }

  /** @param {string} action */
  async run(action) {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      await this.perform(action);
    } catch (error) {
      notifyError(error);
    } finally {
      this.isBusy = false;
    }
  }

  /** @param {string} action */
  async perform(action) {
    const path = `/tasks/${this.task}`;
    switch (action) {
      case 'claim':
        await call('POST', `${path}/claim`);
        this.leave();
        break;
      case 'unclaim':
        if (!(await this.beforeLeaving())) return;
        await call('POST', `${path}/unclaim`);
        this.leave('/worklist');
        break;
      case 'preliminary':
      case 'final': {
        const signature = await this.beforeSigning();
        if (!signature) return;
        const given = await askSignature(this.form, {
          path, text: signature.text, shown: this.shown,
          question: t(action === 'final' ? 'reading.finalConfirm' : 'reading.signConfirm'),
          confirm: t(action === 'final' ? 'reading.signFinal' : 'reading.signPreliminary'),
        });
        if (!given) return;
        await call('POST', `${path}/${action}`, { version: signature.version, ...given });
        this.leave(`/worklist?done=${action}`);
        break;
      }
      case 'show-late':
        if (!(await this.beforeLeaving())) return;
        await call('POST', `${path}/additions-seen`);
        this.leave();
        break;
      case 'return': {
        if (!(await this.beforeLeaving())) return;
        const reason = await ask(t('reading.return'), { confirm: t('reading.return'), label: t('reading.returnReason') });
        if (!reason) return;
        await call('POST', `${path}/return`, { reason });
        this.leave('/worklist?done=returned');
        break;
      }
      case 'addendum': {
        const text = await ask(t('edition.addendumQuestion'), { confirm: t('edition.addAddendum'), label: t('edition.addendumText') });
        if (!text) return;
        const given = await askSignature(this.form, {
          path, text, question: text, confirm: t('edition.addAddendum'), isAboutText: true,
        });
        if (!given) return;
        await call('POST', `${path}/addendum`, { text, password: given.password });
        this.leave();
        break;
      }
      case 'correct': {
        const reason = await ask(t('edition.correctQuestion'), { confirm: t('edition.correct'), label: t('edition.correctReason') });
        if (!reason) return;
        await call('POST', `${path}/correct`, { reason });
        this.leave();
        break;
      }
      default:
        throw new Error(`no action ${action}`);
    }
  }

  /** @param {string} [address] this page again when left out */
  leave(address) {
    this.isLeaving = true;
    if (address) window.location.assign(address);
    else window.location.reload();
  }
}
