import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Layout } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/layout.js';

test('panes that leave the screen sleep, and wake when they are back', () => {
  class HTMLElement {
    /** @type {any} */ style = {};
    /** @type {any} */ dataset = {};
    replaceChildren() {}
  }
  Object.assign(globalThis, { HTMLElement });
  const template = { content: { cloneNode: () => ({ firstElementChild: new HTMLElement() }) } };
  const makePane = (/** @type {any} */ element) => ({
    element, isAsleep: false, plan() {}, sleep() { this.isAsleep = true; }, wake() { this.isAsleep = false; },
  });
  const layout = new Layout(/** @type {any} */ (new HTMLElement()), /** @type {any} */ (template), /** @type {any} */ (makePane));
  const asleep = () => layout.made.map((/** @type {any} */ pane) => pane.isAsleep);
  layout.set({ rows: 2, columns: 2 });
  layout.enlarge(layout.panes[1]);
  assert.deepEqual(asleep(), [true, false, true, true]);
  layout.exchange(layout.panes[2]);
  assert.deepEqual(asleep(), [true, true, false, true]);
  layout.enlarge(layout.panes[2]);
  layout.set({ rows: 1, columns: 2 });
  assert.deepEqual(asleep(), [false, false, true, true]);
});
