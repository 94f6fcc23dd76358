import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasWireForm } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/frame-fetch.js';
import { FrameLoader } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/frame-loader.js';
import { FrameStore } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/frame-store.js';
import { Line } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/line.js';
import { frame } from './frame.js';

const MIB = 1024 * 1024;
Object.assign(globalThis, { window: { setTimeout: () => 1 } });

/** A stack of slices of 512 × 512. @param {string} uid @param {number} count */
function stackOf(uid, count) {
  const us = (/** @type {number} */ value) => ({ vr: 'US', Value: [value] });
  const frames = Array.from({ length: count }, (_, index) => frame({
    '00280010': us(512), '00280011': us(512), '00080018': { vr: 'UI', Value: [`${uid}.${index}`] },
  }));
  return /** @type {any} */ ({ study: '1', uid, frames, series: {} });
}

/** A loader whose server answers when the test says so. @param {number} rate @param {object} [limits] */
function stage(rate, limits) {
  /** @type {{name: string, answer: (value?: any) => void, fail: (error: Error) => void, signal: AbortSignal}[]} */
  const asked = [];
  const ask = (/** @type {string} */ name, /** @type {AbortSignal} */ signal, /** @type {() => any} */ make) => new Promise((resolve, reject) => {
    asked.push({ name, signal, answer: () => resolve(make()), fail: reject });
    signal.addEventListener('abort', () => reject(new Error('aborted')));
  });
  const name = (/** @type {any} */ { instance }) => instance.split('.').slice(-2).join(':');
  const line = new Line(() => 0, { getItem: () => String(rate), setItem: () => {} });
  /** @type {string[]} */
  const told = [];
  const loader = new FrameLoader((stack, index, error) => { told.push(`${error ? 'failed' : loader.quality(stack, index)} ${stack.uid}:${index}`); }, {
    line, store: new FrameStore({ wholes: 400 * MIB, previews: 64 * MIB, enlarged: 32 * MIB, ...limits }),
    fetch: {
      loadPreview: (_, each, signal) => ask(`small ${name(each)}`, signal, () => ({
        preview: { byteLength: 100, enlarged: () => new Uint8Array(512 * 512 * 2) }, bytes: 0 })),
      loadWhole: (_, each, { preview, packed }, signal) => ask(`${preview ? 'rest' : packed ? 'packed' : 'native'} ${name(each)}`, signal, () => ({
        picture: { kind: 'grey', words: new Uint16Array(512 * 512) }, bytes: 0 })),
    },
  });
  return {
    loader, told, asked,
    names: () => asked.splice(0).map(({ name: each }) => each),
    /** Answers everything, and what is asked because of it, up to a number of answers. */
    async play(limit = Infinity) {
      const seen = [];
      while (asked.length > 0 && seen.length < limit) {
        const next = /** @type {any} */ (asked.shift());
        if (next.signal.aborted) continue;
        seen.push(next.name);
        next.answer();
        await new Promise((resolve) => { setImmediate(resolve); });
      }
      return seen;
    },
  };
}

test('on a thin line: a small picture, the whole of it, then small pictures around it, then wholes', async () => {
  const { loader, play, told } = stage(500_000);
  const stack = stackOf('1', 60);
  loader.lookAt(stack, 10, 1, 'pane');
  const seen = await play(22);
  assert.deepEqual(seen.slice(0, 5), ['small 1:10', 'rest 1:10', 'small 1:11', 'small 1:12', 'small 1:9']);
  assert.ok(seen.slice(2, 18).every((each) => each.startsWith('small')));
  assert.deepEqual(seen.slice(18, 20), ['rest 1:11', 'rest 1:12']);
  assert.deepEqual(told.slice(0, 2), ['preview 1:10', 'diagnostic 1:10']);
  assert.equal(loader.loadedCount(stack), told.filter((each) => each.startsWith('diagnostic')).length);
});

test('a preview says that it is one until the whole is there', async () => {
  const { loader, play } = stage(500_000);
  const stack = stackOf('1', 1);
  loader.lookAt(stack, 0, 1, 'pane');
  await play(1);
  const preview = loader.loaded(stack, 0);
  assert.equal(preview?.quality, 'preview');
  assert.equal(loader.loaded(stack, 0), preview);
  assert.equal(loader.loadedCount(stack), 0);
  await play();
  assert.equal(loader.loaded(stack, 0)?.quality, 'diagnostic');
});

test('on a wide line native pixels at once, in between packed ones, without small pictures', async () => {
  const wide = stage(50_000_000);
  wide.loader.lookAt(stackOf('1', 3), 0, 1, 'pane');
  assert.deepEqual(await wide.play(), ['native 1:0', 'native 1:1', 'native 1:2']);
  const middling = stage(5_000_000);
  middling.loader.lookAt(stackOf('1', 2), 0, 1, 'pane');
  assert.deepEqual(await middling.play(), ['packed 1:0', 'packed 1:1']);
});

