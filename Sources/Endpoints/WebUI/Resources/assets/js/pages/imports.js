// Importing discs, folders, zip files and single files.

import { UnreachableError, call, leaveForLogin } from '../core/api.js';
import { ask, notify, notifyError } from '../core/notice.js';
import { need, startPage } from '../core/page.js';
import { t } from '../core/strings.js';
import { age } from '../core/time.js';
import { bytes, directoryAmong, filesOf } from '../imports/media.js';
import { chosen, make, showChoice, showFiles, showResult } from '../imports/tables.js';
import { Uploader, sendTo } from '../imports/upload.js';

/** @typedef {import('../imports/upload.js').Item} Item */
/** @typedef {import('../imports/tables.js').Study} Study */
/**
 * @typedef {object} Job
 * @property {string} id
 * @property {'collecting' | 'importing' | 'finished'} phase
 * @property {boolean} isForeign
 * @property {boolean} isUnpacking
 * @property {string} [problem]
 * @property {number} images
 * @property {number} done
 * @property {Study[]} studies
 * @property {Study[]} [directory]
 * @property {number} skippedCount
 * @property {Array<{name: string, reason: string}>} skipped
 * @property {Array<{name: string, reason: string}>} refused
 */

/** The server is asked this often while something goes on. */
const POLL = 1000;

/** What the server takes as one file: 8 GiB. */
const LARGEST = 8 * 1024 ** 3;

/** @param {number} seconds */
const pause = (seconds) => new Promise((resolve) => { window.setTimeout(() => resolve(undefined), seconds * 1000); });

class ImportPage {
  constructor() {
    this.source = need('[data-role=source]', HTMLElement);
    this.upload = need('[data-role=upload]', HTMLElement);
    this.choice = need('[data-role=choice]', HTMLElement);
    this.intake = need('[data-role=intake]', HTMLElement);
    this.result = need('[data-role=result]', HTMLElement);
    this.files = need('[data-role=files]', HTMLElement);
    this.buttons = need('[data-role=buttons]', HTMLElement);
    this.start = need('[data-action=start]', HTMLButtonElement);
    this.studies = need('[data-role=studies]', HTMLElement, this.choice);
    /** @type {Job | null} */
    this.job = null;
    /** @type {Uploader | null} */
    this.uploader = null;
    /** @type {() => void} */
    this.onStart = () => {};
    for (const input of this.source.querySelectorAll('input[type=file]')) {
      input.addEventListener('change', () => {
        const { files } = /** @type {HTMLInputElement} */ (input);
        const items = [...files ?? []].map((file) => ({
          name: file.webkitRelativePath || file.name, size: file.size, content: file,
        }));
        /** @type {HTMLInputElement} */ (input).value = '';
        if (items.length > 0) this.guard(() => this.take(items));
      });
    }
    this.start.addEventListener('click', () => this.onStart());
    need('[data-action=cancel]', HTMLButtonElement).addEventListener('click', () => this.guard(() => this.cancel()));
    window.addEventListener('beforeunload', (event) => {
      if (!this.uploader) return;
      event.preventDefault();
      event.returnValue = t('imports.leaveConfirm');
    });
  }

  /** @param {() => Promise<void>} body */
  async guard(body) {
    try {
      await body();
    } catch (error) {
      if (/** @type {any} */ (error)?.status === 401) leaveForLogin();
      // A plain Error holds words for a person.
      if (error instanceof Error && error.constructor === Error) notify(t('app.problem', { message: error.message }), 'problem');
      else notifyError(error);
    } finally {
      this.uploader = null;
    }
  }

  /** @param {...HTMLElement} parts that are shown now, beside the list of files */
  show(...parts) {
    for (const part of [this.source, this.upload, this.choice, this.intake, this.result, this.buttons]) {
      part.hidden = !parts.includes(part);
    }
  }

  // Beginning

  /** @param {Item[]} items */
  async take(items) {
    if (items.some((item) => item.size > LARGEST)) throw new Error(t('imports.tooLarge'));
    const isAgain = this.job?.phase === 'collecting';
    if (!this.job || !isAgain) {
      this.job = /** @type {Job} */ (await call('POST', '/imports'));
      window.history.replaceState(null, '', `/imports?id=${this.job.id}`);
    }
    const directory = directoryAmong(items);
    if (directory && items.length > 1 && await this.readDirectory(directory)) {
      this.chooseFromDirectory(items, directory);
      return;
    }
    await this.send(items);
    await this.chooseAfterUpload();
  }

  /** @param {Item} directory @returns {Promise<boolean>} whether it could be read */
  async readDirectory(directory) {
    const answer = await fetch(`/api/v1/imports/${this.job?.id}/directory`, {
      method: 'PUT', body: directory.content, credentials: 'same-origin',
      headers: { 'X-Requested-With': 'jieli', 'Content-Type': 'application/octet-stream' },
    }).catch(() => { throw new UnreachableError('directory'); });
    if (answer.status === 401) leaveForLogin();
    if (!answer.ok) {
      notify(t('imports.noDirectory'), 'problem');
      return false;
    }
    this.job = /** @type {Job} */ (await answer.json());
    return (this.job.directory?.length ?? 0) > 0;
  }

