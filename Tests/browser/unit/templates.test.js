import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fault, filled, keptValues, matching } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/report/filling.js';
import { expansion } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/report/phrases.js';
import { blanksIn, incompleteness } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/report/signature.js';

const phrases = [{ keys: [';正常', '.nc'], text: '未见明显异常。' }, { keys: ['.c'], text: '短的。' }];
/** @type {import('../../../Sources/Endpoints/WebUI/Resources/assets/js/report/filling.js').Field[]} */
const fields = [
  { name: '长径', kind: 'number', unit: 'mm', least: 1, most: 30 },
  { name: '比', kind: 'number' }, { name: '侧别', kind: 'choice', choices: ['左', '右'] },
  { name: '射血', kind: 'number', unit: '%' },
];

test('a space after a phrase expands it, the longest key first', () => {
  assert.deepEqual(expansion('肝脏.nc', 5, phrases), { start: 2, insert: '未见明显异常。' });
  assert.deepEqual(expansion(';正常', 3, phrases), { start: 0, insert: '未见明显异常。' });
  assert.deepEqual(expansion('；正常', 3, phrases), { start: 0, insert: '未见明显异常。' });
  assert.equal(expansion('正常', 2, phrases), null);
  assert.equal(expansion('.nc 肝脏', 6, phrases), null);
});

test('values are said with their units, and what is open stays open', () => {
  const text = '{侧别}肺结节，长径约 {长径}，比 {比}，{射血}。再说 {长径}。';
  assert.equal(filled(text, fields, { 长径: '12', 侧别: '左', 射血: '60' }), '左肺结节，长径约 12 mm，比 ＿＿，60%。再说 12 mm。');
  assert.equal(blanksIn(filled(text, fields, {})), 5);
});

test('a value out of bounds or no number is told', () => {
  assert.equal(fault(fields[0], '12.5'), null);
  assert.equal(fault(fields[0], ''), null);
  assert.equal(fault(fields[0], '300'), 'range');
  assert.equal(fault(fields[0], '十二'), 'number');
  assert.equal(fault(fields[2], '左'), null);
});

test('filled values are kept as data, open ones are not', () => {
  assert.deepEqual(keptValues(fields, { 长径: ' 12 ', 侧别: '左', 比: '' }), [
    { name: '长径', value: '12', number: 12, unit: 'mm' }, { name: '侧别', value: '左' },
  ]);
});

test('a search finds by every word of name or impression', () => {
  const templates = [
    { name: '胸部CT平扫 正常', source: 'shipped', findings: '', impression: '未见异常', fields: [] },
    { name: '胸部CT平扫 肺结节', source: 'shipped', findings: '', impression: '建议复查', fields: [] },
  ];
  assert.deepEqual(matching(templates, 'ct 结节').map(({ name }) => name), ['胸部CT平扫 肺结节']);
  assert.equal(matching(templates, '').length, 2);
});

test('missing images come before unseen ones', () => {
  assert.equal(incompleteness({ expected: 3, here: 3, unseen: 0 }), null);
  assert.equal(incompleteness({ expected: 3, here: 2, unseen: 1 })?.key, 'sign.missing');
  assert.equal(incompleteness({ expected: 3, here: 3, unseen: 1 })?.key, 'sign.unseen');
});
