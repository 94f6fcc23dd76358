// What is typed and not saved yet outlives the page: a session that ends in mid-sentence costs no word.

/** @typedef {{findings: string, impression: string}} Text */
/** @typedef {Text & {version: number}} Kept */

/** The part of a browser's storage that matters, so that tests bring their own. */
/** @typedef {{getItem(key: string): string | null, setItem(key: string, value: string): void, removeItem(key: string): void}} Store */

/**
 * One tab's unsaved text of one task, gone with the tab and as soon as the server has it: it names a patient's findings.
 */
export class Unsaved {
  /** @param {string} task @param {Store} store */
  constructor(task, store) {
    this.key = `jieli.unsaved.${task}`;
    this.store = store;
  }

  /** @param {Text} text @param {number} version that it was written over */
  keep(text, version) {
    try {
      this.store.setItem(this.key, JSON.stringify({ ...text, version }));
    } catch {
      // A full or forbidden storage: the draft on the server is what there is.
    }
  }

  forget() {
    this.store.removeItem(this.key);
  }

  /**
   * What the page that was here before could not save; null where the server has it all.
   * @param {Text} saved what the server has
   * @returns {Kept | null}
   */
  left(saved) {
    const text = this.store.getItem(this.key);
    if (!text) return null;
    /** @type {Kept} */
    let kept;
    try {
      kept = JSON.parse(text);
    } catch {
      return null;
    }
    if (typeof kept.findings !== 'string' || typeof kept.impression !== 'string') return null;
    return kept.findings === saved.findings && kept.impression === saved.impression ? null : kept;
  }
}
