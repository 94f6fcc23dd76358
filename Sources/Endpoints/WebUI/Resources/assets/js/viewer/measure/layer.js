// The measurements' layer of one pane: paints them and gives their handles to the pointer.

import { t } from '../../core/strings.js';
import { hitAt } from './hit.js';
import { KINDS, isEmpty, moved, ordered, reshaped, storable } from './kinds.js';
import { paintLabel, paintLines } from './marks.js';
import { placeOf } from './measuring.js';
import { basisWords, labelLines, measured } from './results.js';

/**
 * @typedef {import('./measuring.js').Measuring} Measuring
 * @typedef {import('../stack-pane.js').StackPane} StackPane
 * @typedef {import('./kinds.js').Measurement} Measurement
 */

/**
 * @param {Measuring} measuring
 * @param {StackPane} pane
 * @returns {import('../layers.js').Layer}
 */
export function measurementLayer(measuring, pane) {
  const { collection } = measuring;
  return {
    paint: (context, view) => {
      paintAll(context, measuring, view, true);
    },
    press: (point, view, event) => {
      if (measuring.drawing?.pane === pane) return null;
      const hit = hitAt(measuring.on(view.frame), collection.chosenID, point, view.toScreen, event.pointerType === 'touch');
      // Whoever measures begins where they like; of what is there, only the handles of the chosen one come first.
      const isDrawing = KINDS.some((kind) => kind === measuring.viewer.toolName);
      if (!hit || (isDrawing && (hit.handle === null || hit.measurement.id !== collection.chosenID))) {
        if (!isDrawing) collection.choose(null);
        return null;
      }
      collection.choose(hit.measurement.id);
      if (measuring.locked.has(hit.measurement.id)) return { move: () => {}, end: () => {} };
      return editing(measuring, hit.measurement, hit.handle, point, view);
    },
    hover: (point, view) => {
      if (measuring.hover(pane, point, view)) return;
      const hit = hitAt(measuring.on(view.frame), collection.chosenID, point, view.toScreen);
      pane.element.style.cursor = !hit ? '' : hit.handle === null ? 'move' : 'grab';
    },
  };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Measuring} measuring
 * @param {import('../stack-pane.js').View} view
 * @param {boolean} withChoice handles and what is being drawn, too
 */
export function paintAll(context, measuring, view, withChoice) {
  const { collection, drawing } = measuring;
  const all = measuring.on(view.frame);
  /** @type {{measurement: Measurement, look: import('./marks.js').Look}[]} */
  const shown = all.map((measurement) => ({
    measurement,
    look: {
      isChosen: withChoice && measurement.id === collection.chosenID, number: collection.numberOf(measurement),
      lines: [...labelLines(measurement, t), ...basisWords(measuring.scaleOn(view.frame, view.stack.uid, measurement.points), measurement, t)],
    },
  }));
  const points = withChoice && drawing?.pane === view.pane && drawing.place === placeOf(view.frame) + view.frame.number
    ? drawing.sketch.points() : [];
  if (drawing && points.length > 0) {
    const sketch = {
      id: '', kind: drawing.sketch.kind, instance: '', frame: 0, points, text: '', known: null, results: [], window: null, area: null, by: '',
    };
    shown.push({ measurement: sketch, look: { isChosen: true, number: 0, lines: liveLines(measuring, sketch, view) } });
  }
  shown.sort((a, b) => Number(a.look.isChosen) - Number(b.look.isChosen));
  for (const { measurement, look } of shown) paintLines(context, measurement, view.toScreen, look);
  // The chosen one takes its place first.
  /** @type {import('./marks.js').Box[]} */
  const taken = [];
  for (const { measurement, look } of shown.reverse()) paintLabel(context, measurement, view.toScreen, look, taken);
}

/**
 * What a measurement says while it is drawn.
 * @param {Measuring} measuring
 * @param {Measurement} sketch
 * @param {import('../stack-pane.js').View} view
 */
function liveLines(measuring, sketch, view) {
  const whole = { length: 2, bidirectional: 4, angle: 3, cobb: 4, rectangle: 4, ellipse: 4, freehand: 3, probe: 1 };
  const needed = /** @type {{[kind: string]: number}} */ (whole)[sketch.kind];
  if (needed === undefined || sketch.points.length < needed || isEmpty(sketch.kind, sketch.points)) return [];
  const { loaded } = view.pane;
  const words = loaded?.kind === 'grey' ? loaded.words : null;
  const { results } = measured(sketch, view.frame, words, measuring.calibrationOf(view.stack.uid, view.frame));
  return labelLines({ ...sketch, results }, t);
}

/**
 * Moving a handle, or all of it.
 * @param {Measuring} measuring
 * @param {Measurement} before
 * @param {number | null} handle
 * @param {import('../placement.js').Point} from
 * @param {import('../stack-pane.js').View} view
 * @returns {import('../layers.js').Grip}
 */
function editing(measuring, before, handle, from, view) {
  const { collection } = measuring;
  const scale = measuring.scaleOn(view.frame, view.stack.uid, before.points);
  const start = view.toImage(from);
  let after = before;
  return {
    move: (point) => {
      const to = view.toImage(point);
      const points = handle === null
        ? moved(before.points, to.column - start.column, to.row - start.row) : reshaped(before.kind, before.points, handle, to, scale);
      after = measuring.remeasured({ ...before, points: storable(points) });
      collection.preview(after);
      view.pane.plan();
    },
    end: () => {
      if (after === before) return;
      if (isEmpty(after.kind, after.points)) collection.preview(before);
      else collection.change(measuring.remeasured({ ...after, points: ordered(after.kind, after.points, scale) }), before);
      view.pane.plan();
    },
    cancel: () => {
      collection.preview(before);
      view.pane.plan();
    },
  };
}
