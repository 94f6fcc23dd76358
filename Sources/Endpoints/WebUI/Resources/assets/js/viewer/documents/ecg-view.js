// A waveform in a pane: the sheet, what is set above it, what is said below it.

import { t } from '../../core/strings.js';
import { fetchBulk } from './bulk.js';
import { Calipers } from './calipers.js';
import { annotationsOf, deviceFilters, statedRate } from './ecg-annotations.js';
import { ecgControls } from './ecg-controls.js';
import { paintImprint, paintMarks, paintPaper, paintTraces } from './ecg-paint.js';
import { SHEET_SECONDS, durationOf, sheetOf } from './ecg-sheet.js';
import { acting, filtered } from './filters.js';
import { make } from './parts.js';
import { screenScale } from './screen-scale.js';
import { Samples, groupsOf } from './waveform.js';

/**
 * @typedef {import('./documents.js').Context} Context
 * @typedef {import('./waveform.js').Group} Group
 * @typedef {import('./filters.js').FilterChoice} FilterChoice
 *
 * @typedef {object} Settings
 * @property {import('./ecg-sheet.js').Layout} layout
 * @property {number} speed
 * @property {number} gain
 * @property {boolean} isFitted to the pane, instead of as long as on paper
 */

const KEPT = 'jieli.ecg';
const MANY_MARKS = 30;
/** Above this many samples a channel, what is filtered is the sheet and what is near it. */
const WHOLE = 400000;
/** Seconds of what is near: more than the slowest filter remembers. */
const NEAR = 40;
/** No sheet gets more pixels than this each way. */
const MOST_PIXELS = 8000;

/** @returns {Settings} how this browser looked at the last one; filters are off whenever one is opened */
function keptSettings() {
  /** @type {Settings} */
  const usual = { layout: '3x4', speed: 25, gain: 10, isFitted: true };
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? '{}');
    return {
      layout: ['3x4', '6x2', '12x1'].includes(kept.layout) ? kept.layout : usual.layout,
      speed: [25, 50].includes(kept.speed) ? kept.speed : usual.speed,
      gain: [5, 10, 20].includes(kept.gain) ? kept.gain : usual.gain,
      isFitted: kept.isFitted !== false,
    };
  } catch {
    return usual;
  }
}

export class EcgView {
  /** @param {Context} context @param {Group[]} groups @param {Map<number, Samples>} samples by group */
  constructor(context, groups, samples) {
    this.context = context;
    this.groups = groups;
    this.samples = samples;
    this.group = groups[0];
    this.settings = keptSettings();
    /** @type {FilterChoice} */
    this.filters = { highPass: null, lowPass: null, notch: null };
    this.start = 0;
    this.annotations = annotationsOf(context.data, groups);
    this.rate = statedRate(context.data);
    /** Where there are many, they wait to be asked for: a trace is looked at first. */
    this.hasMarks = this.marks.length <= MANY_MARKS;
    /**
     * Filtered channels of the present choice.
     * @type {Map<string, {from: number, values: Float64Array}>}
     */
    this.cache = new Map();
    this.scroller = make('div', 'ecg-scroller');
    this.stage = make('div', 'ecg-stage');
    this.canvas = make('canvas', 'ecg-sheet');
    this.stage.append(this.canvas);
    this.scroller.append(this.stage);
    this.calipers = new Calipers(this);
    this.foot = make('div', 'ecg-foot');
    this.sheet = sheetOf(this.group, this.settings);
    this.ppm = 1;
    const observer = new ResizeObserver(() => this.draw());
    observer.observe(this.scroller);
    context.signal.addEventListener('abort', () => observer.disconnect());
  }

  /** @param {Partial<Settings>} settings */
  set(settings) {
    Object.assign(this.settings, settings);
    try {
      localStorage.setItem(KEPT, JSON.stringify(this.settings));
    } catch {
      // A browser that keeps nothing asks again next time.
    }
    this.calipers.clear();
    this.draw();
  }

  /** @param {Partial<FilterChoice>} filters */
  filter(filters) {
    Object.assign(this.filters, filters);
    this.cache.clear();
    this.draw();
  }

  /** @param {Group} group */
  show(group) {
    this.group = group;
    this.start = 0;
    this.cache.clear();
    this.calipers.clear();
    this.draw();
  }

  /** @param {number} start seconds */
  goTo(start) {
    this.start = Math.max(0, Math.min(durationOf(this.group) - SHEET_SECONDS, start));
    this.calipers.clear();
    this.draw();
  }

  /** @returns {Samples} */
  get current() {
    return /** @type {Samples} */ (this.samples.get(this.group.number));
  }

  /** @param {number} channel @param {number} from @param {number} to @returns {Float64Array} as they are looked at */
  values(channel, from, to) {
    const { group, current } = this;
    const choice = acting(group.rate, this.filters);
    if (!choice.highPass && !choice.lowPass && !choice.notch) return current.values(channel, from, to);
    const near = group.count <= WHOLE ? group.count : NEAR * group.rate;
    const begin = Math.max(0, Math.floor(from - near));
    const end = Math.min(group.count, Math.ceil(to + near));
    const key = `${channel}/${begin}/${end}`;
    let found = this.cache.get(key);
    if (!found) {
      if (this.cache.size > 40) this.cache.clear();
      found = { from: begin, values: filtered(current.values(channel, begin, end), group.rate, choice) };
      this.cache.set(key, found);
    }
    return found.values.subarray(from - found.from, to - found.from);
  }

  /** @returns {import('./ecg-annotations.js').Mark[]} of the group that is shown */
  get marks() {
    return this.annotations.marks.filter((mark) => mark.group === this.group.number);
  }

