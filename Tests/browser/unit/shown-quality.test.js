import assert from 'node:assert/strict';
import { test } from 'node:test';
import { obstacle } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/report/signature.js';
import { ShownQuality } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/shown-quality.js';

const stack = /** @type {any} */ ({ uid: '1', frames: [0, 1, 2].map((each) => ({ instance: `1.${each}`, number: 1 })) });

test('a preview stands in the way until the frame itself was drawn', () => {
  const shown = new ShownQuality();
  shown.saw(stack, 0, 'preview');
  shown.saw(stack, 1, 'diagnostic');
  assert.deepEqual(shown.lacking(() => null).previews.map(({ index }) => index), [0]);
  shown.saw(stack, 0, 'diagnostic');
  shown.saw(stack, 0, 'preview');
  assert.deepEqual(shown.lacking(() => null), { previews: [], failed: [] });
});

test('what cannot be had is told from what may still come', () => {
  const shown = new ShownQuality();
  shown.saw(stack, 0, 'preview');
  shown.saw(stack, 1, 'failed');
  shown.saw(stack, 2, 'preview');
  const { previews, failed } = shown.lacking((_, index) => (index === 2 ? null : 'HTTP 409'));
  assert.deepEqual([previews.map(({ index }) => index), failed.map(({ index }) => index)], [[2], [0, 1]]);
});

test('waits for previews, lets sign over what cannot be had', () => {
  assert.equal(obstacle({ previews: 2, failed: 1 }), 'wait');
  assert.equal(obstacle({ previews: 0, failed: 1 }), 'accept');
  assert.equal(obstacle({ previews: 0, failed: 0 }), 'nothing');
});
