import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hitAt } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/measure/hit.js';
import { Keeping } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/measure/keeping.js';
import { placed } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/measure/marks.js';
import { fromWire, toWire } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/measure/wire.js';

/** @typedef {import('../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/measure/kinds.js').Measurement} Measurement */

const at = (/** @type {number} */ column, /** @type {number} */ row) => ({ column, row });

/** @param {Partial<Measurement>} [changes] @returns {Measurement} */
function measurement(changes = {}) {
  return {
    id: '2.25.7', kind: 'length', instance: '1.2.3', frame: 4, points: [at(10.5, 20.25), at(30, 40)], text: '结节', known: null,
    results: [{ name: 'length', value: 27.9, unit: 'mm' }], window: { center: 40, width: 400, inverted: false },
    area: [0, 0, 511.6, 512], by: '', ...changes,
  };
}

/** @param {(measurements: any[], revision: number) => Promise<{revision: number}>} save @param {(error: any) => any} [judge] */
function keeping(save, judge = () => 'retry') {
  /** @type {string[]} */
  const shown = [];
  /** @type {(() => void)[]} */
  const timers = [];
  const kept = new Keeping(3, {
    save, judge, show: (state) => shown.push(state), schedule: (action) => timers.push(action), unschedule: () => {},
  });
  return { kept, shown, timers };
}

test('a measurement comes back from the server as it went', () => {
  const wire = JSON.parse(JSON.stringify(toWire(measurement())));
  assert.deepEqual(wire.points, [10.5, 20.25, 30, 40]);
  assert.deepEqual(fromWire(wire), measurement({ area: [0, 0, 512, 512] }));
  assert.equal(fromWire({ ...wire, kind: 'volume' }), null);
  assert.equal(fromWire({ ...wire, points: [1, 2, 3] }), null);
});

test('changes are saved one after the other, each over the last', async () => {
  /** @type {[number, number][]} */
  const calls = [];
  const { kept, shown } = keeping(async (list, revision) => {
    calls.push([list.length, revision]);
    return { revision: revision + 1 };
  });
  kept.changed([toWire(measurement())]);
  kept.changed([]);
  assert.equal(await kept.flush(), true);
  kept.changed([toWire(measurement())]);
  assert.equal(await kept.flush(), true);
  assert.deepEqual(calls, [[0, 3], [1, 4]]);
  assert.equal(shown[shown.length - 1], 'clean');
});

test('what could not be saved is tried again; what somebody else changed is not overwritten', async () => {
  let fails = true;
  const { kept, timers } = keeping(async (_, revision) => {
    if (fails) throw new Error('offline');
    return { revision: revision + 1 };
  });
  kept.changed([]);
  assert.equal(await kept.flush(), false);
  assert.equal(kept.state, 'failing');
  fails = false;
  await Promise.resolve();
  timers[timers.length - 1]();
  await kept.flush();
  assert.equal(kept.state, 'clean');
  const other = keeping(() => Promise.reject(new Error('409')), () => 'stale').kept;
  other.changed([]);
  assert.equal(await other.flush(), false);
  other.changed([toWire(measurement())]);
  assert.equal(other.state, 'stale');
});

test('an answer that was lost costs neither what was sent nor what was drawn since', async () => {
  /** @type {{revision: number, list: any[]}} */
  let kept = { revision: 3, list: [] };
  let answers = false;
  const { kept: page } = keeping(async (list, over) => {
    const isAgain = kept.revision === over + 1 && JSON.stringify(kept.list) === JSON.stringify(list);
    if (!isAgain && kept.revision !== over) throw new Error('stale');
    if (!isAgain) kept = { revision: over + 1, list };
    if (!answers) throw new Error('offline');
    return { revision: kept.revision };
  }, (error) => (error.message === 'stale' ? 'stale' : 'retry'));
  const [one, other] = [toWire(measurement()), toWire(measurement({ id: '2.25.8' }))];
  page.changed([one]);
  assert.equal(await page.flush(), false);
  page.changed([one, other]);
  answers = true;
  assert.equal(await page.flush(), true);
  assert.deepEqual(kept, { revision: 5, list: [one, other] });
  assert.equal(page.state, 'clean');
});

test('a handle wins over a line, and the chosen measurement over the others', () => {
  const screen = (/** @type {{column: number, row: number}} */ { column, row }) => ({ x: column * 2, y: row * 2 });
  const one = measurement({ id: 'a', points: [at(0, 0), at(100, 0)] });
  const other = measurement({ id: 'b', points: [at(50, -50), at(50, 50)] });
  assert.equal(hitAt([one, other], null, { x: 100, y: 2 }, screen)?.measurement.id, 'b');
  assert.equal(hitAt([one, other], 'a', { x: 100, y: 2 }, screen)?.measurement.id, 'a');
  assert.deepEqual(hitAt([one, other], null, { x: 198, y: 3 }, screen), { measurement: one, handle: 1 });
  assert.equal(hitAt([one, other], null, { x: 160, y: 30 }, screen), null);
});

test('words keep inside the pane and off each other', () => {
  const pane = { width: 400, height: 300 };
  const size = { width: 100, height: 20 };
  const first = placed({ x: 350, y: 100, width: 40, height: 40 }, size, pane, []);
  assert.ok(first.x + first.width <= 350);
  const second = placed({ x: 350, y: 100, width: 40, height: 40 }, size, pane, [first]);
  assert.ok(second.y >= 140 || second.y + 20 <= 100);
});
