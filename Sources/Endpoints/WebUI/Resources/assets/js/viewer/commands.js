// What can be done, under one name each: for the tool bar, the keys, the sheet of keys and everybody's own key table.

/**
 * @template Subject
 * @typedef {object} Command
 * @property {string} name what `data-command` of a button says
 * @property {string} label a key of the string catalogue
 * @property {string[]} keys as `keyName` of core/hotkeys.js names them: "w", "Ctrl+Enter", "PageDown"
 * @property {string} [group] where the sheet of keys lists it: a key of the string catalogue
 * @property {(subject: Subject) => void} run
 */

/**
 * @template Subject
 */
export class Commands {
  constructor() {
    /** @type {Map<string, Command<Subject>>} */
    this.all = new Map();
    /**
     * The user's own keys by command, instead of the command's.
     * @type {{[name: string]: string[]}}
     */
    this.own = {};
    /** @type {Map<string, string> | null} */
    this.known = null;
    /**
     * Told when commands or keys change.
     * @type {() => void}
     */
    this.onChange = () => {};
  }

  /** @param {Command<Subject>} command */
  add(command) {
    for (const key of command.keys) {
      const owner = [...this.all.values()].find((other) => other.name !== command.name && other.keys.includes(key));
      if (owner) console.warn(`the key ${key} of ${command.name} is already that of ${owner.name}`);
    }
    this.all.set(command.name, command);
    this.changed();
  }

  /** Commands or keys are others than before. */
  changed() {
    this.known = null;
    this.onChange();
  }

  /** @param {string} name @returns {string[]} */
  keysOf(name) {
    return this.own[name] ?? this.all.get(name)?.keys ?? [];
  }

  /**
   * Who has which key. A key that the user gave goes before a key that a command came with; else the first command wins.
   * @returns {Map<string, string>} command by key
   */
  table() {
    if (this.known) return this.known;
    /** @type {Map<string, string>} */
    const table = new Map();
    this.known = table;
    const names = [...this.all.keys()];
    const isOwn = (/** @type {string} */ name) => this.own[name] !== undefined;
    for (const name of [...names.filter(isOwn), ...names.filter((each) => !isOwn(each))]) {
      for (const key of this.keysOf(name)) if (!table.has(key)) table.set(key, name);
    }
    return table;
  }

  /** @param {string} name @param {Subject} subject */
  run(name, subject) {
    this.all.get(name)?.run(subject);
  }
}

/**
 * How keys are written on buttons.
 * @type {{[key: string]: string}}
 */
const SIGNS = {
  ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', PageUp: 'PgUp', PageDown: 'PgDn', Escape: 'Esc', ' ': '␣', Delete: 'Del',
};

/** @param {string} key as `keyName` names it @returns {string[]} the keys to press together, as they are printed on keyboards */
export function keyCaps(key) {
  const parts = key.split('+');
  // "+" and "Ctrl++": the key is the sign itself.
  if (key.endsWith('+')) parts.splice(-2, 2, '+');
  return parts.map((part) => SIGNS[part] ?? (part.length === 1 ? part.toUpperCase() : part));
}
