// Two arms on a sheet: milliseconds, rate, millivolts. Drag to open them, drag an arm or the span to move it.

import { t } from '../../core/strings.js';
import { PAPER } from './ecg-paint.js';
import { between, cellAt } from './ecg-sheet.js';
import { make } from './parts.js';

/**
 * @typedef {import('./ecg-view.js').EcgView} EcgView
 * @typedef {{x: number, y: number}} Point mm of the sheet
 * @typedef {'a' | 'b' | 'both'} Held
 */

/** CSS pixels within which an arm is caught. */
const NEAR = 7;
/** A press that moves less is no caliper (CSS pixels). */
const LEAST = 3;

export class Calipers {
  /** @param {EcgView} view */
  constructor(view) {
    this.view = view;
    this.canvas = make('canvas', 'ecg-calipers');
    this.reading = make('output', 'ecg-reading');
    this.reading.dataset.role = 'ecg-reading';
    this.isMarching = false;
    /** @type {{a: Point, b: Point, base: number, gain: number, unit: string} | null} */
    this.arms = null;
    view.stage.append(this.canvas);
    this.listen();
    this.write();
  }

  clear() {
    this.arms = null;
    this.paint();
  }

  /** @param {PointerEvent} event @returns {Point} */
  pointOf(event) {
    const box = this.canvas.getBoundingClientRect();
    return { x: (event.clientX - box.left) / this.view.ppm, y: (event.clientY - box.top) / this.view.ppm };
  }

  /** @param {Point} point @returns {Held | null} */
  caught(point) {
    const { arms, view } = this;
    if (!arms || Math.abs(point.y - arms.base) > view.sheet.rowHeight / 2) return null;
    const near = NEAR / view.ppm;
    if (Math.abs(point.x - arms.b.x) <= near) return 'b';
    if (Math.abs(point.x - arms.a.x) <= near) return 'a';
    return point.x > Math.min(arms.a.x, arms.b.x) && point.x < Math.max(arms.a.x, arms.b.x) ? 'both' : null;
  }

  listen() {
    const { canvas } = this;
    /** @type {{held: Held, from: Point, a: Point, b: Point} | null} */
    let drag = null;
    canvas.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      const point = this.pointOf(event);
      let held = this.caught(point);
      if (!held) {
        const cell = cellAt(this.view.sheet, point);
        if (!cell) return;
        const channel = this.view.group.channels[cell.channel];
        this.arms = { a: point, b: point, base: cell.y, gain: cell.gain, unit: channel.unit };
        held = 'b';
      }
      canvas.setPointerCapture(event.pointerId);
      const { arms } = this;
      if (!arms) return;
      drag = { held, from: point, a: arms.a, b: arms.b };
    });
    canvas.addEventListener('pointermove', (event) => {
      const point = this.pointOf(event);
      if (!drag || !this.arms) {
        const held = this.caught(point);
        canvas.style.cursor = held === 'both' ? 'move' : held ? 'ew-resize' : 'crosshair';
        return;
      }
      const { sheet } = this.view;
      const by = { x: point.x - drag.from.x, y: point.y - drag.from.y };
      const moved = (/** @type {Point} */ arm) => ({ x: Math.max(0, Math.min(sheet.width, arm.x + by.x)), y: arm.y + by.y });
      if (drag.held !== 'b') this.arms.a = moved(drag.a);
      if (drag.held !== 'a') this.arms.b = moved(drag.b);
      this.paint();
    });
    const end = () => {
      if (!drag || !this.arms) return;
      drag = null;
      const { a, b } = this.arms;
      if (Math.hypot(b.x - a.x, b.y - a.y) * this.view.ppm < LEAST) this.clear();
    };
    canvas.addEventListener('pointerup', end);
    canvas.addEventListener('pointercancel', end);
  }

  paint() {
    const { canvas, view, arms } = this;
    const context = canvas.getContext('2d');
    if (!context) return;
    const ratio = window.devicePixelRatio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    this.write();
    if (!arms) return;
    const { ppm, sheet } = view;
    const [top, bottom] = [(arms.base - sheet.rowHeight / 2 + 1) * ppm, (arms.base + sheet.rowHeight / 2 - 1) * ppm];
    const span = arms.b.x - arms.a.x;
    context.strokeStyle = PAPER.caliper;
    context.lineWidth = 1.5;
    if (this.isMarching && Math.abs(span) * ppm > 4) {
      context.setLineDash([3, 4]);
      context.beginPath();
      for (const [from, step] of [[arms.a.x, -Math.abs(span)], [arms.b.x, Math.abs(span)]]) {
        const begin = step < 0 ? Math.min(arms.a.x, arms.b.x) : Math.max(arms.a.x, arms.b.x);
        for (let x = begin + step; x >= 0 && x <= sheet.width && from >= 0; x += step) {
          context.moveTo(x * ppm, top);
          context.lineTo(x * ppm, bottom);
        }
      }
      context.stroke();
      context.setLineDash([]);
    }
    context.fillStyle = 'rgb(11 90 143 / 9%)';
    context.fillRect(Math.min(arms.a.x, arms.b.x) * ppm, top, Math.abs(span) * ppm, bottom - top);
    context.beginPath();
    for (const arm of [arms.a, arms.b]) {
      context.moveTo(arm.x * ppm, top);
      context.lineTo(arm.x * ppm, bottom);
      context.moveTo((Math.min(arms.a.x, arms.b.x) - 2) * ppm, arm.y * ppm);
      context.lineTo((Math.max(arms.a.x, arms.b.x) + 2) * ppm, arm.y * ppm);
    }
    context.stroke();
  }

  /** The reading, in words. */
  write() {
    const { arms, view, reading } = this;
    if (!arms) {
      reading.textContent = t('ecg.caliperHint');
      reading.classList.remove('is-on');
      return;
    }
    const { ms, amplitude, perMinute } = between(view.sheet, arms.a, arms.b, arms.gain || 1);
    const parts = [`${Math.round(ms)} ms`];
    if (perMinute !== null && perMinute < 1000) parts.push(t('ecg.perMinute', { rate: Math.round(perMinute) }));
    // Without a common gain, heights mean nothing across rows.
    if (arms.gain) parts.push(`${amplitude.toFixed(2)} ${arms.unit}`);
    reading.textContent = parts.join(' · ');
    reading.classList.add('is-on');
  }
}
