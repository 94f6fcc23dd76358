// Asks which vertebra was clicked.

import { t } from '../../core/strings.js';
import { VERTEBRAE } from './spine.js';

/**
 * @typedef {import('../stack-pane.js').StackPane} StackPane
 * @typedef {import('../placement.js').Point} Point
 */

/** @param {string} words @param {() => void} onClick @returns {HTMLButtonElement} */
function button(words, onClick) {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'tool';
  made.textContent = words;
  made.addEventListener('click', onClick);
  return made;
}

/**
 * A menu beside a point of a pane; anything pressed elsewhere closes it.
 * @param {StackPane} pane
 * @param {Point} point
 * @param {{current: string | null, choose: (name: string) => void, remove?: () => void, clear?: () => void}} what
 */
export function openSpineMenu(pane, point, { current, choose, remove, clear }) {
  closeSpineMenu();
  const menu = document.createElement('div');
  menu.className = 'spine-menu';
  menu.dataset.role = 'spine-menu';
  menu.setAttribute('role', 'dialog');
  menu.setAttribute('aria-label', t('volume.spine'));
  const pick = (/** @type {() => void} */ act) => () => {
    closeSpineMenu();
    act();
  };
  for (const letter of ['C', 'T', 'L', 'S']) {
    const row = document.createElement('div');
    row.className = 'spine-row';
    for (const name of VERTEBRAE.filter((each) => each.startsWith(letter))) {
      const each = button(name, pick(() => choose(name)));
      each.setAttribute('aria-pressed', String(name === current));
      row.append(each);
    }
    menu.append(row);
  }
  if (remove && clear) {
    const row = document.createElement('div');
    row.className = 'spine-row';
    row.append(button(t('volume.spineRemove'), pick(remove)), button(t('volume.spineClear'), pick(clear)));
    menu.append(row);
  }
  // Presses on the menu are not presses on the image.
  for (const event of ['pointerdown', 'wheel', 'dblclick']) menu.addEventListener(event, (each) => each.stopPropagation());
  pane.element.append(menu);
  const { width, height } = pane.size;
  menu.style.left = `${Math.max(4, Math.min(point.x + 12, width - menu.offsetWidth - 4))}px`;
  menu.style.top = `${Math.max(4, Math.min(point.y + 12, height - menu.offsetHeight - 4))}px`;
  window.setTimeout(() => document.addEventListener('pointerdown', closeSpineMenu, { once: true }), 0);
}

export function closeSpineMenu() {
  document.removeEventListener('pointerdown', closeSpineMenu);
  for (const menu of document.querySelectorAll('[data-role=spine-menu]')) menu.remove();
}
