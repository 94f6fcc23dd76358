import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { basicCommands } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/basic-commands.js';
import { Commands, keyCaps } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/commands.js';
import { expected, indexOf, judge, LEVELS, luminanceOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/display/gsdf.js';
import { conflict, isReserved, isUnfinished, readTable } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/key-rules.js';
import { gridOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/layout.js';
import { OtherWindows } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/open-patients.js';
import { pinch } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/pinch.js';
import { Settings, USUAL_MOUSE } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/settings.js';

const strings = JSON.parse(readFileSync(new URL('../../../Sources/Endpoints/WebUI/Resources/strings.json', import.meta.url), 'utf8'));

/** @param {[string, string[]][]} known */
function commandsOf(known) {
  const commands = new Commands();
  for (const [name, keys] of known) commands.add({ name, label: name, keys, run: () => {} });
  return commands;
}

test('no two commands of the viewer come with the same key, and each has a name in both languages', () => {
  const keys = basicCommands().flatMap((command) => command.keys);
  assert.equal(new Set(keys).size, keys.length);
  assert.deepEqual(keys.filter(isReserved), []);
  for (const { label, group } of basicCommands()) {
    for (const key of [label, group ?? label]) assert.ok(strings[key]?.zh && strings[key]?.en, key);
  }
});

test('the user’s key goes before the one that a command came with', () => {
  const commands = commandsOf([['fit', ['f']], ['film', ['x', 'y']]]);
  commands.own = { film: ['f'] };
  assert.deepEqual([...commands.table()], [['f', 'film']]);
  commands.own = {};
  commands.changed();
  assert.deepEqual([...commands.table()], [['f', 'fit'], ['x', 'film'], ['y', 'film']]);
});

test('a key that is taken is refused, the command’s own is not', () => {
  const commands = commandsOf([['fit', ['f']], ['film', ['x']]]);
  assert.equal(conflict(commands, 'film', 'f'), 'fit');
  assert.equal(conflict(commands, 'fit', 'f'), null);
  assert.equal(conflict(commands, 'fit', 'q'), null);
  assert.deepEqual([isReserved('F5'), isReserved('Tab'), isReserved('q')], [true, true, false]);
  assert.deepEqual([isUnfinished('Ctrl+Control'), isUnfinished('Shift'), isUnfinished('Ctrl+k')], [true, true, false]);
});

test('keys are printed as on the keyboard', () => {
  assert.deepEqual(['w', 'Ctrl+Enter', '+', 'Ctrl++', 'PageDown', 'Alt+4'].map((key) => keyCaps(key).join(' ')),
    ['W', 'Ctrl Enter', '+', 'Ctrl +', 'PgDn', 'Alt 4']);
});

test('settings are kept by user, and what is stored badly is left out', () => {
  /** @type {Map<string, string>} */
  const kept = new Map();
  const storage = {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => { kept.set(key, value); },
    removeItem: (/** @type {string} */ key) => { kept.delete(key); },
  };
  const settings = new Settings('someone', storage);
  settings.keys = { fit: ['q'] };
  settings.mouse.right = 'window';
  /** @type {any} */
  let told = null;
  settings.onSave = (given) => { told = given; };
  settings.save();
  assert.deepEqual(told, { keys: { fit: ['q'] }, mouse: { ...USUAL_MOUSE, right: 'window' } });
  const again = new Settings('someone', storage);
  assert.deepEqual([again.keys, again.mouse.right], [{ fit: ['q'] }, 'window']);
  const other = new Settings('another', storage);
  assert.deepEqual(other.keys, {});
  other.take({ keys: { fit: ['k'], odd: 3 }, mouse: { wheel: 'zoom' } });
  assert.deepEqual([new Settings('another', storage).keys, other.mouse.wheel], [{ fit: ['k'] }, 'zoom']);
  again.reset();
  assert.deepEqual(new Settings('someone', storage).mouse, USUAL_MOUSE);
  kept.set('jieli.viewer.someone', '{"keys":{"fit":"f","invert":["F5","j",7]},"mouse":{"wheel":3}}');
  const odd = new Settings('someone', storage);
  assert.deepEqual([odd.keys, odd.mouse.wheel], [{ invert: ['j'] }, 'scroll']);
  kept.set('jieli.viewer.someone', 'not JSON');
  assert.deepEqual(new Settings('someone', storage).keys, {});
  assert.deepEqual(readTable(null), {});
});

test('two fingers carry what lies under them', () => {
  const { factor, dx, dy, centre } = pinch([{ x: 0, y: 0 }, { x: 10, y: 0 }], [{ x: 5, y: 5 }, { x: 25, y: 5 }]);
  assert.deepEqual([factor, dx, dy, centre], [2, 10, 5, { x: 5, y: 0 }]);
});

test('another patient in another window is named until it closes or falls silent', () => {
  const windows = new OtherWindows('one');
  windows.hear({ kind: 'here', id: 'a', patient: 'one', words: 'One' }, 0);
  assert.deepEqual(windows.others(1), []);
  windows.hear({ kind: 'hello', id: 'b', patient: 'two', words: 'Two' }, 10);
  windows.hear({ kind: 'hello', id: 'c', patient: 'two', words: 'Two' }, 10);
  assert.deepEqual(windows.others(20), ['Two']);
  windows.hear({ kind: 'bye', id: 'b', patient: 'two', words: 'Two' }, 30);
  assert.deepEqual(windows.others(40), ['Two']);
  assert.deepEqual(windows.others(200000), []);
});

test('layouts have one to three rows and columns', () => {
  assert.deepEqual(gridOf('2x3'), { rows: 2, columns: 3 });
  assert.deepEqual(gridOf('9x0'), { rows: 3, columns: 1 });
  assert.deepEqual(gridOf('nonsense'), { rows: 1, columns: 1 });
});

test('the standard’s grey scale: from 0.05 to 3,993 cd/m² in 1,023 steps, and back', () => {
  // PS3.14 Annex B.
  for (const [index, luminance] of [[1, 0.05], [2, 0.0547], [3, 0.0594], [4, 0.0643], [5, 0.0695], [1023, 3993.404]]) {
    assert.ok(Math.abs(luminanceOf(index) / luminance - 1) < 0.002, `${index}: ${luminanceOf(index)}`);
    assert.ok(Math.abs(indexOf(luminanceOf(index)) - index) < 1, `${index}`);
  }
  assert.ok(Math.abs(indexOf(1) - 71.498068) < 1e-9);
});

test('a display that keeps to the standard passes, a power of 2.2 does not, and nonsense has no verdict', () => {
  const exact = judge(expected(0.8, 400));
  assert.ok(exact && exact.largest < 0.01);
  assert.equal(exact.grade, 'diagnostic');
  const office = judge(LEVELS.map((level) => 0.3 + 250 * (level / 255) ** 2.2));
  assert.equal(office?.grade, 'poor');
  assert.equal(judge(expected(1, 90))?.grade, 'poor');
  assert.equal(judge(expected(1, 150))?.grade, 'viewing');
  assert.equal(judge(LEVELS.map(() => 10)), null);
  assert.equal(judge([1, 2, 3]), null);
  assert.equal(judge(LEVELS.map((_, index) => 100 - index)), null);
});
