// Templates in the editor, by keyboard: F2, a few letters, Enter, the values, Enter.

import { call } from '../core/api.js';
import { button, confirmButton, dialogFoot, newDialog, shownUntilClosed } from '../core/dialog.js';
import { ask, notify, notifyError } from '../core/notice.js';
import { t } from '../core/strings.js';
import { fault, filled, keptValues, matching } from './filling.js';
import { measuredValues } from './measured-values.js';
import { expandPhrases, insertText } from './phrases.js';

/**
 * @typedef {import('./filling.js').Template} Template
 * @typedef {import('./phrases.js').Phrase} Phrase
 * @typedef {'append' | 'replace'} Manner
 */

export class TemplatePicker {
  /**
   * @param {string} task
   * @param {HTMLTextAreaElement} findings
   * @param {HTMLTextAreaElement} impression
   */
  constructor(task, findings, impression) {
    this.task = task;
    this.findings = findings;
    this.impression = impression;
    /** @type {Template[]} */
    this.templates = [];
    /** @type {Phrase[]} */
    this.phrases = [];
    for (const field of [findings, impression]) expandPhrases(field, () => this.phrases);
    /**
     * Fields that were filled from the viewer, with the value that was there then.
     * @type {Map<string, string>}
     */
    this.measured = new Map();
    this.loading = this.load().catch(notifyError);
  }

  async load() {
    const { templates, phrases } = await call('GET', `/templates?task=${this.task}`);
    this.templates = templates;
    this.phrases = phrases;
  }

  /** The list; from there the values and the insertion. */
  async open() {
    if (document.querySelector('dialog[open]')) return;
    await this.loading;
    const template = await this.choose();
    if (!template) return this.findings.focus();
    const values = template.fields.length > 0 ? await this.fill(template) : {};
    if (!values) return this.findings.focus();
    const manner = await this.manner();
    if (!manner) return this.findings.focus();
    await this.insert(template, values, manner);
    return undefined;
  }

