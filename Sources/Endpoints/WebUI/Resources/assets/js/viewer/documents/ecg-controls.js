// What is set above a sheet: layout, paper speed, gain, filters, scale, and the place in a long recording.

import { t } from '../../core/strings.js';
import { calibrateScreen } from './calibration.js';
import { GAINS, LAYOUTS, SHEET_SECONDS, SPEEDS, durationOf, twelveLeads } from './ecg-sheet.js';
import { choice, make, picker, pressable } from './parts.js';

/** @typedef {import('./ecg-view.js').EcgView} EcgView */

/** @param {number | null} hertz @param {string} name */
const hertz = (hertz, name) => ({ value: hertz, words: hertz === null ? `${name} ${t('ecg.off')}` : `${name} ${hertz} Hz` });

/** @param {EcgView} view */
export function ecgControls(view) {
  const bar = make('div', 'document-bar');
  const { settings } = view;
  const layouts = choice(t('ecg.layout'), LAYOUTS.map((value) => ({ value, words: t(`ecg.layout${value}`) })), settings.layout,
    (layout) => view.set({ layout }));
  const speeds = choice(t('ecg.speed'), SPEEDS.map((value) => ({ value, words: String(value) })), settings.speed, (speed) => view.set({ speed }));
  const gains = choice(t('ecg.gain'), GAINS.map((value) => ({ value, words: String(value) })), settings.gain, (gain) => view.set({ gain }));
  const filters = [
    picker(t('ecg.highPass'), [null, 0.05, 0.5].map((each) => hertz(each, t('ecg.highPass'))), null, (highPass) => view.filter({ highPass })),
    picker(t('ecg.notch'), [null, 50, 60].map((each) => hertz(each, t('ecg.notch'))), null, (notch) => view.filter({ notch })),
    picker(t('ecg.lowPass'), [null, 25, 40, 100, 150].map((each) => hertz(each, t('ecg.lowPass'))), null, (lowPass) => view.filter({ lowPass })),
  ];
  const scale = choice(t('ecg.size'), [{ value: true, words: t('ecg.fit') }, { value: false, words: t('ecg.trueSize') }], settings.isFitted,
    (isFitted) => view.set({ isFitted }));
  const ruler = pressable(t('ecg.ruler'), async () => {
    if (await calibrateScreen()) view.draw();
  });
  const march = pressable(t('ecg.march'), () => {
    view.calipers.isMarching = !view.calipers.isMarching;
    march.setAttribute('aria-pressed', String(view.calipers.isMarching));
    view.calipers.paint();
  });
  march.title = t('ecg.marchHint');
  march.setAttribute('aria-pressed', 'false');
  const marks = pressable(t('ecg.marks'), () => {
    view.hasMarks = !view.hasMarks;
    view.draw();
  });
  if (view.groups.length > 1) {
    bar.append(picker(t('ecg.group'), view.groups.map((value) => ({ value, words: value.label || `${t('ecg.group')} ${value.number}` })), view.group,
      (group) => view.show(group)));
  }
  const unit = (/** @type {string} */ words) => make('span', 'muted', words);
  bar.append(layouts, speeds, unit('mm/s'), gains, unit('mm/mV'), ...filters, scale, ruler, march, marks, view.calipers.reading, placeControl(view));
  view.onDraw = () => {
    layouts.hidden = twelveLeads(view.group) === null;
    marks.hidden = view.marks.length === 0;
    marks.setAttribute('aria-pressed', String(view.hasMarks));
    for (const filter of filters) filter.classList.toggle('is-on', filter.selectedIndex > 0);
    const place = bar.querySelector('.ecg-place');
    const [slider, words] = [place?.querySelector('input'), place?.querySelector('span')];
    const most = durationOf(view.group) - SHEET_SECONDS;
    if (!(place instanceof HTMLElement) || !slider || !words) return;
    place.hidden = most <= 0.05;
    slider.max = String(Math.max(0, most));
    slider.value = String(view.start);
    words.textContent = `${clock(view.start)} / ${clock(durationOf(view.group))}`;
  };
  return bar;
}

/** @param {number} seconds */
function clock(seconds) {
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, '0'));
  return parts.join(':');
}

/** @param {EcgView} view */
function placeControl(view) {
  const place = make('span', 'ecg-place');
  place.hidden = true;
  const slider = make('input');
  slider.type = 'range';
  slider.min = '0';
  slider.step = '1';
  slider.setAttribute('aria-label', t('ecg.place'));
  slider.addEventListener('input', () => view.goTo(Number(slider.value)));
  place.append(pressable('‹', () => view.goTo(view.start - SHEET_SECONDS)), slider, pressable('›', () => view.goTo(view.start + SHEET_SECONDS)), make('span', 'muted'));
  return place;
}
