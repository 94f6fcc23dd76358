// Keys that act on a page, silent while somebody types.

/**
 * @typedef {object} KeyPress the part of a KeyboardEvent that matters
 * @property {string} key
 * @property {boolean} [ctrlKey]
 * @property {boolean} [metaKey]
 * @property {boolean} [altKey]
 * @property {boolean} [shiftKey]
 * @property {boolean} [isComposing]
 * @property {number} [keyCode]
 */

/**
 * "Ctrl+Enter", "i", "ArrowUp", "?": how a key press is named. ⌘ counts as Ctrl; Shift is named only with keys that it does
 * not change by itself.
 * @param {KeyPress} press
 * @returns {string}
 */
export function keyName(press) {
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  const parts = [];
  if (press.ctrlKey || press.metaKey) parts.push('Ctrl');
  if (press.altKey) parts.push('Alt');
  if (press.shiftKey && press.key.length > 1) parts.push('Shift');
  parts.push(key);
  return parts.join('+');
}

/**
 * Whether a press belongs to an input method (keyCode 229 is what browsers send while it composes).
 * @param {KeyPress} press
 * @returns {boolean}
 */
export function isComposition(press) {
  return press.isComposing === true || press.keyCode === 229 || press.key === 'Process';
}

/**
 * Whether a bare key would be text where the focus is. Keys with Ctrl still act there.
 * @param {{tagName?: string, type?: string, isContentEditable?: boolean} | null} target
 * @returns {boolean}
 */
export function takesText(target) {
  if (!target || !target.tagName) return false;
  if (target.isContentEditable) return true;
  const tag = target.tagName.toUpperCase();
  if (tag === 'TEXTAREA' || tag === 'SELECT') return true;
  return tag === 'INPUT' && !['button', 'submit', 'checkbox', 'radio', 'range', 'reset'].includes(target.type ?? 'text');
}

/**
 * The action for a press, or null.
 * @param {KeyPress} press
 * @param {Parameters<typeof takesText>[0]} target
 * @param {{[name: string]: () => void}} actions
 * @returns {(() => void) | null}
 */
export function actionFor(press, target, actions) {
  if (isComposition(press)) return null;
  const name = keyName(press);
  if (takesText(target) && !name.startsWith('Ctrl+') && name !== 'Escape') return null;
  // Enter on a focused button or link is that button's.
  if (name === 'Enter' && target && /^(BUTTON|A|SUMMARY)$/.test(target.tagName ?? '')) return null;
  return Object.prototype.hasOwnProperty.call(actions, name) ? actions[name] : null;
}

/**
 * @param {{[name: string]: () => void} | (() => {[name: string]: () => void})} actions or what gives those of the moment
 * @returns {() => void} takes the keys away again
 */
export function listenForKeys(actions) {
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    // A dialog has its own keys; the browser closes it on Escape.
    if (document.querySelector('dialog[open]')) return;
    const action = actionFor(event, /** @type {HTMLElement} */ (event.target),
      typeof actions === 'function' ? actions() : actions);
    if (!action) return;
    event.preventDefault();
    action();
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}
