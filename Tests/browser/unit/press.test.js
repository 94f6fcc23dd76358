import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';

const CORE = new URL('../../../Sources/Endpoints/WebUI/Resources/assets/js/core/', import.meta.url);

class Element extends EventTarget {
  isConnected = true;
  clicks = 0;
  /** @param {string} selector */
  closest(selector) { return selector === 'button[type=button]' && this instanceof Button ? this : null; }
  contains(/** @type {unknown} */ other) { return other === this; }
  click() { this.clicks += 1; }
}
class Button extends Element {}
class Select extends Element {}

/** @param {EventTarget} page @param {string} type @param {Element} target */
function send(page, type, target) {
  const event = new Event(type);
  Object.defineProperty(event, 'target', { value: target });
  page.dispatchEvent(event);
}

/** @returns {EventTarget} a page that only has its early script */
function earlyPage() {
  const document = new EventTarget();
  runInNewContext(readFileSync(new URL('early.js', CORE), 'utf8'), {
    document, Element, Event, HTMLButtonElement: Button, HTMLSelectElement: Select,
  });
  return document;
}

test('a press before the page listens is made again, once', () => {
  const [document, first, second] = [earlyPage(), new Button(), new Button()];
  send(document, 'click', first);
  send(document, 'click', second);
  document.dispatchEvent(new Event('jieli-listening'));
  document.dispatchEvent(new Event('jieli-listening'));
  assert.deepEqual([first.clicks, second.clicks], [0, 1]);
  send(document, 'click', first);
  document.dispatchEvent(new Event('jieli-listening'));
  assert.equal(first.clicks, 0, 'what the page hears itself is not made again');
});

test('a choice before the page listens is told again', () => {
  const [document, select] = [earlyPage(), new Select()];
  let told = 0;
  select.addEventListener('change', () => { told += 1; });
  send(document, 'change', select);
  document.dispatchEvent(new Event('jieli-listening'));
  assert.equal(told, 1);
});

test('a part that is pressed is exchanged after the click', async () => {
  const document = new EventTarget();
  Object.assign(globalThis, { document, Node: Element, window: globalThis });
  const { released, watchPresses } = await import(new URL('press.js', CORE).href);
  watchPresses();
  const [list, other] = [new Element(), new Element()];
  /** @type {string[]} */
  const order = [];
  send(document, 'pointerdown', list);
  const exchange = released(list).then(() => order.push('exchanged'));
  await released(other).then(() => order.push('other'));
  send(document, 'pointerup', list);
  order.push('click');
  await exchange;
  assert.deepEqual(order, ['other', 'click', 'exchanged']);
  await released(list);
});
