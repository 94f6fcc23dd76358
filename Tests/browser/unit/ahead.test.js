import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { askAhead, askForFrameAhead, askingFor, fetchDataSets, fetchFrame, fetchMetadata, instanceMetadataPath, metadataAhead, wholeAhead } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/dicomweb/client.js';
import { formOfFirst, rememberForms } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/first-form.js';

/** @type {string[]} */
let asked = [];
let failing = 0;

beforeEach(() => {
  asked = [];
  failing = 0;
  globalThis.fetch = /** @type {typeof fetch} */ (async (address) => {
    asked.push(String(address));
    if (failing > 0) {
      failing -= 1;
      throw new Error('the line is down');
    }
    return new Response(new Uint8Array([asked.length]), { headers: { 'Content-Type': 'application/octet-stream' } });
  });
});

const thin = { isThin: true, isWide: false };
const middling = { isThin: false, isWide: false };
const wide = { isThin: false, isWide: true };

test('a slice comes whole at once on a thin line, a radiograph as a small picture first', () => {
  assert.deepEqual([formOfFirst('CT', thin, true), formOfFirst('DX', thin, true)], ['whole', 'preview']);
  assert.deepEqual([formOfFirst('CT', middling, true), formOfFirst('DX', middling, true)], ['whole', 'whole']);
});

test('pixels come as they are on a wide line, and to a browser that cannot inflate', () => {
  assert.deepEqual([formOfFirst('CT', wide, true), formOfFirst('DX', thin, false)], ['native', 'native']);
});

test('an image that may be in colour is asked for when it is known what it is', () => {
  assert.equal(formOfFirst('US', wide, true), null);
});

test('a frame that was asked for ahead is given to the first who wants it, and fetched for the second', async () => {
  askForFrameAhead('1', '2', '3', 1, 'whole');
  assert.equal(wholeAhead('1', '2', '3', 1), 'whole');
  assert.equal(wholeAhead('1', '2', '3', 2), null);
  assert.deepEqual([...(await fetchFrame('1', '2', '3', 1, 'whole')).body], [1]);
  assert.equal(asked.length, 1);
  assert.equal(wholeAhead('1', '2', '3', 1), null);
  assert.deepEqual([...(await fetchFrame('1', '2', '3', 1, 'whole')).body], [2]);
});

test('another form than the one asked for ahead is fetched', async () => {
  askForFrameAhead('1', '2', '4', 1, 'preview');
  assert.equal(wholeAhead('1', '2', '4', 1), null);
  await fetchFrame('1', '2', '4', 1, 'native');
  assert.deepEqual(asked.map((each) => each.includes('accept=')), [true, false]);
});

test('what failed ahead is asked for again', async () => {
  failing = 1;
  askForFrameAhead('1', '2', '5', 1, 'native');
  assert.equal(wholeAhead('1', '2', '5', 1), 'native');
  assert.deepEqual([...(await fetchFrame('1', '2', '5', 1, 'native')).body], [2]);
});

test("the first instance's metadata is had once, and only where it was asked for ahead", async () => {
  const path = instanceMetadataPath('1', '6', '7');
  askAhead(path, async () => [{ '00080018': { vr: 'UI', Value: ['7'] } }]);
  assert.equal(metadataAhead('1', '66'), null);
  assert.equal((await metadataAhead('1', '6'))?.length, 1);
  assert.equal(metadataAhead('1', '6'), null);
  assert.equal(asked.length, 0);
});

test('what somebody has asked for already is not asked for ahead', async () => {
  globalThis.fetch = /** @type {typeof fetch} */ (async (address) => { asked.push(String(address)); return new Response('[]'); });
  await fetchMetadata('1', '8');
  askAhead('/studies/1/series/8/metadata', () => fetchDataSets('/studies/1/series/8/metadata'));
  await fetchMetadata('1', '8');
  assert.equal(asked.length, 2);
});

test('what the page asked for before any module ran is handed on, and asked for again where it was refused', async () => {
  const early = (/** @type {Response} */ answer) => Reflect.set(globalThis, 'jieliEarlyImage', {
    path: '/studies/1/series/2/instances/9/frames/1', form: 'whole', answer: Promise.resolve(answer), stop: new AbortController(),
  });
  early(new Response(new Uint8Array([77])));
  askForFrameAhead('1', '2', '9', 1, 'whole');
  assert.deepEqual([...(await fetchFrame('1', '2', '9', 1, 'whole')).body], [77]);
  assert.equal(asked.length, 0);
  early(new Response('', { status: 503 }));
  askForFrameAhead('1', '2', '9', 1, 'whole');
  assert.deepEqual([...(await fetchFrame('1', '2', '9', 1, 'whole')).body], [1]);
  Reflect.deleteProperty(globalThis, 'jieliEarlyImage');
});

test('the next page is told how a first image is asked for', () => {
  /** @type {{[key: string]: string}} */
  const kept = {};
  rememberForms(thin, true, { setItem: (key, value) => { kept[key] = value; } });
  const { CT, DX, US } = JSON.parse(kept['jieli.first']);
  assert.deepEqual([CT, DX, US], [askingFor('whole'), askingFor('preview'), undefined]);
});