  get scaleText() {
    return `${this.sheet.speed} mm/s · ${this.sheet.gain} mm/mV`;
  }

  /** @returns {string} '' when no filter acts */
  get filterText() {
    const choice = acting(this.group.rate, this.filters);
    const on = [
      choice.highPass ? t('ecg.highPassOn', { hertz: choice.highPass }) : '', choice.notch ? t('ecg.notchOn', { hertz: choice.notch }) : '',
      choice.lowPass ? t('ecg.lowPassOn', { hertz: choice.lowPass }) : ''].filter(Boolean);
    return on.length > 0 ? t('ecg.filtered', { filters: on.join(t('ecg.comma')) }) : '';
  }

  draw() {
    const { settings, scroller, canvas, group } = this;
    const room = { width: scroller.clientWidth, height: scroller.clientHeight };
    if (room.width === 0 || room.height === 0) return;
    const ratio = window.devicePixelRatio;
    this.sheet = sheetOf(group, { ...settings, start: this.start });
    const { sheet } = this;
    const { pixels, isMeasured } = screenScale(localStorage, ratio);
    const fitting = Math.min(room.width / sheet.width, room.height / sheet.height);
    this.ppm = Math.min(settings.isFitted ? Math.max(1.2, fitting) : pixels, MOST_PIXELS / sheet.width / ratio);
    const { ppm } = this;
    const [width, height] = [Math.round(sheet.width * ppm), Math.round(sheet.height * ppm)];
    for (const each of [canvas, this.calipers.canvas]) {
      each.width = width * ratio;
      each.height = height * ratio;
      each.style.width = `${width}px`;
      each.style.height = `${height}px`;
    }
    this.stage.style.width = `${width}px`;
    this.stage.style.height = `${height}px`;
    const context = canvas.getContext('2d', { alpha: false });
    if (!context) throw new Error('this browser has no canvas');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    paintPaper(context, sheet, ppm);
    const hasGap = paintTraces(context, sheet, group, (channel, from, to) => this.values(channel, from, to), ppm, { missing: t('ecg.missing') });
    if (this.hasMarks) paintMarks(context, sheet, this.marks, ppm);
    paintImprint(context, sheet, ppm, this.scaleText, this.filterText);
    // What a test or a person with developer tools can hold a ruler to.
    Object.assign(canvas.dataset, { ppm: String(ppm), speed: String(sheet.speed), gain: String(sheet.gain), start: String(sheet.start) });
    canvas.dataset.cells = JSON.stringify(sheet.cells);
    this.calipers.paint();
    this.writeFoot(isMeasured, pixels, hasGap);
    this.onDraw();
  }

  /** Told after each drawing: the controls follow. */
  onDraw() {}

  /** @param {boolean} isMeasured @param {number} pixels @param {boolean} hasGap */
  writeFoot(isMeasured, pixels, hasGap) {
    const { group, settings } = this;
    /** @type {[string, string][]} */
    const words = [[this.scaleText, 'ecg-scale']];
    const times = Math.round((this.ppm / pixels) * 100) / 100;
    if (settings.isFitted && Math.abs(times - 1) > 0.01) words.push([t('ecg.fitted', { times }), '']);
    else words.push([t(isMeasured ? 'ecg.measured' : 'ecg.unmeasured'), isMeasured ? '' : 'is-warning']);
    words.push(this.filterText ? [this.filterText, 'is-filter'] : [t('ecg.unfiltered'), '']);
    const device = deviceFilters(group);
    if (device) words.push([t('ecg.device', { filters: device }), '']);
    words.push([`${group.rate} Hz · ${group.channels.length} ${t('ecg.channels')} · ${Math.round(durationOf(group) * 10) / 10} s`, '']);
    if (hasGap || this.current.isShort) words.push([t('ecg.hasMissing'), 'is-warning']);
    this.foot.replaceChildren(...words.map(([text, className]) => make('span', className, text)));
    this.canvas.dataset.filtered = this.filterText;
  }
}

/** @param {HTMLElement} body @param {Context} context */
export async function ecgPage(body, context) {
  const groups = groupsOf(context.data);
  if (groups.length === 0) throw new Error(t('ecg.nothing'));
  /** @type {Map<number, Samples>} */
  const samples = new Map();
  for (const group of groups) samples.set(group.number, new Samples(group, await fetchBulk(context.home, group.data, context.signal)));
  const view = new EcgView(context, groups, samples);
  body.classList.add('ecg');
  body.addEventListener('document-scroll', (event) => {
    event.preventDefault();
    view.goTo(view.start + /** @type {CustomEvent} */ (event).detail);
  });
  body.append(ecgControls(view), notesOf(view), view.scroller, view.foot);
}

/** @param {EcgView} view */
function notesOf({ annotations: { statements, byLead }, rate }) {
  const notes = make('div', 'ecg-notes');
  const all = rate ? [t('ecg.rate', { rate: Math.round(rate) }), ...statements] : statements;
  if (all.length === 0 && byLead.length === 0) return notes;
  notes.append(make('span', 'ecg-notes-head', t('ecg.statements')), ...all.map((words) => make('span', 'ecg-note', words)));
  if (byLead.length > 0) {
    const more = make('details', 'ecg-by-lead');
    more.append(make('summary', '', t('ecg.byLead', { count: byLead.length })));
    const list = make('ul');
    for (const { text, channels } of byLead) list.append(make('li', '', `${[...new Set(channels)].join(', ')} · ${text}`));
    more.append(list);
    notes.append(more);
  }
  return notes;
}
