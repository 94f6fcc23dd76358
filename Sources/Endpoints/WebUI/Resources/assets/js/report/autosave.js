// Saves a draft by itself: soon after typing stops, never two saves at once, never silently failing.

/**
 * @typedef {{findings: string, impression: string}} Text
 * @typedef {{version: number, savedAt: string}} Saved
 * @typedef {'clean' | 'dirty' | 'saving' | 'failing' | 'conflict' | 'lost'} State
 *
 * @typedef {object} Surroundings what it needs from outside, so that tests bring their own
 * @property {(text: Text, version: number) => Promise<Saved>} save
 * @property {(error: any) => 'conflict' | 'lost' | 'retry'} judge
 * @property {(state: State, savedAt: string | null) => void} show
 * @property {(action: () => void, delay: number) => any} schedule
 * @property {(handle: any) => void} unschedule
 * @property {() => number} now in milliseconds
 */

export const QUIET_TIME = 1500;
export const LONGEST_WAIT = 10000;
const RETRY_DELAYS = [2000, 4000, 8000, 15000, 30000];

export class Autosave {
  /**
   * @param {Text} text as last read from the server
   * @param {number} version
   * @param {Surroundings} surroundings
   */
  constructor(text, version, surroundings) {
    this.surroundings = surroundings;
    this.version = version;
    this.saved = text;
    this.current = text;
    /** @type {State} */
    this.state = 'clean';
    /** @type {string | null} */
    this.savedAt = null;
    /** @type {any} */
    this.timer = null;
    /** @type {number | null} when the oldest unsaved change was made */
    this.unsavedSince = null;
    this.failures = 0;
    /** @type {Promise<boolean> | null} */
    this.inFlight = null;
  }

  get isDirty() {
    return this.current.findings !== this.saved.findings || this.current.impression !== this.saved.impression;
  }

  get isStopped() {
    return this.state === 'conflict' || this.state === 'lost';
  }

  /**
   * The text changed under the doctor's hands.
   * @param {Text} text
   */
  changed(text) {
    this.current = text;
    if (this.isStopped || !this.isDirty) return;
    if (!this.inFlight && this.state !== 'failing') this.enter('dirty');
    if (this.state === 'failing') return;
    if (this.unsavedSince === null) this.unsavedSince = this.surroundings.now();
    const left = this.unsavedSince + LONGEST_WAIT - this.surroundings.now();
    this.wait(Math.min(QUIET_TIME, Math.max(0, left)));
  }

  /**
   * Saves what is unsaved now. True when everything is on the server.
   * @returns {Promise<boolean>}
   */
  async flush() {
    this.stopWaiting();
    if (this.inFlight) await this.inFlight;
    if (this.isStopped) return false;
    return this.isDirty ? this.saveNow() : true;
  }

  /** No more saving: the claim has ended. */
  lose() {
    this.stopWaiting();
    this.enter('lost');
  }

  /** @returns {Promise<boolean>} */
  saveNow() {
    this.stopWaiting();
    if (this.inFlight) return this.inFlight;
    this.inFlight = this.attempt().finally(() => {
      this.inFlight = null;
      if (this.state === 'failing') {
        this.wait(RETRY_DELAYS[Math.min(this.failures - 1, RETRY_DELAYS.length - 1)]);
      } else if (!this.isStopped && this.isDirty) {
        this.enter('dirty');
        this.wait(QUIET_TIME);
      }
    });
    return this.inFlight;
  }

  /** @returns {Promise<boolean>} */
  async attempt() {
    const text = this.current;
    if (this.state !== 'failing') this.enter('saving');
    try {
      const { version, savedAt } = await this.surroundings.save(text, this.version);
      this.version = version;
      this.saved = text;
      this.savedAt = savedAt;
      this.failures = 0;
      this.unsavedSince = null;
      if (!this.isStopped) this.enter('clean');
      return true;
    } catch (error) {
      const verdict = this.surroundings.judge(error);
      this.failures += 1;
      this.enter(verdict === 'retry' ? 'failing' : verdict);
      return false;
    }
  }

  /** @param {number} delay */
  wait(delay) {
    if (this.timer !== null) this.surroundings.unschedule(this.timer);
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
    this.surroundings.show(state, this.savedAt);
  }
}
