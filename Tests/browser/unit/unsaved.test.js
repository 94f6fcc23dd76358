import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Unsaved } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/report/unsaved.js';

function store() {
  /** @type {Map<string, string>} */
  const items = new Map();
  return {
    getItem: (/** @type {string} */ key) => items.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => { items.set(key, value); },
    removeItem: (/** @type {string} */ key) => { items.delete(key); },
  };
}

const saved = { findings: '甲', impression: '' };

test('what was typed and not saved is there for the next page of the same task only', () => {
  const shared = store();
  const page = new Unsaved('one', shared);
  assert.equal(page.left(saved), null);
  page.keep({ findings: '甲乙', impression: '丙' }, 3);
  assert.deepEqual(new Unsaved('one', shared).left(saved), { findings: '甲乙', impression: '丙', version: 3 });
  assert.equal(new Unsaved('two', shared).left(saved), null);
  page.forget();
  assert.equal(page.left(saved), null);
});

test('what the server has is not offered again, and rubbish is nothing', () => {
  const shared = store();
  const page = new Unsaved('one', shared);
  page.keep(saved, 1);
  assert.equal(page.left(saved), null);
  shared.setItem(page.key, '{');
  assert.equal(page.left(saved), null);
  shared.setItem(page.key, '{"findings": 3}');
  assert.equal(page.left(saved), null);
});
