import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  LARGEST_SCALE, displaySize, fitted, pixelAt, zoomedAt,
} from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/placement.js';
import { ByteBoundedCache, fetchOrder } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/prefetch.js';

const image = { width: 512, height: 256 };

test('fits the longer side', () => {
  assert.deepEqual(fitted(image, { width: 1024, height: 1024 }), { scale: 2, x: 0, y: 0 });
});

test('stretches rows of pixels that are not square', () => {
  assert.deepEqual(displaySize(image, [2, 1]), { width: 512, height: 512 });
  assert.deepEqual(displaySize(image, null), image);
});

test('what lies under the pointer stays there when zooming', () => {
  const before = { scale: 1, x: 30, y: -12 };
  const point = { x: 100, y: 50 };
  const after = zoomedAt(before, 2, point);
  assert.deepEqual(pixelAt(after, image, image, point), pixelAt(before, image, image, point));
  assert.equal(zoomedAt(before, 1e6, point).scale, LARGEST_SCALE);
});

test('finds the pixel under the pointer', () => {
  assert.deepEqual(pixelAt({ scale: 1, x: 0, y: 0 }, image, image, { x: 0, y: 0 }), { column: 256, row: 128 });
});

test('fetches the current frame first, then two ahead for each behind, each once', () => {
  assert.deepEqual(fetchOrder(3, 8, 1), [3, 4, 5, 2, 6, 7, 1, 0]);
  assert.deepEqual(fetchOrder(3, 8, -1), [3, 2, 1, 4, 0, 5, 6, 7]);
  assert.deepEqual(fetchOrder(0, 1, 1), [0]);
  assert.deepEqual([...fetchOrder(50, 100, 1)].sort((a, b) => a - b), Array.from({ length: 100 }, (_, index) => index));
});

test('the cache lets the longest unused go, never the newest', () => {
  const cache = new ByteBoundedCache(10);
  cache.set('a', 1, 4);
  cache.set('b', 2, 4);
  assert.equal(cache.get('a'), 1);
  cache.set('c', 3, 4);
  assert.deepEqual([cache.has('a'), cache.has('b'), cache.has('c')], [true, false, true]);
  cache.set('huge', 4, 100);
  assert.deepEqual([cache.has('huge'), cache.bytes], [true, 100]);
});
