// Which keys a user may give to a command.

/**
 * @template Subject
 * @typedef {import('./commands.js').Commands<Subject>} Commands
 */

/** What the browser keeps for itself or needs for getting about. */
const RESERVED = new Set([
  'Tab', 'Shift+Tab', 'Enter', 'F5', 'F6', 'F11', 'F12', 'Ctrl+r', 'Ctrl+w', 'Ctrl+t', 'Ctrl+n', 'Ctrl+q', 'Ctrl+l', 'Ctrl+f',
  'Ctrl+p', 'Ctrl+c', 'Ctrl+v', 'Ctrl+x', 'Ctrl+a', 'Ctrl+z', 'Alt+F4', 'Alt+ArrowLeft', 'Alt+ArrowRight', 'Ctrl++', 'Ctrl+-', 'Ctrl+0',
]);
const BARE = new Set(['Control', 'Shift', 'Alt', 'Meta', 'Process', 'Dead', 'CapsLock', 'Unidentified']);

/** @param {string} key as `keyName` names it @returns {boolean} */
export function isReserved(key) {
  return RESERVED.has(key);
}

/** @param {string} key @returns {boolean} only a modifier so far: the key itself is still to come */
export function isUnfinished(key) {
  return BARE.has(key.split('+').pop() ?? '');
}

/**
 * The other command that has this key; null when it is free.
 * @template Subject
 * @param {Commands<Subject>} commands
 * @param {string} name
 * @param {string} key
 * @returns {string | null}
 */
export function conflict(commands, name, key) {
  const owner = commands.table().get(key);
  return owner !== undefined && owner !== name ? owner : null;
}

/**
 * What is worth keeping of a stored key table: lists of keys by command.
 * @param {unknown} stored
 * @returns {{[name: string]: string[]}}
 */
export function readTable(stored) {
  /** @type {{[name: string]: string[]}} */
  const table = {};
  if (typeof stored !== 'object' || stored === null) return table;
  for (const [name, keys] of Object.entries(stored)) {
    if (!Array.isArray(keys)) continue;
    table[name] = keys.filter((key) => typeof key === 'string' && key !== '' && !isReserved(key)).slice(0, 4);
  }
  return table;
}
