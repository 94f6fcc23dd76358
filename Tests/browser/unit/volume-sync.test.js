import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelAt, levelsOn, neighbour, nextName, renamed } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/volume/spine.js';
import { Alignment, follow, nearestFrame } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/volume/sync.js';
import { planeOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/volume/plane.js';
import { series, straight } from './volume.js';

/** @param {string} uid @param {number} from z @param {number} step @param {number} count @param {string} [frameOfReference] */
function stack(uid, from, step, count, frameOfReference) {
  return { uid, frames: series({ origins: straight([0, 0, from], [0, 0, 1], step, count), frameOfReference }) };
}

test('panes follow by place, whatever their numbers and distances', () => {
  const [thin, thick] = [stack('1', 0, 1, 100), stack('2', 90, -5, 19)];
  const alignment = new Alignment();
  assert.deepEqual(follow(alignment, thin, thin.frames[30], thick, 0), { index: 12, beyond: 0 });
  assert.deepEqual(follow(alignment, thick, thick.frames[12], thin, 0), { index: 30, beyond: 0 });
});

test('a place that a stack does not reach is said to lie beyond it', () => {
  const [long, short] = [stack('1', 0, 1, 100), stack('2', 0, 5, 5)];
  assert.deepEqual(follow(new Alignment(), long, long.frames[60], short, 0), { index: 4, beyond: 40 });
});

test('planes that are not parallel do not follow', () => {
  const coronal = { uid: '2', frames: series({ x: [1, 0, 0], y: [0, 0, -1], origins: straight([0, 0, 0], [0, 1, 0], 1, 9) }) };
  const axial = stack('1', 0, 1, 9);
  assert.equal(follow(new Alignment(), axial, axial.frames[3], coronal, 0), null);
});

test('where several frames lie at one place the nearest in the stack is taken', () => {
  const places = straight([0, 0, 0], [0, 0, 1], 1, 10);
  const frames = series({ origins: [...places, ...places] });
  assert.equal(nearestFrame(frames, [0, 0, 4], planeOf(frames[0]), 12)?.index, 14);
  assert.equal(nearestFrame(frames, [0, 0, 4], planeOf(frames[0]), 2)?.index, 4);
});

test('other frames of reference do not correspond until somebody says how', () => {
  const [now, prior] = [stack('1', 0, 1, 100, '1.1'), stack('2', 1000, 2, 50, '1.2')];
  const alignment = new Alignment();
  assert.equal(follow(alignment, now, now.frames[20], prior, 0), null);
  // Slice 20 of today is slice 15 of the prior.
  assert.ok(alignment.join(now, now.frames[20], prior, prior.frames[15]));
  assert.equal(follow(alignment, now, now.frames[40], prior, 0)?.index, 25);
  assert.equal(follow(alignment, prior, prior.frames[25], now, 0)?.index, 40);
  // Another series of the prior's space corresponds as well.
  const other = stack('3', 1000, 1, 100, '1.2');
  assert.equal(follow(alignment, now, now.frames[40], other, 0)?.index, 50);
});

test('a doctor may shift a stack against one of the same space, and take it back', () => {
  const [inspired, expired] = [stack('1', 0, 1, 100), stack('2', 0, 1, 100)];
  const alignment = new Alignment();
  alignment.join(inspired, inspired.frames[50], expired, expired.frames[58], true);
  assert.equal(follow(alignment, inspired, inspired.frames[60], expired, 0)?.index, 68);
  assert.equal(follow(alignment, expired, expired.frames[68], inspired, 0)?.index, 60);
  alignment.clear();
  assert.equal(follow(alignment, inspired, inspired.frames[60], expired, 0)?.index, 60);
});

test('vertebrae are counted over the joints of the spine', () => {
  assert.deepEqual([neighbour('C7', 1), neighbour('T12', 1), neighbour('L5', 1), neighbour('L1', -1), neighbour('C1', -1)],
    ['T1', 'L1', 'S1', 'T12', null]);
  assert.deepEqual([neighbour('L6', 1), neighbour('T13', 1)], ['S1', 'L1']);
});

const at = (name, z) => ({ name, point: [0, 10, z], space: '1' });

test('clicks count up towards the head and down towards the feet', () => {
  assert.equal(nextName([], [0, 0, 0]), null);
  assert.equal(nextName([at('L5', 0)], [0, 8, 35]), 'L4');
  assert.equal(nextName([at('L5', 0), at('L4', 35)], [0, 8, 70]), 'L3');
  assert.equal(nextName([at('L5', 0), at('L4', 35)], [0, 8, -30]), 'S1');
  assert.equal(labelAt([at('L5', 0)], [0, 12, 3])?.name, 'L5');
});

test('another name for one renames the rest', () => {
  const labels = [at('L3', 70), at('L4', 35), at('L5', 0)];
  assert.deepEqual(renamed(labels, labels[2], 'L6').map(({ name }) => name), ['L4', 'L5', 'L6']);
  assert.deepEqual(renamed(labels, labels[2], 'S1').map(({ name }) => name), ['L4', 'L5', 'S1']);
  assert.deepEqual(renamed(labels, labels[0], 'T12').map(({ name }) => name), ['T12', 'L1', 'L2']);
});

test('labels project into other series: the body, and the disc between two', () => {
  const labels = [at('L3', 70), at('L4', 35), at('L5', 0)];
  const axial = (z) => planeOf(series({ origins: [[0, 0, z]] })[0]);
  assert.equal(levelsOn(labels, axial(38)).level, 'L4');
  assert.equal(levelsOn(labels, axial(52)).level, 'L3/L4');
  assert.equal(levelsOn(labels, axial(300)).level, '');
  assert.equal(levelsOn([labels[0], labels[2]], axial(52)).level, 'L3–L5');
  const sagittal = planeOf(series({ x: [0, 1, 0], y: [0, 0, -1], origins: [[4, 0, 0]] })[0]);
  assert.deepEqual(levelsOn(labels, sagittal).near.map(({ label, distance }) => [label.name, distance]), [['L3', 4], ['L4', 4], ['L5', 4]]);
});
