import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';

const CORE = new URL('../../../Sources/Endpoints/WebUI/Resources/assets/js/core/', import.meta.url);

class Element extends EventTarget {
  isConnected = true;
  clicks = 0;
  /** @param {string} selector */
  closest(selector) {
    if (selector === 'button[type=button]') return this instanceof Button ? this : null;
    return this instanceof Field ? this : null;
  }
  contains(/** @type {unknown} */ other) { return other === this; }
  click() { this.clicks += 1; }
}
class Button extends Element {}
class Select extends Element {}
class Field extends Element {}

/** A key press as browsers tell it. */
class KeyboardEvent extends Event {
  /** @param {string} type @param {{key?: string, ctrlKey?: boolean, bubbles?: boolean, cancelable?: boolean}} init */
  constructor(type, init = {}) {
    super(type, { cancelable: true, ...init });
    this.key = init.key ?? '';
    this.ctrlKey = init.ctrlKey ?? false;
  }
}

/** @param {EventTarget} page @param {string} key @param {{ctrlKey?: boolean, target?: Element}} how */
function strike(page, key, { ctrlKey = false, target = new Element() } = {}) {
  const event = new KeyboardEvent('keydown', { key, ctrlKey });
  Object.defineProperty(event, 'target', { value: target });
  page.dispatchEvent(event);
  return event;
}

/** @param {EventTarget} page @returns {string[]} the keys that it hears from now on */
function heard(page) {
  /** @type {string[]} */
  const found = [];
  page.addEventListener('keydown', (event) => { found.push(/** @type {KeyboardEvent} */ (event).key); });
  return found;
}

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
    document, Element, Event, KeyboardEvent, HTMLButtonElement: Button, HTMLSelectElement: Select,
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

test('keys before the page listens are pressed again, in their order', () => {
  const document = earlyPage();
  for (const key of ['ArrowDown', 'Shift', 'e']) strike(document, key);
  strike(document, 'x', { target: new Field() });
  const found = heard(document);
  document.dispatchEvent(new Event('jieli-listening'));
  assert.deepEqual(found, ['ArrowDown', 'e']);
});

test('what was typed behind a key that opens something is nobody else\'s', () => {
  const document = earlyPage();
  for (const key of ['e', 'F2', 'a', 'b']) strike(document, key);
  const found = heard(document);
  document.dispatchEvent(new Event('jieli-listening'));
  assert.deepEqual(found, ['e', 'F2']);
});

test('a key that part of the page has taken is not pressed again', () => {
  const document = earlyPage();
  document.addEventListener('keydown', (event) => event.preventDefault(), { once: true });
  strike(document, 'i');
  strike(document, 'w');
  const found = heard(document);
  document.dispatchEvent(new Event('jieli-listening'));
  assert.deepEqual(found, ['w']);
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
