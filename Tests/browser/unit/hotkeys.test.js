import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionFor, keyName } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/core/hotkeys.js';
import { presetsFor } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/presets.js';

const actions = { i: () => {}, 'Ctrl+Enter': () => {}, Enter: () => {}, Escape: () => {}, '?': () => {} };
const textarea = { tagName: 'TEXTAREA' };

test('names keys by what is pressed', () => {
  assert.equal(keyName({ key: 'I', shiftKey: true }), 'i');
  assert.equal(keyName({ key: 'Enter', metaKey: true }), 'Ctrl+Enter');
  assert.equal(keyName({ key: '?', shiftKey: true }), '?');
  assert.equal(keyName({ key: 'Tab', shiftKey: true }), 'Shift+Tab');
});

test('letters are text while somebody types; Ctrl+Enter signs all the same', () => {
  assert.equal(actionFor({ key: 'i' }, textarea, actions), null);
  assert.equal(actionFor({ key: 'i' }, { tagName: 'BODY' }, actions), actions.i);
  assert.equal(actionFor({ key: 'i' }, { tagName: 'INPUT', type: 'range' }, actions), actions.i);
  assert.equal(actionFor({ key: 'Enter', ctrlKey: true }, textarea, actions), actions['Ctrl+Enter']);
  assert.equal(actionFor({ key: 'Escape' }, textarea, actions), actions.Escape);
});

test('nothing acts while an input method composes', () => {
  assert.equal(actionFor({ key: 'Enter', ctrlKey: true, isComposing: true }, textarea, actions), null);
  assert.equal(actionFor({ key: 'i', keyCode: 229 }, { tagName: 'BODY' }, actions), null);
});

test('Enter on a button is the button’s', () => {
  assert.equal(actionFor({ key: 'Enter' }, { tagName: 'BUTTON' }, actions), null);
  assert.equal(actionFor({ key: 'Enter' }, { tagName: 'BODY' }, actions), actions.Enter);
});

test('names of things every object has are no actions', () => {
  assert.equal(actionFor({ key: 'constructor' }, null, actions), null);
});

test('presets lie on the keys from 3 on', () => {
  assert.deepEqual(presetsFor('CT').map(({ key }) => key), ['3', '4', '5', '6', '7', '8', '9']);
  assert.deepEqual(presetsFor('DX'), []);
});
