// A press of a button before the page's modules are here is kept, and made again once they listen. No module: the page waits for
// it, so that nothing can be pressed before.

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
  document.addEventListener('click', keep, true);
  document.addEventListener('change', keepChoice, true);

  // Some of a page may listen before the rest: what it has done is not done twice.
  document.addEventListener('jieli-done', () => { pressed = null; });
  document.addEventListener('jieli-listening', () => {
    document.removeEventListener('click', keep, true);
    document.removeEventListener('change', keepChoice, true);
    if (!pressed?.isConnected) return;
    if (pressed instanceof HTMLButtonElement) pressed.click();
    else pressed.dispatchEvent(new Event('change', { bubbles: true }));
  }, { once: true });
}
