import assert from 'node:assert/strict';
import { before, test } from 'node:test';

class Field {
  /** @param {{[name: string]: unknown}} facts */
  constructor(facts) { Object.assign(this, { name: '', value: '', type: 'text', checked: false }, facts); }
}
class HTMLInputElement extends Field {}
class HTMLTextAreaElement extends Field {}
class HTMLSelectElement extends Field {}

/** @type {(form: any) => {path: string, body: object}} */
let requestOf;

before(async () => {
  Object.assign(globalThis, { HTMLInputElement, HTMLTextAreaElement, HTMLSelectElement, document: { getElementById: () => null } });
  ({ requestOf } = await import('../../../Sources/Endpoints/WebUI/Resources/assets/js/core/forms.js'));
});

/** @param {string} send @param {Field[]} elements */
const form = (send, ...elements) => ({ dataset: { send }, elements });
/** @param {string} name @param {string} value */
const box = (name, value, checked = true, type = 'checkbox') => new HTMLInputElement({ name, value, checked, type });

test('checked boxes of one name become a list, and what is not checked or empty is left out', () => {
  const { path, body } = requestOf(form(
    'POST /studies/1.2/rejections', box('reason', 'quality', false, 'radio'), box('reason', 'patient_safety', true, 'radio'),
    box('series', '1.2.1'), box('series', '1.2.2', false), box('series', '1.2.3'),
    new HTMLTextAreaElement({ name: 'remark', value: '  运动伪影 ' }), new HTMLInputElement({ name: 'empty', value: ' ' })));
  assert.equal(path, '/studies/1.2/rejections');
  assert.deepEqual(body, { reason: 'patient_safety', series: ['1.2.1', '1.2.3'], remark: '运动伪影' });
});

test('a box whose value is true is a truth, and a field named in the path goes there', () => {
  const { path, body } = requestOf(form(
    'POST /studies/1.2/series/{movedSeries}/move', new HTMLSelectElement({ name: 'movedSeries', value: '1.2.9' }),
    new HTMLInputElement({ name: 'into', value: '1.3' }), box('evenIfRead', 'true')));
  assert.equal(path, '/studies/1.2/series/1.2.9/move');
  assert.deepEqual(body, { into: '1.3', evenIfRead: true });
});
