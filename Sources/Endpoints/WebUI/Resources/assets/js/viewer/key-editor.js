// Changing keys and mouse buttons, in the dialog of the key sheet.

import { keyName } from '../core/hotkeys.js';
import { t } from '../core/strings.js';
import { keyCaps } from './commands.js';
import { conflict, isReserved, isUnfinished } from './key-rules.js';

/** @typedef {import('./viewer.js').Viewer} Viewer */

export class KeyEditor {
  /** @param {HTMLElement} place @param {Viewer} viewer */
  constructor(place, viewer) {
    this.place = place;
    this.viewer = viewer;
    /** The command whose next key is waited for. */
    this.waiting = '';
    place.addEventListener('keydown', (event) => this.press(event));
  }

  show() {
    this.waiting = '';
    const table = document.createElement('table');
    table.className = 'key-table';
    const { commands } = this.viewer;
    const owners = commands.table();
    for (const [name, command] of commands.all) {
      const row = table.insertRow();
      row.dataset.row = name;
      row.insertCell().textContent = t(command.label);
      const keys = commands.keysOf(name).filter((key) => owners.get(key) === name);
      const cell = row.insertCell();
      const change = document.createElement('button');
      change.type = 'button';
      change.className = 'button button-quiet';
      change.dataset.keyOf = name;
      for (const key of keys) {
        const cap = document.createElement('kbd');
        cap.textContent = keyCaps(key).join('+');
        change.append(cap);
      }
      if (keys.length === 0) change.textContent = t('keys.none');
      change.addEventListener('click', () => this.wait(name, change));
      cell.append(change);
      const remove = document.createElement('button');
      remove.type = 'button';
      remove.className = 'button button-quiet';
      remove.textContent = '×';
      remove.setAttribute('aria-label', t('keys.remove'));
      remove.hidden = keys.length === 0;
      remove.addEventListener('click', () => this.set(name, []));
      row.insertCell().append(remove);
    }
    this.message = document.createElement('p');
    this.message.className = 'banner';
    this.message.dataset.role = 'key-message';
    this.message.setAttribute('role', 'status');
    this.message.textContent = t('keys.explain');
    this.place.replaceChildren(this.message, this.mouse(), table);
  }

  /** @param {string} name @param {HTMLElement} button */
  wait(name, button) {
    this.waiting = name;
    button.textContent = t('keys.press');
    this.say(t('keys.pressFor', { name: t(this.viewer.commands.all.get(name)?.label ?? name) }));
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (!this.waiting) return;
    const key = keyName(event);
    if (isUnfinished(key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (key === 'Escape') {
      this.show();
      return;
    }
    const cap = keyCaps(key).join('+');
    if (isReserved(key)) {
      this.say(t('keys.reserved', { key: cap }), true);
      return;
    }
    const owner = conflict(this.viewer.commands, this.waiting, key);
    if (owner !== null) {
      this.say(t('keys.conflict', { key: cap, name: t(this.viewer.commands.all.get(owner)?.label ?? owner) }), true);
      return;
    }
    this.set(this.waiting, [key]);
  }

  /** @param {string} name @param {string[]} keys */
  set(name, keys) {
    const { settings, commands } = this.viewer;
    settings.keys[name] = keys;
    settings.save();
    commands.own = settings.keys;
    commands.changed();
    this.show();
    const label = t(commands.all.get(name)?.label ?? name);
    this.say(t('keys.saved', { name: label, key: keys.map((key) => keyCaps(key).join('+')).join(' ') || t('keys.none') }));
  }

  /** @param {string} words @param {boolean} [isProblem] */
  say(words, isProblem = false) {
    if (!this.message) return;
    this.message.textContent = words;
    this.message.classList.toggle('banner-problem', isProblem);
  }

  /** @returns {HTMLElement} the choice of what each mouse button does */
  mouse() {
    const { settings, tools } = this.viewer;
    const group = document.createElement('div');
    group.className = 'mouse-settings';
    const choice = (/** @type {'middle' | 'right' | 'wheel'} */ which, /** @type {[string, string][]} */ options) => {
      const label = document.createElement('label');
      label.textContent = t(`mouse.${which}`);
      const select = document.createElement('select');
      select.dataset.mouse = which;
      for (const [value, words] of options) select.add(new Option(words, value, false, settings.mouse[which] === value));
      select.addEventListener('change', () => {
        if (which === 'wheel') settings.mouse.wheel = select.value === 'zoom' ? 'zoom' : 'scroll';
        else settings.mouse[which] = select.value;
        settings.save();
      });
      label.append(select);
      return label;
    };
    /** @type {[string, string][]} */
    const all = [...tools.values()].map((tool) => [tool.name, t(tool.label)]);
    group.append(choice('middle', all), choice('right', all),
      choice('wheel', [['scroll', t('viewer.scroll')], ['zoom', t('viewer.zoom')]]));
    return group;
  }
}