  /** @returns {Promise<Template | null>} */
  choose() {
    const { dialog, form } = newDialog('template-dialog', t('template.pick'));
    const search = document.createElement('input');
    search.type = 'search';
    search.className = 'template-search';
    search.placeholder = t('template.search');
    search.setAttribute('aria-label', t('template.search'));
    const list = document.createElement('ul');
    list.className = 'template-list';
    list.setAttribute('role', 'listbox');
    const hint = document.createElement('p');
    hint.className = 'muted template-phrases';
    hint.textContent = `${t('template.macros')}  ${this.phrases.map(({ keys, text }) => `${keys.join(' ')} ${text}`).join('　')}`;
    const keep = button(t('template.saveOwn'));
    keep.addEventListener('click', () => { dialog.close(); this.saveOwn(); });
    const page = document.createElement('a');
    page.className = 'button';
    page.href = '/templates';
    page.target = '_blank';
    page.textContent = t('template.title');
    form.append(search, list, hint, dialogFoot(dialog, keep, page));
    let shown = this.templates;
    let at = 0;
    /** @type {Template | null} */
    let chosen = null;
    const draw = () => {
      list.replaceChildren(...shown.map((template, index) => {
        const item = document.createElement('li');
        item.setAttribute('role', 'option');
        item.setAttribute('aria-selected', String(index === at));
        const name = document.createElement('strong');
        name.textContent = template.name;
        const source = document.createElement('span');
        source.className = 'tag';
        source.textContent = t(`template.source.${template.source}`);
        const gist = document.createElement('span');
        gist.className = 'muted template-gist';
        gist.textContent = template.impression;
        item.append(name, ' ', source, gist);
        item.addEventListener('click', () => { chosen = template; dialog.close(); });
        return item;
      }));
      if (shown.length === 0) list.textContent = t('template.none');
      list.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
    };
    search.addEventListener('input', () => { shown = matching(this.templates, search.value); at = 0; draw(); });
    dialog.addEventListener('keydown', (event) => {
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        at = Math.min(shown.length - 1, Math.max(0, at + (event.key === 'ArrowDown' ? 1 : -1)));
        draw();
      } else if (event.key === 'Enter' && event.target === search) {
        chosen = shown[at] ?? null;
        if (chosen) dialog.close();
      } else return;
      event.preventDefault();
    });
    draw();
    return shownUntilClosed(dialog, search, () => chosen);
  }

  /** @param {Template} template @returns {Promise<{[name: string]: string} | null>} */
  fill(template) {
    const { dialog, form } = newDialog('template-dialog', `${template.name} · ${t('template.fields')}`);
    /** @type {{[name: string]: HTMLInputElement | HTMLSelectElement}} */
    const inputs = {};
    for (const field of template.fields) {
      const label = document.createElement('label');
      label.className = 'field';
      label.textContent = field.unit ? `${field.name}（${field.unit}）` : field.name;
      const input = field.kind === 'choice' ? chooser(field.choices ?? []) : document.createElement('input');
      if (input instanceof HTMLInputElement && field.kind === 'number') input.inputMode = 'decimal';
      input.name = field.name;
      inputs[field.name] = input;
      label.append(input);
      form.append(label);
      if (input instanceof HTMLInputElement && field.unit) this.offerMeasured(form, field, input);
    }
    const problem = document.createElement('p');
    problem.className = 'banner banner-problem';
    problem.hidden = true;
    form.append(problem, dialogFoot(dialog, confirmButton(t('template.insert'))));
    const read = () => Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.value]));
    form.addEventListener('submit', (event) => {
      const wrong = template.fields.find((field) => fault(field, inputs[field.name].value));
      if (!wrong) return;
      event.preventDefault();
      problem.hidden = false;
      problem.textContent = t('template.fieldRange', { name: wrong.name, least: wrong.least ?? '−∞', most: wrong.most ?? '∞' });
      inputs[wrong.name].focus();
    });
    const first = inputs[template.fields[0].name];
    return shownUntilClosed(dialog, first, () => (dialog.returnValue === 'yes' ? read() : null));
  }

  /**
   * What was measured in the viewer and has the field's unit: a press fills the field.
   * @param {HTMLElement} form @param {import('./filling.js').Field} field @param {HTMLInputElement} input
   */
  offerMeasured(form, field, input) {
    this.measured.delete(field.name);
    const values = measuredValues(field.unit ?? '');
    if (values.length === 0) return;
    const row = document.createElement('p');
    row.className = 'measured-values';
    row.append(t('template.measured'), ...values.map(({ label, value }) => {
      const take = button(label);
      take.classList.add('button-quiet');
      take.addEventListener('click', () => {
        input.value = value;
        this.measured.set(field.name, value);
        input.focus();
      });
      return take;
    }));
    form.append(row);
  }

  /** What is written already is never overwritten without asking. @returns {Promise<Manner | null>} */
  async manner() {
    if ((this.findings.value + this.impression.value).trim() === '') return 'replace';
    const { dialog, form } = newDialog('template-dialog', t('template.exists'));
    const replace = button(t('template.replace'));
    replace.addEventListener('click', () => dialog.close('replace'));
    const append = button(t('template.append'));
    append.classList.add('button-primary');
    append.addEventListener('click', () => dialog.close('append'));
    form.append(dialogFoot(dialog, replace, append));
    return shownUntilClosed(dialog, append, () => /** @type {Manner | null} */ (dialog.returnValue || null));
  }

  /** @param {Template} template @param {{[name: string]: string}} values @param {Manner} manner */
  async insert(template, values, manner) {
    for (const [field, text] of /** @type {[HTMLTextAreaElement, string][]} */ ([
      [this.impression, filled(template.impression, template.fields, values)],
      [this.findings, filled(template.findings, template.fields, values)],
    ])) {
      field.focus();
      if (manner === 'replace') field.select();
      else field.setSelectionRange(field.value.length, field.value.length);
      insertText(field, manner === 'append' && field.value.trim() !== '' ? `\n${text}` : text);
    }
    const measured = [...this.measured].filter(([name, value]) => values[name] === value).map(([name]) => name);
    const kept = keptValues(template.fields, values, new Set(measured));
    if (kept.length === 0) return;
    try {
      await call('PUT', `/tasks/${this.task}/fields`, { fields: kept });
    } catch (error) {
      notifyError(error);
    }
  }

  /** The text as it stands becomes the reader's own template. */
  async saveOwn() {
    const name = await ask(t('template.saveOwn'), { confirm: t('template.saveOwn'), label: t('template.nameOwn') });
    if (!name) return;
    try {
      const { modalities } = await call('GET', `/tasks/${this.task}`);
      await call('PUT', '/templates/own', { name, findings: this.findings.value, impression: this.impression.value, modalities });
      notify(t('template.savedOwn'));
      await this.load();
    } catch (error) {
      notifyError(error);
    }
  }
}

/** @param {string[]} choices @returns {HTMLSelectElement} */
function chooser(choices) {
  const select = document.createElement('select');
  for (const choice of choices) select.add(new Option(choice, choice));
  return select;
}
