// Pieces of a document's page. Words go in as text, never as markup: they come from strangers.

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {string} [className]
 * @param {string} [words]
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function make(name, className, words) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (words !== undefined) made.textContent = words;
  return made;
}

/**
 * Buttons of which one is pressed.
 * @template Value
 * @param {string} label what they choose, for those who cannot see it
 * @param {{value: Value, words: string}[]} choices
 * @param {Value} chosen
 * @param {(value: Value) => void} onChoose
 */
export function choice(label, choices, chosen, onChoose) {
  const group = make('span', 'document-choice');
  group.setAttribute('role', 'group');
  group.setAttribute('aria-label', label);
  group.append(...choices.map(({ value, words }) => {
    const button = make('button', 'tool', words);
    button.type = 'button';
    button.setAttribute('aria-pressed', String(value === chosen));
    button.addEventListener('click', () => {
      for (const each of group.querySelectorAll('button')) each.setAttribute('aria-pressed', String(each === button));
      onChoose(value);
    });
    return button;
  }));
  return group;
}

/**
 * @template Value
 * @param {string} label
 * @param {{value: Value, words: string}[]} choices
 * @param {Value} chosen
 * @param {(value: Value) => void} onChoose
 */
export function picker(label, choices, chosen, onChoose) {
  const select = make('select', 'document-select');
  select.setAttribute('aria-label', label);
  select.title = label;
  choices.forEach(({ value, words }, index) => select.append(new Option(words, String(index), false, value === chosen)));
  select.addEventListener('change', () => onChoose(choices[select.selectedIndex].value));
  return select;
}

/**
 * @param {string} words @param {() => void} run @param {string} [className]
 */
export function pressable(words, run, className = 'tool') {
  const button = make('button', className, words);
  button.type = 'button';
  button.addEventListener('click', run);
  return button;
}
