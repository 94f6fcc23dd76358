// All measurements of a study in this page: which is chosen, what was done and can be undone.

/**
 * @typedef {import('./kinds.js').Measurement} Measurement
 * @typedef {{before: Measurement | null, after: Measurement | null, index: number}} Step
 */

/** Steps that can be taken back. */
const MEMORY = 200;
/** More on one study are refused by the server. */
export const MOST = 200;

export class Collection {
  /** @param {(reason: 'edit' | 'choice' | 'load') => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    /** @type {Measurement[]} */
    this.all = [];
    /** @type {string | null} */
    this.chosenID = null;
    /** @type {Step[]} */
    this.done = [];
    /** @type {Step[]} */
    this.undone = [];
  }

  get chosen() {
    return this.all.find(({ id }) => id === this.chosenID) ?? null;
  }

  /** @param {Measurement[]} measurements as kept elsewhere; what was done here before can't be undone any more */
  load(measurements) {
    this.all = measurements;
    this.done = [];
    this.undone = [];
    this.chosenID = null;
    this.onChange('load');
  }

  /** @param {Measurement} measurement @returns {number} its number on the image and in the list, from 1 */
  numberOf(measurement) {
    return this.all.findIndex(({ id }) => id === measurement.id) + 1;
  }

  /** @param {string | null} id */
  choose(id) {
    if (this.chosenID === id) return;
    this.chosenID = id;
    this.onChange('choice');
  }

  /** @param {Measurement} measurement @returns {boolean} false when there are too many */
  add(measurement) {
    if (this.all.length >= MOST) return false;
    this.chosenID = measurement.id;
    this.commit({ before: null, after: measurement, index: this.all.length });
    return true;
  }

  /**
   * @param {Measurement} measurement in its new shape, `before` in its old
   * @param {Measurement} before
   */
  change(measurement, before) {
    const index = this.all.findIndex(({ id }) => id === measurement.id);
    if (index >= 0) this.commit({ before, after: measurement, index });
  }

  /**
   * While a handle is being dragged, or numbers come later than the shape: shown, and nothing to undo.
   * @param {Measurement} measurement
   */
  preview(measurement) {
    this.all = this.all.map((known) => (known.id === measurement.id ? measurement : known));
  }

  /** @param {string} id */
  remove(id) {
    const index = this.all.findIndex((known) => known.id === id);
    if (index < 0) return;
    this.commit({ before: this.all[index], after: null, index });
  }

  undo() {
    const step = this.done.pop();
    if (!step) return false;
    this.undone.push(step);
    this.apply({ before: step.after, after: step.before, index: step.index });
    return true;
  }

  redo() {
    const step = this.undone.pop();
    if (!step) return false;
    this.done.push(step);
    this.apply(step);
    return true;
  }

  /** @param {Step} step */
  commit(step) {
    this.done.push(step);
    if (this.done.length > MEMORY) this.done.shift();
    this.undone = [];
    this.apply(step);
  }

  /** @param {Step} step */
  apply({ before, after, index }) {
    const others = this.all.filter(({ id }) => id !== before?.id && id !== after?.id);
    if (after) others.splice(Math.min(index, others.length), 0, after);
    this.all = others;
    if (after) this.chosenID = after.id;
    else if (before && this.chosenID === before.id) this.chosenID = null;
    this.onChange('edit');
  }
}
