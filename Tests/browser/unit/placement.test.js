import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  LARGEST_SCALE, UPRIGHT, displaySize, fitted, mapping, mirrored, oriented, turned, turnedSize, unoriented, zoomedAt,
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
  const pane = { width: 800, height: 600 };
  const under = (placement) => mapping(image, image, placement, UPRIGHT, pane).toImage({ x: point.x + 400, y: point.y + 300 });
  assert.deepEqual(under(after), under(before));
  assert.equal(zoomedAt(before, 1e6, point).scale, LARGEST_SCALE);
});

test('finds the image place under a point of the pane, the corner of the first pixel at nought', () => {
  const { toImage, toScreen } = mapping(image, image, { scale: 1, x: 0, y: 0 }, UPRIGHT, { width: 1024, height: 1024 });
  assert.deepEqual(toImage({ x: 512, y: 512 }), { column: 256, row: 128 });
  assert.deepEqual(toScreen({ column: 0, row: 0 }), { x: 256, y: 384 });
});

test('turning four times or mirroring twice changes nothing, and every way leads back', () => {
  const pane = { width: 700, height: 500 };
  const display = displaySize(image, [2, 1]);
  let orientation = UPRIGHT;
  for (const step of ['turn', 'horizontal', 'turn', 'vertical', 'turn', 'turn', 'horizontal']) {
    orientation = step === 'turn' ? turned(orientation, 1) : mirrored(orientation, /** @type {any} */ (step));
    const { toImage, toScreen } = mapping(image, display, { scale: 0.7, x: 12, y: -30 }, orientation, pane);
    const back = toImage(toScreen({ column: 33.25, row: 91.5 }));
    assert.ok(Math.abs(back.column - 33.25) < 1e-9 && Math.abs(back.row - 91.5) < 1e-9);
    const direction = { x: 3, y: -2 };
    assert.deepEqual(unoriented(orientation, oriented(orientation, direction)), direction);
  }
  assert.deepEqual([1, 2, 3, 4].reduce((last) => turned(last, 1), UPRIGHT), UPRIGHT);
  assert.deepEqual(mirrored(mirrored(UPRIGHT, 'vertical'), 'vertical'), UPRIGHT);
});

test('mirroring acts on what is on the screen, whatever way the image is turned', () => {
  for (let turns = 0; turns < 4; turns += 1) {
    const before = { turns, isMirrored: false };
    const right = oriented(before, { x: 1, y: 2 });
    assert.deepEqual(oriented(mirrored(before, 'horizontal'), { x: 1, y: 2 }), { x: -right.x, y: right.y });
    assert.deepEqual(oriented(mirrored(before, 'vertical'), { x: 1, y: 2 }), { x: right.x, y: -right.y });
  }
});

test('a quarter turn clockwise brings the top to the right, and fits the turned size', () => {
  assert.deepEqual(oriented(turned(UPRIGHT, 1), { x: 0, y: -1 }), { x: 1, y: 0 });
  assert.deepEqual(turnedSize(image, { turns: 1, isMirrored: false }), { width: 256, height: 512 });
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
