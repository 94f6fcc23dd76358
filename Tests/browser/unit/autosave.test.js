import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Autosave, QUIET_TIME } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/report/autosave.js';
import { renewalPause } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/report/lease.js';

/** @param {string} findings */
const text = (findings) => ({ findings, impression: '' });

/** A server and a clock that the test moves. */
function surroundings() {
  const world = {
    time: 0, version: 0, /** @type {string[]} */ stored: [], /** @type {string[]} */ states: [],
    /** @type {{action: () => void, at: number}[]} */ timers: [], /** @type {any} */ failure: null,
    /** @type {(() => void) | null} */ hold: null, isHolding: false,
  };
  /** @type {ConstructorParameters<typeof Autosave>[2]} */
  const outside = {
    save: async (draft, version) => {
      if (world.isHolding) await new Promise((resolve) => { world.hold = () => resolve(undefined); });
      if (world.failure) throw world.failure;
      assert.equal(version, world.version, 'the version last read is sent');
      world.version += 1;
      world.stored.push(draft.findings);
      return { version: world.version, savedAt: `t${world.time}` };
    },
    judge: (error) => error.verdict,
    show: (state) => { world.states.push(state); },
    schedule: (action, delay) => {
      const timer = { action, at: world.time + delay };
      world.timers.push(timer);
      return timer;
    },
    unschedule: (timer) => { world.timers = world.timers.filter((each) => each !== timer); },
    now: () => world.time,
  };
  /** @param {number} milliseconds */
  const pass = async (milliseconds) => {
    world.time += milliseconds;
    const due = world.timers.filter(({ at }) => at <= world.time);
    world.timers = world.timers.filter(({ at }) => at > world.time);
    due.forEach(({ action }) => action());
    await new Promise((resolve) => { setImmediate(resolve); });
  };
  return { world, outside, pass };
}

test('saves once, when typing has stopped', async () => {
  const { world, outside, pass } = surroundings();
  const autosave = new Autosave(text(''), 0, outside);
  autosave.changed(text('a'));
  await pass(1000);
  autosave.changed(text('ab'));
  await pass(1000);
  assert.deepEqual(world.stored, []);
  await pass(QUIET_TIME);
  assert.deepEqual(world.stored, ['ab']);
  assert.equal(autosave.state, 'clean');
  assert.equal(autosave.isDirty, false);
});

test('saves within ten seconds while typing never stops', async () => {
  const { world, outside, pass } = surroundings();
  const autosave = new Autosave(text(''), 0, outside);
  for (let count = 1; count <= 11; count += 1) {
    autosave.changed(text('x'.repeat(count)));
    await pass(1000);
  }
  assert.equal(world.stored.length, 1);
});

test('what is typed during a save is saved after it, never at the same time', async () => {
  const { world, outside, pass } = surroundings();
  const autosave = new Autosave(text(''), 0, outside);
  world.isHolding = true;
  autosave.changed(text('first'));
  await pass(QUIET_TIME);
  autosave.changed(text('second'));
  await pass(QUIET_TIME);
  assert.deepEqual(world.stored, []);
  world.isHolding = false;
  world.hold?.();
  await pass(0);
  await pass(QUIET_TIME);
  assert.deepEqual(world.stored, ['first', 'second']);
});

test('a failing network is tried again, and says so meanwhile', async () => {
  const { world, outside, pass } = surroundings();
  const autosave = new Autosave(text(''), 0, outside);
  world.failure = { verdict: 'retry' };
  autosave.changed(text('a'));
  await pass(QUIET_TIME);
  assert.equal(autosave.state, 'failing');
  autosave.changed(text('ab'));
  world.failure = null;
  await pass(2000);
  assert.deepEqual(world.stored, ['ab']);
  assert.equal(autosave.state, 'clean');
});

test('a draft changed elsewhere stops saving for good', async () => {
  const { world, outside, pass } = surroundings();
  const autosave = new Autosave(text(''), 0, outside);
  world.failure = { verdict: 'conflict' };
  autosave.changed(text('a'));
  await pass(QUIET_TIME);
  world.failure = null;
  autosave.changed(text('ab'));
  await pass(60000);
  assert.deepEqual(world.stored, []);
  assert.equal(autosave.state, 'conflict');
  assert.equal(await autosave.flush(), false);
});

test('flush saves at once and tells whether everything is on the server', async () => {
  const { world, outside } = surroundings();
  const autosave = new Autosave(text(''), 0, outside);
  assert.equal(await autosave.flush(), true);
  autosave.changed(text('a'));
  assert.equal(await autosave.flush(), true);
  assert.deepEqual(world.stored, ['a']);
  world.failure = { verdict: 'retry' };
  autosave.changed(text('ab'));
  assert.equal(await autosave.flush(), false);
});

test('a lost claim shows itself and saves no more', async () => {
  const { world, outside, pass } = surroundings();
  const autosave = new Autosave(text(''), 0, outside);
  autosave.changed(text('a'));
  autosave.lose();
  await pass(QUIET_TIME);
  assert.deepEqual(world.stored, []);
  assert.equal(world.states[world.states.length - 1], 'lost');
});

test('a lease is renewed well before it ends', () => {
  assert.equal(renewalPause(600000, 0), 60000);
  assert.equal(renewalPause(90000, 0), 30000);
  assert.equal(renewalPause(0, 1000), 5000);
});