test('looking elsewhere breaks off what runs, and nothing shares a thin line with what is looked at', async () => {
  const { loader, asked, play, names } = stage(500_000);
  const stack = stackOf('1', 100);
  loader.lookAt(stack, 0, 1, 'pane');
  await play(20);
  const before = [...asked];
  assert.ok(before.length === 2 && before.every(({ name }) => name.startsWith('rest')));
  loader.lookAt(stack, 50, 1, 'pane');
  assert.ok(before.every(({ signal }) => signal.aborted));
  assert.deepEqual(asked.slice(2).map(({ name }) => name), ['small 1:50']);
  assert.deepEqual(await play(2), ['small 1:50', 'rest 1:50']);
  assert.ok(names().length <= 2);
});

test('every pane comes before any neighbour', async () => {
  const { loader, play } = stage(50_000_000);
  const [one, two] = [stackOf('1', 5), stackOf('2', 5)];
  loader.looks.set('left', { stack: one, order: [3, 4] });
  loader.lookAt(two, 0, 1, 'right');
  assert.deepEqual((await play()).slice(0, 2), ['native 2:0', 'native 1:3']);
});

test('all frames of a stack can be had at once, after what is on the screen, and are held by whoever asked', async () => {
  const { loader, play } = stage(50_000_000, { wholes: 3 * MIB });
  const [shown, volume] = [stackOf('1', 1), stackOf('2', 20)];
  /** @type {number[]} */
  const progress = [];
  const all = loader.loadAll(volume, { onProgress: (done) => progress.push(done) });
  loader.lookAt(shown, 0, 1, 'pane');
  const seen = await play();
  assert.ok(seen.indexOf('native 1:0') <= 4);
  const frames = await all;
  assert.equal(frames.length, 20);
  assert.ok(frames.every((each) => each.quality === 'diagnostic'));
  assert.equal(progress.length, 20);
  assert.equal(progress[19], 20);
  assert.equal((await loader.loadAll(shown)).length, 1);
});

test('loading all ends when it is called off, or when a frame cannot be had', async () => {
  const { loader, asked } = stage(50_000_000);
  const off = new AbortController();
  const all = loader.loadAll(stackOf('1', 3), { signal: off.signal });
  off.abort();
  await assert.rejects(all, { name: 'AbortError' });
  const broken = loader.loadAll(stackOf('2', 1));
  asked.find(({ name }) => name === 'native 2:0')?.fail(new Error('HTTP 409'));
  await assert.rejects(broken, /409/);
  assert.equal(loader.failure(stackOf('2', 1), 0), 'HTTP 409');
});

test('a glimpse is content with a small picture', async () => {
  const { loader, play } = stage(500_000);
  const glimpse = loader.glimpse(stackOf('1', 5), 2);
  assert.deepEqual(await play(), ['small 1:2']);
  assert.equal((await glimpse).quality, 'preview');
});

test('a stack that does not fit is loaded as far as it fits, and stays', async () => {
  const { loader, play } = stage(50_000_000, { wholes: 20 * MIB });
  const stack = stackOf('1', 100);
  loader.lookAt(stack, 0, 1, 'pane');
  const seen = await play(500);
  assert.ok(seen.length >= 36 && seen.length <= 44, `${seen.length}`);
  assert.equal(new Set(seen).size, seen.length);
  loader.lookAt(stack, 90, 1, 'pane');
  const more = await play(500);
  assert.equal(more[0], 'native 1:90');
  assert.ok(more.length <= 20, `${more.length}`);
});

test('a film is taken apart for the line, a scanned slide in one piece goes as it is', () => {
  const size = (/** @type {number} */ value) => ({ vr: 'US', Value: [value] });
  assert.equal(hasWireForm(frame({ '00280010': size(10000), '00280011': size(3000) })), true);
  assert.equal(hasWireForm(frame({ '00280010': size(30000), '00280011': size(30000) })), false);
});

test('many panes of large images come to rest, and what they show stays', async () => {
  const { loader, play } = stage(50_000_000, { wholes: 10 * MIB });
  const stacks = Array.from({ length: 9 }, (_, pane) => stackOf(String(pane), 60));
  for (const stack of stacks) loader.lookAt(stack, 20, 1, stack.uid);
  const seen = await play(500);
  assert.ok(seen.length < 40, `${seen.length} frames for a store of 20`);
  assert.ok(loader.isIdle);
  assert.ok(stacks.every((stack) => loader.isLoaded(stack, 20)));
});
