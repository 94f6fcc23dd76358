// Measurements on their way to the server: soon after each change, one request at a time.

/**
 * @typedef {import('./wire.js').Wire} Wire
 * @typedef {'clean' | 'saving' | 'failing' | 'stale' | 'lost'} State
 *
 * @typedef {object} Surroundings
 * @property {(measurements: Wire[], revision: number) => Promise<{revision: number}>} save
 * @property {(error: unknown) => 'stale' | 'lost' | 'retry'} judge
 * @property {(state: State) => void} show
 * @property {(action: () => void, delay: number) => unknown} schedule
 * @property {(handle: any) => void} unschedule
 */

export const QUIET = 600;
const RETRY = 4000;

export class Keeping {
  /**
   * @param {number} revision as read
   * @param {Surroundings} surroundings
   */
  constructor(revision, surroundings) {
    this.revision = revision;
    this.surroundings = surroundings;
    /** @type {State} */
    this.state = 'clean';
    /** @type {Wire[] | null} not on the server yet */
    this.waiting = null;
    /** @type {Wire[] | null} sent, and the answer is not known: it may be on the server */
    this.unanswered = null;
    /** @type {unknown} */
    this.timer = null;
    /** @type {Promise<boolean> | null} */
    this.running = null;
  }

  get isStopped() {
    return this.state === 'stale' || this.state === 'lost';
  }

  /** @param {Wire[]} measurements all of them */
  changed(measurements) {
    if (this.isStopped) return;
    this.waiting = measurements;
    this.enter('saving');
    this.wait(QUIET);
  }

  /**
   * Saves now what is not saved.
   * @returns {Promise<boolean>} whether all is on the server
   */
  async flush() {
    this.stopWaiting();
    if (this.running) await this.running;
    while (this.waiting && !this.isStopped) {
      if (!(await this.saveNow()) && this.state === 'failing') return false;
    }
    return !this.waiting;
  }

  /** @returns {Promise<boolean>} */
  saveNow() {
    this.stopWaiting();
    if (this.running) return this.running;
    this.running = this.attempt().finally(() => {
      this.running = null;
      if (this.waiting && !this.isStopped) this.wait(this.state === 'failing' ? RETRY : QUIET);
    });
    return this.running;
  }

  /**
   * What was sent without an answer is sent again before anything newer: the server knows it again by its words, and would
   * take newer ones over the same revision for another page's.
   * @returns {Promise<boolean>}
   */
  async attempt() {
    const sent = this.unanswered ?? this.waiting;
    if (!sent) return true;
    this.unanswered = sent;
    try {
      const { revision } = await this.surroundings.save(sent, this.revision);
      this.revision = revision;
      this.unanswered = null;
      if (this.waiting === sent) this.waiting = null;
      this.enter(this.waiting ? 'saving' : 'clean');
      return this.waiting === null;
    } catch (error) {
      const verdict = this.surroundings.judge(error);
      this.enter(verdict === 'retry' ? 'failing' : verdict);
      return false;
    }
  }

  /** @param {number} delay */
  wait(delay) {
    this.stopWaiting();
    this.timer = this.surroundings.schedule(() => {
      this.timer = null;
      this.saveNow();
    }, delay);
  }

  stopWaiting() {
    if (this.timer !== null) this.surroundings.unschedule(this.timer);
    this.timer = null;
  }

  /** @param {State} state */
  enter(state) {
    this.state = state;
    this.surroundings.show(state);
  }
}
