// Whose images these are may be corrected while they are looked at: then every pane says so, not only the head of the page.

/** @param {Element} who */
const words = (who) => [...who.children].map((part) => part.textContent?.trim() ?? '').join('\n');

/**
 * Panes that show another study's images keep what they say until those are gone; panes that are not on the screen follow, too.
 * @param {import('./viewer.js').Viewer} viewer
 */
export function followPatient(viewer) {
  const who = document.querySelector('.reading-who');
  const template = document.querySelector('[data-role=pane-template]');
  if (!who || !(template instanceof HTMLTemplateElement)) return;
  let before = words(who);
  who.addEventListener('refreshed', () => {
    const now = words(who);
    if (now === before) return;
    for (const root of [template.content, ...viewer.layout.made.map(({ element }) => element)]) {
      for (const corner of root.querySelectorAll('[data-overlay=patient]')) {
        const text = corner.textContent ?? '';
        if (text.startsWith(before)) corner.textContent = now + text.slice(before.length);
        const own = corner instanceof HTMLElement ? corner.dataset.own : undefined;
        if (own?.startsWith(before)) /** @type {HTMLElement} */ (corner).dataset.own = now + own.slice(before.length);
      }
    }
    before = now;
  });
}
