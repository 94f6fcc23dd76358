// The "?" sheet: every command with its keys, made from the commands.

import { t } from '../core/strings.js';
import { keyCaps } from './commands.js';
import { presetsFor } from './presets.js';

/**
 * @typedef {import('./viewer.js').Viewer} Viewer
 */

/** Groups in the order of the sheet; others follow. */
const GROUPS = ['keys.scrolling', 'keys.tools', 'keys.view', 'viewer.presets', 'keys.panes'];

/**
 * A term with its keys.
 * @param {string[]} keys
 * @returns {HTMLElement}
 */
export function keyTerm(keys) {
  const term = document.createElement('dt');
  keys.forEach((key, index) => {
    if (index > 0) term.append(' ');
    keyCaps(key).forEach((cap, part) => {
      if (part > 0) term.append('+');
      const print = document.createElement('kbd');
      print.textContent = cap;
      term.append(print);
    });
  });
  return term;
}

/**
 * Writes the sheet.
 * @param {HTMLElement} place
 * @param {Viewer} viewer
 */
export function writeKeySheet(place, viewer) {
  const table = viewer.commands.table();
  /** @type {Map<string, HTMLElement>} */
  const lists = new Map();
  for (const group of GROUPS) listOf(lists, group);
  for (const [name, command] of viewer.commands.all) {
    const keys = viewer.commands.keysOf(name).filter((key) => table.get(key) === name);
    if (keys.length === 0) continue;
    const label = labelOf(name, command.label, viewer.active.stack?.series.modality ?? '');
    if (!label) continue;
    const words = document.createElement('dd');
    words.textContent = t(label);
    listOf(lists, command.group ?? 'keys.other').append(keyTerm(keys), words);
  }
  place.replaceChildren();
  for (const [group, list] of lists) {
    if (list.childElementCount === 0) continue;
    const section = document.createElement('section');
    const heading = document.createElement('h3');
    heading.textContent = t(group);
    section.append(heading, list);
    place.append(section);
  }
}

/**
 * What a command is called beside images of this modality; '' when it does nothing there.
 * @param {string} name
 * @param {string} label
 * @param {string} modality
 * @returns {string}
 */
function labelOf(name, label, modality) {
  const digit = /^preset-([3-9])$/.exec(name)?.[1];
  return digit ? presetsFor(modality).find(({ key }) => key === digit)?.label ?? '' : label;
}

/** @param {Map<string, HTMLElement>} lists @param {string} group @returns {HTMLElement} */
function listOf(lists, group) {
  let list = lists.get(group);
  if (!list) {
    list = document.createElement('dl');
    list.className = 'key-list';
    lists.set(group, list);
  }
  return list;
}
