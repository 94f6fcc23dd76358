import assert from 'node:assert/strict';
import { test } from 'node:test';
import { followPatient } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/patient-corner.js';
import { showBadge } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/hanging/badge.js';

class HTMLElement extends EventTarget {
  /** @type {{[name: string]: string}} */ dataset = {};
  /** @type {any[]} */ children = [];
  textContent = '';
  /** @param {string} selector */
  querySelectorAll(selector) { return selector === '[data-overlay=patient]' ? this.children : []; }
  /** @param {string} selector */
  querySelector(selector) { return this.querySelectorAll(selector)[0] ?? null; }
}
class HTMLTemplateElement extends HTMLElement {
  content = new HTMLElement();
}

/** @param {string} text */
function holder(text) {
  const [element, corner] = [new HTMLElement(), new HTMLElement()];
  corner.textContent = text;
  element.children = [corner];
  return { element, corner };
}

test('a corrected patient stands on every pane, on one that another study covered or that was off the screen, too', () => {
  const [who, name] = [new HTMLElement(), new HTMLElement()];
  who.children = [name];
  name.textContent = '王甲';
  const template = new HTMLTemplateElement();
  Object.assign(globalThis, {
    HTMLElement, HTMLTemplateElement,
    document: { querySelector: (/** @type {string} */ selector) => (selector === '.reading-who' ? who : template) },
  });
  const [shown, covered] = [holder('王甲\n2026-11-20'), holder('王甲\n2026-11-20')];
  const pane = (/** @type {any} */ stack) => /** @type {any} */ ({ element: covered.element, stack });
  showBadge(pane({ caption: ['王甲', '2024-01-01'] }));
  covered.corner.textContent = '别的检查';
  followPatient(/** @type {any} */ ({ layout: { made: [shown, covered] } }));
  name.textContent = '王乙';
  who.dispatchEvent(new Event('refreshed'));
  assert.equal(shown.corner.textContent, '王乙\n2026-11-20');
  assert.equal(covered.corner.textContent, '别的检查');
  showBadge(pane(null));
  assert.equal(covered.corner.textContent, '王乙\n2026-11-20');
  name.textContent = '王丙';
  who.dispatchEvent(new Event('refreshed'));
  showBadge(pane({ caption: ['王丙', '2024-01-01'] }));
  showBadge(pane(null));
  assert.equal(covered.corner.textContent, '王丙\n2026-11-20');
});