  /** @param {Item[]} items @param {Item} directory */
  chooseFromDirectory(items, directory) {
    const listed = this.job?.directory ?? [];
    this.offer(listed, t('imports.uploadChosen'), async () => {
      const wanted = new Set(chosen(this.studies));
      const { found, missing } = filesOf(items, directory, listed.filter((study) => wanted.has(study.studyInstanceUID)));
      if (missing > 0) notify(t('imports.missing', { count: missing }), 'problem');
      // A directory that names other files than there are is no help.
      await this.send(found.length > 0 ? found : items);
      await this.waitWhile((job) => job.isUnpacking);
      await this.begin([...wanted]);
    });
  }

  // Uploading

  /** @param {Item[]} items */
  async send(items) {
    const { id } = /** @type {Job} */ (this.job);
    const received = await call('GET', `/imports/${id}/received`);
    const missing = items.filter((item) => received[item.name] !== item.size);
    this.show(this.upload, this.buttons);
    this.start.hidden = true;
    const bar = need('progress', HTMLProgressElement, this.upload);
    const line = need('[data-role=line]', HTMLElement, this.upload);
    this.uploader = new Uploader(missing, {
      send: sendTo(id), pause, now: () => Date.now(),
      show: ({ sent, total, files, rate }) => {
        bar.max = Math.max(total, 1);
        bar.value = sent;
        const rest = rate > 0 ? age((total - sent) / rate * 1000) : '–';
        line.textContent = t('imports.sending', {
          sent: bytes(sent), total: bytes(total), files, count: missing.length, rate: bytes(rate), rest,
        });
      },
    });
    await this.uploader.run();
    this.uploader = null;
  }

  // Choosing

  /**
   * @param {Study[]} studies
   * @param {string} label of the button
   * @param {() => Promise<void>} next
   */
  offer(studies, label, next) {
    this.show(this.choice, this.buttons);
    const update = () => { this.start.disabled = chosen(this.studies).length === 0; };
    showChoice(this.studies, studies, update);
    this.start.hidden = false;
    this.start.textContent = label;
    this.onStart = () => this.guard(next);
    update();
  }

  async chooseAfterUpload() {
    const job = await this.waitWhile((each) => each.isUnpacking);
    this.showFiles(job);
    if (job.studies.length === 0) {
      notify(t('imports.nothing'), 'problem');
      this.show(this.source, this.buttons);
      this.start.hidden = true;
      return;
    }
    this.offer(job.studies, t('imports.start'), () => this.begin(chosen(this.studies)));
  }

  // Taking in

  /** @param {string[]} studies */
  async begin(studies) {
    const isForeign = need('input[name=origin]:checked', HTMLInputElement, this.choice).value === 'foreign';
    this.job = /** @type {Job} */ (await call('POST', `/imports/${this.job?.id}/start`, { studies, isForeign }));
    await this.follow();
  }

  async follow() {
    this.show(this.intake);
    const bar = need('progress', HTMLProgressElement, this.intake);
    const line = need('[data-role=line]', HTMLElement, this.intake);
    const problem = need('[data-role=problem]', HTMLElement, this.intake);
    const job = await this.waitWhile((each) => {
      bar.max = Math.max(each.images, 1);
      bar.value = each.done;
      line.textContent = t('imports.taking', { done: each.done, images: each.images });
      problem.hidden = !each.problem;
      problem.textContent = each.problem ? t('imports.waits', { problem: each.problem }) : '';
      return each.phase === 'importing';
    });
    this.finish(job);
  }

  /** @param {Job} job */
  finish(job) {
    this.show(this.result, this.source);
    need('[data-role=again]', HTMLElement, this.source).hidden = true;
    showResult(need('[data-role=studies]', HTMLElement, this.result), job.studies.filter((study) => study.isChosen));
    this.showFiles(job);
    this.job = null;
  }

  /** @param {Job} job */
  showFiles(job) {
    const refused = make('div');
    const skipped = make('div');
    showFiles(refused, t('imports.refused'), job.refused, job.refused.length);
    showFiles(skipped, t('imports.skipped'), job.skipped, job.skippedCount);
    this.files.replaceChildren(refused, skipped);
    this.files.hidden = job.refused.length + job.skippedCount === 0;
  }

  /** @param {(job: Job) => boolean} goesOn @returns {Promise<Job>} */
  async waitWhile(goesOn) {
    for (;;) {
      const job = /** @type {Job} */ (await call('GET', `/imports/${this.job?.id}`));
      this.job = job;
      if (!goesOn(job)) return job;
      await pause(POLL / 1000);
    }
  }

  async cancel() {
    if ((await ask(t('imports.cancelConfirm'), { confirm: t('imports.cancel') })) === null) return;
    this.uploader?.cancel();
    this.uploader = null;
    if (this.job) await call('DELETE', `/imports/${this.job.id}`);
    window.location.assign('/imports');
  }

  /**
   * After a reload: whatever goes on at the server is shown again.
   * @param {string} id
   */
  async resume(id) {
    this.job = /** @type {Job} */ (await call('GET', `/imports/${id}`));
    if (this.job.phase === 'importing') {
      await this.follow();
      return;
    }
    if (this.job.phase === 'finished') {
      this.finish(this.job);
      return;
    }
    if (this.job.isUnpacking || this.job.studies.length > 0) {
      await this.chooseAfterUpload();
      this.source.hidden = false;
    } else {
      this.show(this.source, this.buttons);
      this.start.hidden = true;
    }
    need('[data-role=again]', HTMLElement, this.source).hidden = false;
  }
}

startPage(() => {
  const page = new ImportPage();
  const id = new URL(window.location.href).searchParams.get('id');
  if (id) page.guard(() => page.resume(id));
});
