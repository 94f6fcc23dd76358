// The list of measurements beside the report.

import { button } from '../../core/dialog.js';
import { t } from '../../core/strings.js';
import { spoken } from './results.js';

/**
 * @typedef {import('./measuring.js').Measuring} Measuring
 * @typedef {import('./kinds.js').Measurement} Measurement
 *
 * @typedef {object} Actions what the list's buttons do
 * @property {((measurement: Measurement) => void) | null} insert writes it into the report
 * @property {((measurement: Measurement) => void) | null} picture
 * @property {(measurement: Measurement) => void} rename
 */

/** @param {Measurement} measurement @returns {string} 长度 12.3 mm; for the report's text */
export function sentenceOf({ kind, results, text }) {
  const values = results.map((result) => (results.length === 1 && ['length', 'angle'].includes(result.name)
    ? spoken(result) : `${t(`measure.result.${result.name}`)} ${spoken(result)}`));
  const name = text || t(`measure.kind.${kind}`);
  return values.length > 0 ? `${name} ${values.join('，')}` : name;
}

export class MeasurementList {
  /**
   * @param {HTMLElement} section
   * @param {Measuring} measuring
   * @param {Actions} actions
   */
  constructor(section, measuring, actions) {
    this.section = section;
    this.measuring = measuring;
    this.actions = actions;
    const list = section.querySelector('ol');
    if (!list) throw new Error('the list of measurements has no list');
    this.list = list;
    measuring.listeners.push(() => this.draw());
    this.draw();
  }

  draw() {
    const { collection, viewer } = this.measuring;
    const focused = document.activeElement instanceof HTMLElement && this.list.contains(document.activeElement)
      ? document.activeElement.closest('li')?.dataset.id : undefined;
    this.list.replaceChildren(...collection.all.map((measurement) => this.item(measurement)));
    const count = this.section.querySelector('.count');
    if (count) count.textContent = String(collection.all.length);
    const hint = this.section.querySelector('[data-role=none]');
    if (hint instanceof HTMLElement) hint.hidden = collection.all.length > 0;
    for (const store of this.section.querySelectorAll('[data-role=store]')) {
      if (store instanceof HTMLButtonElement) store.disabled = collection.all.length === 0;
    }
    if (focused) this.list.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.querySelector('button')?.focus();
    viewer.root.dataset.measurements = String(collection.all.length);
  }

  /** @param {Measurement} measurement */
  item(measurement) {
    const { collection, viewer, locked } = this.measuring;
    const item = document.createElement('li');
    item.dataset.id = measurement.id;
    item.dataset.kind = measurement.kind;
    item.classList.toggle('is-chosen', measurement.id === collection.chosenID);
    const go = button('');
    go.className = 'measure-go';
    const place = viewer.placeOf(measurement.instance, measurement.frame);
    const where = document.createElement('span');
    where.className = 'muted';
    where.textContent = place ? t('keyImage.show', { number: place.index + 1 }) : '';
    const name = document.createElement('strong');
    name.textContent = measurement.text || t(`measure.kind.${measurement.kind}`);
    const values = document.createElement('span');
    values.className = 'measure-values';
    values.textContent = measurement.results.map((result) => (measurement.results.length > 1
      ? `${t(`measure.result.${result.name}`)} ${spoken(result)}` : spoken(result))).join(' · ');
    const number = document.createElement('span');
    number.className = 'measure-number';
    number.textContent = String(collection.numberOf(measurement));
    const buttons = document.createElement('span');
    buttons.className = 'measure-buttons';
    go.append(name, ' ', values, ' ', where);
    go.title = measurement.by ? t('measure.by', { name: measurement.by }) : '';
    go.addEventListener('click', () => {
      viewer.goToFrame(measurement.instance, measurement.frame);
      collection.choose(measurement.id);
    });
    item.append(number, go, buttons);
    const add = (/** @type {string} */ sign, /** @type {string} */ label, /** @type {() => void} */ run) => {
      const made = button(sign);
      made.className = 'button button-quiet';
      made.title = t(label);
      made.setAttribute('aria-label', t(label));
      made.addEventListener('click', run);
      buttons.append(made);
    };
    const { insert, picture, rename } = this.actions;
    if (insert) add('→', 'measure.insert', () => insert(measurement));
    if (picture && place) add('▣', 'measure.picture', () => picture(measurement));
    if (!locked.has(measurement.id)) {
      add('✎', 'measure.rename', () => rename(measurement));
      add('×', 'measure.delete', () => collection.remove(measurement.id));
    }
    return item;
  }
}
