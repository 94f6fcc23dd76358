import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { t, useStrings } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/core/strings.js';
import { age, shortTime } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/core/time.js';

const resources = fileURLToPath(new URL('../../../Sources/Endpoints/WebUI/Resources/', import.meta.url));
/** @type {{[key: string]: {[language: string]: string}}} */
const catalogue = JSON.parse(readFileSync(`${resources}strings.json`, 'utf8'));

/** @param {string} folder @param {string} extension @returns {string[]} */
function sources(folder, extension) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sources(path, extension);
    return path.endsWith(extension) ? [readFileSync(path, 'utf8')] : [];
  });
}

test('every string is there in both languages, with the same places to fill', () => {
  for (const [key, sentence] of Object.entries(catalogue)) {
    const places = (/** @type {string} */ words) => (words.match(/\{\w+\}/g) ?? []).sort();
    assert.ok(sentence.zh && sentence.en, key);
    assert.deepEqual(places(sentence.zh), places(sentence.en), key);
  }
});

test('every string that a script or a template asks for exists', () => {
  const asked = [
    ...sources(`${resources}assets/js`, '.js').flatMap((code) => [...code.matchAll(/\bt\('([\w.]+)'/g)].map(([, key]) => key)),
    ...sources(`${resources}templates`, '.mustache').flatMap((page) => [
      ...[...page.matchAll(/\{\{t\.([\w.]+)\}\}/g)].map(([, key]) => key),
      ...[...page.matchAll(/data-(?:done|confirm)="([\w.]+)"/g)].map(([, key]) => key),
    ]),
  ];
  assert.ok(asked.length > 200);
  assert.deepEqual([...new Set(asked.filter((key) => !(key in catalogue)))], []);
});

test('every string that a handler asks for exists', () => {
  const handlers = sources(fileURLToPath(new URL('../../../Sources/Endpoints/WebUI', import.meta.url)), '.swift').join('\n');
  const groups = [...new Set(Object.keys(catalogue).map((key) => key.split('.')[0]))].join('|');
  const asked = [...handlers.matchAll(new RegExp(`"((?:${groups})\\.[A-Za-z_0-9]+)"`, 'g'))].map(([, key]) => key);
  assert.ok(asked.length > 60);
  assert.deepEqual([...new Set(asked.filter((key) => !(key in catalogue)))], []);
});

test('fills the places of a sentence and shows an unknown key', () => {
  useStrings({ hello: { zh: '你好，{name}', en: 'Hello {name}' } }, 'zh');
  assert.equal(t('hello', { name: '林' }), '你好，林');
  assert.equal(t('hello'), '你好，{name}');
  assert.equal(t('nothing'), 'nothing');
});

test('ages and times are short', () => {
  useStrings(catalogue, 'zh');
  assert.equal(age(59999), '59 秒');
  assert.equal(age(3600000), '1 小时');
  assert.equal(age(49 * 3600000), '2 天');
  const now = new Date(2026, 10, 21, 14, 3);
  assert.equal(shortTime(new Date(2026, 10, 21, 9, 5), now), '09:05');
  assert.equal(shortTime(new Date(2026, 10, 20, 9, 5), now), '11-20 09:05');
  assert.equal(shortTime(new Date(2025, 10, 20, 9, 5), now), '2025-11-20 09:05');
});
