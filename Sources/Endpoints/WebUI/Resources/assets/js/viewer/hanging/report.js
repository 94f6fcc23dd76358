// The report of an earlier study, unfolded under its entry in the list of priors.

import { call } from '../../core/api.js';
import { notifyError } from '../../core/notice.js';
import { t } from '../../core/strings.js';
import { partsOf, UnfoldedReports } from './report-parts.js';

/** @typedef {import('./report-parts.js').PriorReportAnswer} PriorReportAnswer */

const ELEMENTS = { heading: 'p', caution: 'p', title: 'h4', text: 'p', note: 'p' };
const CLASSES = { heading: 'prior-report-mark', caution: 'banner banner-warning', title: '', text: 'pre', note: 'muted' };

export class PriorReports {
  /** @param {() => void} refreshList fetches the page's list of priors again */
  constructor(refreshList) {
    this.refreshList = refreshList;
    this.unfolded = new UnfoldedReports();
    /** @type {Set<string>} studies whose report is being read */
    this.loading = new Set();
    // A details element's toggle does not bubble.
    document.addEventListener('toggle', (event) => {
      const part = event.target;
      if (part instanceof HTMLDetailsElement && part.dataset.priorReport) this.toggled(part);
    }, true);
  }

  /**
   * The entry of a study, where it has a report to read.
   * @param {string} study @returns {HTMLDetailsElement | null}
   */
  part(study) {
    const part = document.querySelector(`details[data-prior-report="${CSS.escape(study)}"]`);
    return part instanceof HTMLDetailsElement ? part : null;
  }

  /** @param {string} study that is opened beside the reader's own */
  show(study) {
    const part = this.part(study);
    if (part) part.open = true;
  }

  /** The list was fetched again: what was unfolded still is. */
  listChanged() {
    for (const study of this.unfolded.answers.keys()) this.show(study);
  }

  /** @param {HTMLDetailsElement} part */
  toggled(part) {
    const study = part.dataset.priorReport ?? '';
    if (!part.isConnected) return;
    if (!part.open) {
      this.unfolded.fold(study);
      return;
    }
    this.unfolded.unfold(study);
    const known = this.unfolded.current(study, part.dataset.edition ?? '');
    draw(part, known);
    // One that is under way is drawn where the entry stands when it comes.
    if (!known && !this.loading.has(study)) this.load(part, study).catch(notifyError);
  }

  /** @param {HTMLDetailsElement} part @param {string} study */
  async load(part, study) {
    this.loading.add(study);
    /** @type {PriorReportAnswer} */
    const answer = await call('POST', `/studies/${part.dataset.study}/priors/${study}/report`)
      .finally(() => this.loading.delete(study));
    this.unfolded.take(study, answer);
    const now = this.part(study);
    if (!now?.open) return;
    draw(now, answer);
    // It was asked for just now, or is another edition than the list knows.
    if (answer.edition !== now.dataset.edition) this.refreshList();
  }
}

/**
 * @param {HTMLDetailsElement} part
 * @param {PriorReportAnswer | null} answer null: it is being read
 */
function draw(part, answer) {
  const body = part.querySelector('[data-role=prior-report]');
  const parts = answer ? partsOf(answer, t) : [{ kind: /** @type {const} */ ('note'), text: t('priorReport.loading') }];
  body?.replaceChildren(...parts.map(({ kind, text }) => {
    const element = document.createElement(ELEMENTS[kind]);
    element.className = CLASSES[kind];
    element.textContent = text;
    return element;
  }));
}
