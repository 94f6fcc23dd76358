// Times as people read them, in the browser's own zone.

import { currentLanguage, t } from './strings.js';

/** @param {number} value @returns {string} */
function two(value) {
  return String(value).padStart(2, '0');
}

/** @param {Date} date @returns {string} 14:03:05 */
export function clock(date) {
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** @param {Date} date @param {Date} now @returns {string} 14:03, or 11-21 14:03 on another day, with the year in another year */
export function shortTime(date, now) {
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  const day = `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  if (date.getFullYear() !== now.getFullYear()) return `${date.getFullYear()}-${day} ${time}`;
  return date.toDateString() === now.toDateString() ? time : `${day} ${time}`;
}

/**
 * @param {number} milliseconds
 * @param {'age' | 'span'} [form] a span is finer: hours with their minutes
 * @returns {string} the largest unit that fits
 */
export function age(milliseconds, form = 'age') {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (form === 'span' && seconds >= 3600 && seconds < 24 * 3600) {
    return t('due.hours', { hours: Math.floor(seconds / 3600), minutes: Math.floor((seconds % 3600) / 60) });
  }
  if (seconds < 60) return t('time.seconds', { count: seconds });
  if (seconds < 3600) return t('time.minutes', { count: Math.floor(seconds / 60) });
  if (seconds < 48 * 3600) return t('time.hours', { count: Math.floor(seconds / 3600) });
  return t('time.days', { count: Math.floor(seconds / 86400) });
}

/**
 * How long until something is due, or how long it is late; late is red whatever the server said before.
 * @param {HTMLElement} element
 * @param {number} left milliseconds
 */
function showDue(element, left) {
  const shown = left >= 0 ? t('due.left', { span: age(left, 'span') }) : t('due.late', { span: age(-left, 'span') });
  if (element.textContent !== shown) element.textContent = shown;
  if (left < 0) element.className = 'due-parent';
}

/**
 * Rewrites every `<time>` below: `data-form` age counts up, anything else is a date in local time.
 * @param {ParentNode} root
 */
export function showTimes(root) {
  const now = new Date();
  for (const element of root.querySelectorAll('time[datetime]')) {
    const date = new Date(element.getAttribute('datetime') ?? '');
    if (Number.isNaN(date.getTime())) continue;
    const form = /** @type {HTMLElement} */ (element).dataset.form;
    if (form === 'due') {
      showDue(/** @type {HTMLElement} */ (element), date.getTime() - now.getTime());
      continue;
    }
    const shown = form === 'age' ? age(now.getTime() - date.getTime()) : shortTime(date, now);
    if (element.textContent !== shown) element.textContent = shown;
    element.setAttribute('title', date.toLocaleString(currentLanguage() === 'zh' ? 'zh-CN' : 'en-GB'));
  }
}
