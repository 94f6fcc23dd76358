// A press of a button or a key before the page's modules are here is kept, and made again once they listen. No module: the page waits
// for it, so that nothing can be pressed before.

{
  /** @type {HTMLButtonElement | HTMLSelectElement | null} the last one: who pressed twice waits for one answer */
  let pressed = null;

  /** @param {Event} event */
  const keep = ({ target }) => {
    const button = target instanceof Element ? target.closest('button[type=button]') : null;
    if (button instanceof HTMLButtonElement) pressed = button;
  };
  /** @param {Event} event */
  const keepChoice = ({ target }) => {
    if (target instanceof HTMLSelectElement) pressed = target;
  };
  /** Two seconds of a key that is held down. */
  const MOST_KEYS = 64;
  /** @type {KeyboardEvent[]} */
  const keys = [];
  /** @param {KeyboardEvent} event */
  const keepKey = (event) => {
    const { target, key } = event;
    const isText = target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
    if (isText || event.isComposing || ['Shift', 'Control', 'Alt', 'Meta', 'Tab'].includes(key) || keys.length >= MOST_KEYS) return;
    keys.push(event);
  };
  /** What opens something ends it: what was typed then was meant for that. */
  const pressKeys = () => {
    for (const event of keys.splice(0)) {
      // Some of the page may have listened already.
      if (!event.defaultPrevented) {
        const { key, code, ctrlKey, altKey, shiftKey, metaKey } = event;
        const again = new KeyboardEvent('keydown', { key, code, ctrlKey, altKey, shiftKey, metaKey, bubbles: true, cancelable: true });
        (document.activeElement || document).dispatchEvent(again);
      }
      if (event.ctrlKey || event.metaKey || /^F\d+$/.test(event.key)) return;
    }
  };
  document.addEventListener('click', keep, true);
  document.addEventListener('change', keepChoice, true);
  document.addEventListener('keydown', keepKey, true);

  // Some of a page may listen before the rest: what it has done is not done twice.
  document.addEventListener('jieli-done', () => { pressed = null; });
  document.addEventListener('jieli-listening', () => {
    document.removeEventListener('click', keep, true);
    document.removeEventListener('change', keepChoice, true);
    document.removeEventListener('keydown', keepKey, true);
    pressKeys();
    if (!pressed?.isConnected) return;
    if (pressed instanceof HTMLButtonElement) pressed.click();
    else pressed.dispatchEvent(new Event('change', { bubbles: true }));
  }, { once: true });
}
