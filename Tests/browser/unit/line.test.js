import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Line } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/line.js';

/** @param {string | null} [kept] */
function lineAt(kept = null) {
  const memory = { kept, getItem: () => memory.kept, setItem: (/** @type {string} */ _, /** @type {string} */ value) => { memory.kept = value; } };
  const clock = { now: 0 };
  return { line: new Line(() => clock.now, memory), clock, memory };
}

test('a line nobody knows is taken for a thin one', () => {
  const { line } = lineAt();
  assert.ok(line.isThin);
  assert.ok(!line.isWide);
  assert.ok(line.timeFor(131072) > 150);
});

test('learns a thin and a wide line, and keeps what it learnt for the next page', () => {
  const { line, clock, memory } = lineAt();
  line.began();
  line.began();
  clock.now = 400;
  line.ended(100_000);
  line.ended(100_000);
  assert.equal(line.rate, 250_000);
  assert.ok(line.isThin);
  for (let turn = 0; turn < 8; turn += 1) {
    line.began();
    clock.now += 10;
    line.ended(500_000);
  }
  assert.ok(line.isWide);
  assert.equal(new Line(() => 0, memory).isWide, true);
});

test('little bytes, and those of the browser itself, teach nothing', () => {
  const { line, clock } = lineAt('1000000');
  for (let turn = 0; turn < 20; turn += 1) {
    line.began();
    clock.now += 1000;
    line.ended(turn % 2 ? 0 : 10_000);
  }
  assert.equal(line.rate, 1_000_000);
});

test('a browser that keeps nothing measures all the same', () => {
  const deny = () => { throw new Error('denied'); };
  const clock = { now: 0 };
  const line = new Line(() => clock.now, { getItem: deny, setItem: deny });
  line.began();
  clock.now = 100;
  line.ended(100_000);
  assert.equal(line.rate, 1_000_000);
});
