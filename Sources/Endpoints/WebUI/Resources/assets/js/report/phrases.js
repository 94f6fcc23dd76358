// Phrases: a few letters and a space become a sentence.

/** @typedef {{keys: string[], text: string}} Phrase */

/**
 * What a space typed at `caret` makes of the text before it; null where no phrase ends there.
 * @param {string} text
 * @param {number} caret
 * @param {Phrase[]} phrases
 * @returns {{start: number, insert: string} | null} replace `text[start..<caret]` by `insert`
 */
export function expansion(text, caret, phrases) {
  const before = text.slice(0, caret);
  // A full-width semicolon or stop is what an input method gives for the key.
  const plain = before.replace(/；/g, ';').replace(/．/g, '.');
  /** @type {{start: number, insert: string} | null} */
  let best = null;
  for (const { keys, text: insert } of phrases) {
    for (const key of keys) {
      if (!plain.endsWith(key)) continue;
      const start = caret - key.length;
      if (!best || start < best.start) best = { start, insert };
    }
  }
  return best;
}

/**
 * @param {HTMLTextAreaElement} field
 * @param {() => Phrase[]} phrases
 */
export function expandPhrases(field, phrases) {
  field.addEventListener('keydown', (event) => {
    if (event.key !== ' ' || event.isComposing || event.keyCode === 229 || field.readOnly) return;
    if (field.selectionStart !== field.selectionEnd) return;
    const found = expansion(field.value, field.selectionStart, phrases());
    if (!found) return;
    event.preventDefault();
    field.setSelectionRange(found.start, field.selectionStart);
    insertText(field, found.insert);
  });
}

/**
 * Replaces the selection as if it had been typed, so that Ctrl+Z takes it back.
 * @param {HTMLTextAreaElement} field
 * @param {string} text
 */
export function insertText(field, text) {
  field.focus();
  if (document.execCommand('insertText', false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
