import assert from 'node:assert/strict';
import test from 'node:test';

import { bytes, directoryAmong, filesOf, personName, shownDate } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/imports/media.js';
import { Uploader } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/imports/upload.js';

const item = (name, size = 10) => ({ name, size, content: null });

test('a disc\'s files are found whatever the case they are written in', () => {
  const items = [item('CD/dicomdir'), item('CD/img/i1'), item('CD/IMG/I2;1'), item('CD/autorun.inf')];
  const directory = directoryAmong(items);
  assert.equal(directory, items[0]);
  const { found, missing } = filesOf(items, directory, [{ files: ['IMG/I1', 'IMG/I2', 'IMG/I3'] }]);
  assert.deepEqual(found, [items[1], items[2]]);
  assert.equal(missing, 1);
});

test('names, dates and sizes are shown as people read them', () => {
  assert.equal(personName('ZHANG^SAN=张^三='), '张三');
  assert.equal(personName('张^三'), '张三');
  assert.equal(personName('DOE^JOHN'), 'DOE JOHN');
  assert.equal(personName(undefined), '');
  assert.equal(shownDate('20261121'), '2026-11-21');
  assert.equal(bytes(1530), '1.5 KB');
  assert.equal(bytes(0), '0 B');
});

test('a broken line is tried again, a refusal is not', async () => {
  const shown = [];
  let failures = 2;
  const surroundings = {
    send: async (each, onSent) => {
      onSent(5);
      if (each.name === 'b' && failures > 0) {
        failures -= 1;
        throw Object.assign(new Error('network'), { retry: true });
      }
    },
    show: (progress) => shown.push(progress),
    pause: async () => {},
    now: () => shown.length * 100,
  };
  await new Uploader([item('a'), item('b'), item('c')], surroundings).run();
  assert.equal(failures, 0);
  const last = shown.at(-1);
  assert.equal(last.sent, 30);
  assert.equal(last.total, 30);
  assert.equal(last.files, 3);
  const refusing = { ...surroundings, send: async () => { throw Object.assign(new Error('too large'), { status: 413 }); } };
  await assert.rejects(new Uploader([item('a')], refusing).run(), /too large/);
});
