// Is this screen fit to read on? A pattern to look at, and the grey scale measured against PS3.14.

import { need, startPage } from '../core/page.js';
import { t } from '../core/strings.js';
import { LEVELS, expected, judge } from '../viewer/display/gsdf.js';
import { drawPattern } from '../viewer/display/pattern.js';

startPage(() => {
  const stage = need('[data-role=stage]', HTMLElement);
  const canvas = need('canvas', HTMLCanvasElement, stage);
  /** A level shown alone, for the meter; −1: the pattern. */
  let level = -1;
  const draw = () => {
    const ratio = window.devicePixelRatio;
    // One canvas pixel is one of the screen, or the fine lines would say nothing.
    canvas.width = Math.round(stage.clientWidth * ratio);
    canvas.height = Math.round(stage.clientHeight * ratio);
    canvas.style.width = `${canvas.width / ratio}px`;
    canvas.style.height = `${canvas.height / ratio}px`;
    const context = canvas.getContext('2d', { alpha: false });
    if (!context) return;
    stage.dataset.level = String(level);
    if (level < 0) drawPattern(context, canvas.width, canvas.height);
    else {
      context.fillStyle = `rgb(${level},${level},${level})`;
      context.fillRect(0, 0, canvas.width, canvas.height);
    }
    need('[data-role=scale]', HTMLElement).hidden = Number.isInteger(ratio);
  };
  new ResizeObserver(draw).observe(stage);
  need('[data-action=full]', HTMLButtonElement).addEventListener('click', () => { stage.requestFullscreen().catch(() => {}); });
  need('[data-action=pattern]', HTMLButtonElement).addEventListener('click', () => {
    level = -1;
    draw();
  });
  const table = need('[data-role=levels]', HTMLTableSectionElement);
  const fields = LEVELS.map((each, index) => {
    const row = table.insertRow();
    const show = document.createElement('button');
    show.type = 'button';
    show.className = 'button button-quiet';
    show.textContent = String(each);
    show.addEventListener('click', () => {
      level = each;
      draw();
    });
    row.insertCell().append(show);
    const field = document.createElement('input');
    field.type = 'number';
    field.step = 'any';
    field.min = '0';
    field.setAttribute('aria-label', t('display.measuredAt', { level: each }));
    field.addEventListener('focus', () => {
      level = each;
      draw();
    });
    field.addEventListener('input', () => verdict());
    row.insertCell().append(field);
    row.insertCell().dataset.expected = String(index);
    row.insertCell().dataset.deviation = String(index);
    return field;
  });
  const words = need('[data-role=verdict]', HTMLElement);
  const verdict = () => {
    const measured = fields.map((field) => (field.value === '' ? NaN : Number(field.value)));
    const [black, white] = [measured[0], measured[measured.length - 1]];
    const wanted = black > 0 && white > black ? expected(black, white) : null;
    const result = judge(measured);
    LEVELS.forEach((_, index) => {
      const place = table.querySelector(`[data-expected="${index}"]`);
      if (place) place.textContent = wanted ? wanted[index].toPrecision(3) : '';
      const deviation = index > 0 ? result?.deviations[index - 1] : undefined;
      const cell = table.querySelector(`[data-deviation="${index}"]`);
      if (!cell) return;
      cell.textContent = deviation === undefined ? '' : `${deviation > 0 ? '+' : ''}${Math.round(deviation * 100)} %`;
      cell.classList.toggle('is-off', deviation !== undefined && Math.abs(deviation) > 0.1);
    });
    words.dataset.grade = result?.grade ?? '';
    words.textContent = result
      ? t(`display.${result.grade}`, { largest: Math.round(result.largest * 100), ratio: Math.round(result.ratio) }) : t('display.measureAll');
  };
  verdict();
});
