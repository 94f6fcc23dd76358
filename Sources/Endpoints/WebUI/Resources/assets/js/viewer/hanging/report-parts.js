// What a prior's report consists of on the page, without a page.

/**
 * @typedef {object} PriorReportText
 * @property {string} findings
 * @property {string} impression
 * @property {string} signedText
 * @property {{text: string, signedText: string}[]} addenda
 * @property {string[]} cautions
 * @property {string} sourceText
 *
 * @typedef {object} PriorReportAnswer as POST /api/v1/studies/…/priors/…/report gives it
 * @property {string} heading
 * @property {string} edition
 * @property {{state: string, stateText: string}} [report]
 * @property {PriorReportText} [text]
 *
 * @typedef {{kind: 'heading' | 'caution' | 'title' | 'text' | 'note', text: string}} Part
 */

/**
 * The mark whose report it is comes first, what to mind second, and its words after both.
 * @param {PriorReportAnswer} answer
 * @param {(key: string) => string} t
 * @returns {Part[]}
 */
export function partsOf({ heading, report, text }, t) {
  /** @type {Part[]} */
  const parts = heading === '' ? [] : [{ kind: 'heading', text: heading }];
  if (!text) return [...parts, { kind: 'note', text: report?.stateText ?? t('priorReport.none') }];
  for (const caution of text.cautions) parts.push({ kind: 'caution', text: caution });
  parts.push({ kind: 'title', text: t('report.findings') }, { kind: 'text', text: text.findings });
  parts.push({ kind: 'title', text: t('report.impression') }, { kind: 'text', text: text.impression });
  parts.push({ kind: 'note', text: text.signedText });
  for (const addendum of text.addenda) {
    parts.push({ kind: 'title', text: t('edition.addendum') }, { kind: 'text', text: addendum.text }, { kind: 'note', text: addendum.signedText });
  }
  parts.push({ kind: 'note', text: text.sourceText });
  return parts;
}

/**
 * Answers of the reports that are unfolded. A list that was fetched again asks for none that it shows already; each
 * unfolding asks anew, because each is a reading that stands on the trail.
 */
export class UnfoldedReports {
  constructor() {
    /** @type {Map<string, PriorReportAnswer | null>} by study; null: not answered yet */
    this.answers = new Map();
  }

  /** @param {string} study @returns {boolean} */
  has(study) {
    return this.answers.has(study);
  }

  /** @param {string} study */
  unfold(study) {
    if (!this.answers.has(study)) this.answers.set(study, null);
  }

  /** @param {string} study */
  fold(study) {
    this.answers.delete(study);
  }

  /** @param {string} study @param {PriorReportAnswer} answer */
  take(study, answer) {
    if (this.answers.has(study)) this.answers.set(study, answer);
  }

  /**
   * @param {string} study
   * @param {string} edition as the list names it now
   * @returns {PriorReportAnswer | null} null: to be asked for
   */
  current(study, edition) {
    const answer = this.answers.get(study);
    return answer && answer.edition === edition ? answer : null;
  }
}
