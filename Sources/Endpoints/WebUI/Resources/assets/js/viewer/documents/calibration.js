// How long a millimetre is on this screen: somebody holds a card to it, once for each browser.

import { confirmButton, dialogFoot, newDialog, shownUntilClosed } from '../../core/dialog.js';
import { notify } from '../../core/notice.js';
import { t } from '../../core/strings.js';
import { choice, make } from './parts.js';
import { keepScreenScale, screenScale } from './screen-scale.js';

/** An identity card or a bank card (ISO/IEC 7810 ID-1), or ten centimetres of a ruler. */
const THINGS = [{ value: 85.6, words: 'calibration.card' }, { value: 100, words: 'calibration.ruler' }];

/** @returns {Promise<boolean>} whether a new scale is kept */
export async function calibrateScreen() {
  const { dialog, form } = newDialog('calibration', t('calibration.title'));
  const ratio = window.devicePixelRatio;
  const { pixels } = screenScale(localStorage, ratio);
  let [millimetres] = THINGS.map(({ value }) => value);
  const line = make('div', 'calibration-line');
  const slider = make('input');
  Object.assign(slider, { type: 'range', min: '150', max: '900', step: '0.5' });
  slider.setAttribute('aria-label', t('calibration.length'));
  const follow = () => { line.style.width = `${slider.value}px`; };
  const start = () => {
    slider.value = String(pixels * millimetres);
    follow();
  };
  slider.addEventListener('input', follow);
  const things = choice(t('calibration.thing'), THINGS.map(({ value, words }) => ({ value, words: t(words) })), millimetres, (value) => {
    millimetres = value;
    start();
  });
  form.append(make('p', '', t('calibration.how')), things, line, slider, dialogFoot(dialog, confirmButton(t('calibration.keep'))));
  start();
  const isKept = await shownUntilClosed(dialog, slider, () => dialog.returnValue === 'yes');
  if (!isKept) return false;
  try {
    if (keepScreenScale(localStorage, Number(slider.value), millimetres, ratio)) return true;
  } catch {
    // Said below.
  }
  notify(t('calibration.failed'), 'problem');
  return false;
}
