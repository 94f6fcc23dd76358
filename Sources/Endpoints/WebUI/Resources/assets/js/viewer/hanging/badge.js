// 旧片 on a pane: a word, a date and a frame, so that nobody takes the old images for the new ones.

import { t } from '../../core/strings.js';
import { markOf } from './prior-study.js';

/** @typedef {import('../stack-pane.js').StackPane} StackPane */

/** @param {StackPane} pane whose stack may have changed */
export function showBadge(pane) {
  const { element } = pane;
  const mark = markOf(pane.stack);
  keepPatient(element, Boolean(pane.stack?.caption));
  let badge = element.querySelector('.prior-badge');
  if (!mark) {
    badge?.remove();
    delete element.dataset.prior;
    return;
  }
  if (!(badge instanceof HTMLElement)) {
    badge = document.createElement('div');
    badge.className = 'prior-badge';
    element.append(badge);
  }
  element.dataset.prior = mark.study;
  const name = document.createElement('strong');
  name.textContent = t('prior.badge');
  const words = [mark.date, mark.age].filter(Boolean).join(' · ');
  badge.replaceChildren(name, ` ${words}`, ...(mark.isProbable ? [uncertain()] : []));
}

/**
 * The page's own patient and date stand in the corner again when the other study's images are gone.
 * @param {HTMLElement} element @param {boolean} isOther
 */
function keepPatient(element, isOther) {
  const corner = element.querySelector('[data-overlay=patient]');
  if (!(corner instanceof HTMLElement)) return;
  if (isOther) corner.dataset.own = corner.dataset.own ?? corner.textContent ?? '';
  else if (corner.dataset.own !== undefined) {
    corner.textContent = corner.dataset.own;
    delete corner.dataset.own;
  }
}

/** @returns {HTMLElement} */
function uncertain() {
  const words = document.createElement('span');
  words.className = 'prior-badge-check';
  words.textContent = t('prior.checkPatient');
  return words;
}
