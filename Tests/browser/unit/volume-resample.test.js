import assert from 'node:assert/strict';
import { test } from 'node:test';
import { between, depthOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/volume/grid.js';
import { dot, minus } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/volume/plane.js';
import { planeAt, reformatOf, slabOffsets } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/volume/reformat.js';
import { NOTHING, Resampling } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/volume/resample.js';
import { valuesOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/volume/values.js';
import { centre, filled, ramp, series, sphere, straight } from './volume.js';

/** @param {ReturnType<typeof filled>} volume */
function cut(volume, direction, index, thickness = 0, projection = 'max', coarse = 1) {
  const reformat = reformatOf(volume.grid, direction);
  const at = index ?? Math.floor(reformat.count / 2);
  const plane = planeAt(reformat, at);
  const words = new Int16Array(plane.columns * plane.rows);
  new Resampling(words, volume.grid, volume.slices, plane, { projection, offsets: slabOffsets(thickness, reformat.step) }, coarse).advance();
  return { plane, words, reformat, grid: volume.grid };
}

/** Whether a place has pixel centres all around it; further out, edges are repeated for half a pixel. */
function isWithin(grid, point) {
  const found = between(grid, depthOf(grid, point));
  const depth = depthOf(grid, point);
  if (!found || depth < 0 || depth > grid.at[grid.count - 1]) return false;
  return [found.slice, Math.min(grid.count - 1, found.slice + 1)].every((slice) => {
    const from = minus(point, grid.origins[slice]);
    const [u, v] = [dot(from, grid.across) / grid.columnStep, dot(from, grid.down) / grid.rowStep];
    return u >= 0 && v >= 0 && u <= grid.columns - 1 && v <= grid.rows - 1;
  });
}

/** Compares every pixel that is inside with a function of its place. */
function expectEverywhere({ plane, words, grid }, value, tolerance, least) {
  let inside = 0;
  for (let row = 0; row < plane.rows; row += 1) {
    for (let column = 0; column < plane.columns; column += 1) {
      const word = words[row * plane.columns + column];
      if (word === NOTHING) continue;
      inside += 1;
      if (!isWithin(grid, centre(plane, column, row))) continue;
      const wanted = value(centre(plane, column, row));
      assert.ok(Math.abs(word - wanted) <= tolerance, `(${column}, ${row}) is ${word}, not ${wanted}`);
    }
  }
  assert.ok(inside >= least * words.length, `${inside} of ${words.length} pixels are inside`);
}

const thick = () => series({ origins: straight([-15, -16, 40], [0, 0, -1], 3, 20), spacing: [1, 1] });

test('coronal and sagittal planes of straight axial slices interpolate between them', () => {
  const volume = filled(thick(), ramp);
  expectEverywhere(cut(volume, 'axial'), ramp, 0.5, 1);
  expectEverywhere(cut(volume, 'coronal'), ramp, 0.51, 1);
  expectEverywhere(cut(volume, 'sagittal'), ramp, 0.51, 1);
});

test('planes lie as a radiologist looks at them: head up, the patient’s right on the left, and the nose', () => {
  const volume = filled(thick(), ramp);
  const coronal = cut(volume, 'coronal').plane;
  assert.deepEqual([coronal.across, coronal.down.map((each) => each + 0)], [[1, 0, 0], [0, 0, -1]]);
  assert.equal(coronal.origin[2], 40);
  const sagittal = cut(volume, 'sagittal').plane;
  assert.deepEqual([sagittal.across.map((each) => each + 0), sagittal.down.map((each) => each + 0)], [[0, 1, 0], [0, 0, -1]]);
  // From head to foot, front to back, right to left.
  const order = (direction, axis) => [0, 1].map((index) => planeAt(reformatOf(volume.grid, direction), index).origin[axis]);
  assert.deepEqual([order('axial', 2), order('coronal', 1), order('sagittal', 0)], [[40, 37], [-16, -15], [-15, -14]]);
});

test('pixels that are not square keep their places', () => {
  const frames = series({ origins: straight([-20, -16, 0], [0, 0, 1], 0.8, 25), spacing: [1.5, 0.5], columns: 48, rows: 20 });
  const volume = filled(frames, ramp);
  expectEverywhere(cut(volume, 'sagittal'), ramp, 0.51, 1);
  const coronal = cut(volume, 'coronal');
  expectEverywhere(coronal, ramp, 0.51, 1);
  assert.deepEqual([coronal.plane.columnStep, coronal.plane.rowStep.toFixed(6)], [0.5, '0.800000']);
});

test('a tilted gantry’s rod stands upright again', () => {
  const tilt = (20 * Math.PI) / 180;
  const y = [0, Math.cos(tilt), -Math.sin(tilt)];
  const frames = series({ y, origins: straight([-16, -16, 0], [0, 0, 1], 2, 30) });
  // A rod along z at y = 0: in the tilted slices it wanders from row to row.
  const rod = ([x, py]) => 1000 * Math.max(0, Math.min(1, 3.5 - Math.hypot(x, py)));
  const volume = filled(frames, rod);
  const { plane, words } = cut(volume, 'sagittal', 16);
  for (let row = 0; row < plane.rows; row += 1) {
    let [sum, weighted] = [0, 0];
    for (let column = 0; column < plane.columns; column += 1) {
      const word = words[row * plane.columns + column];
      if (word === NOTHING) continue;
      sum += word;
      weighted += word * centre(plane, column, row)[1];
    }
    // Rows at the ends leave the sheared volume.
    if (sum > 4000) assert.ok(Math.abs(weighted / sum) < 0.35, `row ${row}: the rod stands at ${weighted / sum} mm`);
  }
  expectEverywhere(cut(filled(frames, ramp), 'sagittal'), ramp, 1.01, 0.5);
  expectEverywhere(cut(filled(frames, ramp), 'coronal'), ramp, 1.01, 0.5);
});

test('an oblique volume is cut along the patient’s axes', () => {
  const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
  const x = [c, s, 0];
  const y = [-s * c, c * c, -s];
  const normal = [x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]];
  const frames = series({ x, y, origins: straight([0, 0, 0], normal, 1.5, 24), spacing: [1, 1] });
  const volume = filled(frames, ramp);
  for (const direction of ['axial', 'coronal', 'sagittal']) expectEverywhere(cut(volume, direction), ramp, 1.01, 0.3);
  // The slices' own planes come back as they are.
  const own = cut(volume, 'own', 5);
  assert.deepEqual([...own.words], [...volume.slices.values(5)]);
});

test('sagittal slices give axial and coronal planes', () => {
  const frames = series({ x: [0, 1, 0], y: [0, 0, -1], origins: straight([-20, -16, 16], [1, 0, 0], 2, 21) });
  const volume = filled(frames, ramp);
  for (const direction of ['axial', 'coronal', 'sagittal']) expectEverywhere(cut(volume, direction), ramp, 0.51, 1);
});

test('a sphere stays a sphere in every plane', () => {
  const frames = series({ origins: straight([-20, -20, 20], [0, 0, -1], 1.25, 33), columns: 41, rows: 41 });
  const ball = sphere([0, 0, 0], 12);
  const volume = filled(frames, ball);
  for (const direction of ['axial', 'coronal', 'sagittal']) {
    const { plane, words } = cut(volume, direction);
    const area = words.reduce((sum, word) => sum + Math.max(0, word), 0) / 1000 * plane.columnStep * plane.rowStep;
    assert.ok(Math.abs(area / (Math.PI * 144) - 1) < 0.03, `${direction}: ${area} mm²`);
  }
});

test('a slab has the largest, the least and the mean value within its thickness', () => {
  const frames = series({ origins: straight([-16, -16, 0], [0, 0, 1], 1, 21) });
  // One value per y: the coronal planes' own.
  const volume = filled(frames, ([, y]) => 100 + y * 10);
  const middle = reformatOf(volume.grid, 'coronal').count >> 1;
  const at = planeAt(reformatOf(volume.grid, 'coronal'), middle).origin[1];
  const value = (thickness, projection) => [...new Set(cut(volume, 'coronal', middle, thickness, projection).words)];
  assert.deepEqual(value(0, 'max'), [100 + at * 10]);
  assert.deepEqual(value(6, 'max'), [100 + (at + 3) * 10]);
  assert.deepEqual(value(6, 'min'), [100 + (at - 3) * 10]);
  assert.deepEqual(value(6, 'mean'), [100 + at * 10]);
  // At the volume's edge the mean is of what is there.
  assert.deepEqual([...new Set(cut(volume, 'coronal', 0, 4, 'mean').words)], [100 + -15 * 10]);
});

test('a slab along the slices joins the slices within it', () => {
  const frames = series({ origins: straight([0, 0, 0], [0, 0, 1], 2, 9), columns: 4, rows: 4 });
  const volume = filled(frames, ([, , z]) => (z === 6 ? 900 : z === 10 ? 500 : 10));
  assert.deepEqual([...new Set(cut(volume, 'own', 4, 0).words)], [10]);
  assert.deepEqual([...new Set(cut(volume, 'own', 4, 4, 'max').words)], [900]);
  assert.deepEqual([...new Set(cut(volume, 'own', 4, 4, 'mean').words)], [Math.round((900 + 10 + 500) / 3)]);
});

test('nothing is made up where slices are missing', () => {
  const origins = straight([0, 0, 0], [0, 0, 1], 2, 20).filter((_, index) => index < 8 || index > 12);
  const { plane, words } = cut(filled(series({ origins, columns: 8, rows: 8 }), () => 500), 'coronal');
  const rows = Array.from({ length: plane.rows }, (_, row) => [plane.origin[2] - row * plane.rowStep, words[row * plane.columns]]);
  for (const [z, word] of rows) assert.equal(word, z > 15 + 1e-6 && z < 25 - 1e-6 ? NOTHING : 500, `at ${z} mm`);
});

test('uneven slices are interpolated by their places', () => {
  const origins = [0, 2, 4, 6, 8, 12, 16, 20, 24].map((z) => [-4, -4, z]);
  expectEverywhere(cut(filled(series({ origins, columns: 9, rows: 9 }), ramp), 'sagittal'), ramp, 0.51, 1);
});

test('a slice that is not loaded leaves its place empty', () => {
  const volume = filled(series({ origins: straight([0, 0, 0], [0, 0, 1], 1, 9), columns: 4, rows: 4 }), () => 7);
  const slices = { ...volume.slices, values: (slice) => (slice === 4 ? null : volume.slices.values(slice)) };
  const { words, plane } = cut({ ...volume, slices }, 'coronal', 2);
  assert.deepEqual(Array.from({ length: 9 }, (_, row) => words[row * plane.columns]), [7, 7, 7, 7, NOTHING, 7, 7, 7, 7]);
});

test('the coarse picture has every second pixel twice', () => {
  const volume = filled(thick(), ramp);
  const [fine, coarse] = [cut(volume, 'sagittal', 9), cut(volume, 'sagittal', 9, 0, 'max', 2)];
  for (let row = 0; row < fine.plane.rows; row += 1) {
    for (let column = 0; column < fine.plane.columns; column += 1) {
      const from = (row & ~1) * fine.plane.columns + (column & ~1);
      assert.equal(coarse.words[row * fine.plane.columns + column], fine.words[from]);
    }
  }
});

test('slices of their own scale are joined as modality values', () => {
  const volume = filled(series({ origins: straight([0, 0, 0], [0, 0, 1], 2, 5), columns: 4, rows: 4 }), () => 100);
  const slices = { ...volume.slices, scale: (slice) => slice + 1, bias: (slice) => -slice };
  const { words, plane } = cut({ ...volume, slices }, 'coronal', 1);
  // z = 8, 7, 6 …: 100 × (slice + 1) − slice, and the mean between two.
  assert.deepEqual([0, 1, 2].map((row) => words[row * plane.columns]), [496, Math.round((397 + 496) / 2), 397]);
});

test('words are used where they lie, and copied only when other bits are set', () => {
  const format = { rows: 1, columns: 3, samples: 1, photometric: 'MONOCHROME2', planar: 0, bitsAllocated: 16, bitsStored: 12, highBit: 11, signed: false };
  const plain = new Uint16Array([0, 4095, 7]);
  assert.equal(valuesOf(plain, format), plain);
  assert.deepEqual([...valuesOf(new Uint16Array([0x1fff, 0, 1]), format)], [4095, 0, 1]);
  const signed = { ...format, signed: true };
  assert.deepEqual([...valuesOf(new Uint16Array([0x0fff, 0, 1]), signed)], [-1, 0, 1]);
  const extended = new Uint16Array([0xffff, 0, 1]);
  assert.equal(valuesOf(extended, signed).buffer, extended.buffer);
  assert.deepEqual([...valuesOf(new Uint16Array([0xfff0, 0, 0x10]), { ...format, highBit: 15 })], [4095, 0, 1]);
});
