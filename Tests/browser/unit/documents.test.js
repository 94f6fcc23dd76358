import assert from 'node:assert/strict';
import test from 'node:test';
import { deflateSync } from 'node:zlib';

import { decodedXML, wordsOfXML } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/documents/cda.js';
import { kindOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/documents/kinds.js';
import { reductionOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/documents/large-images.js';
import { inflateInBrowser, refusalOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/documents/pdf-check.js';
import { lay, levelOf, showable } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/documents/slide-grid.js';
import { headOf, linesOf, plainText } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/documents/sr-tree.js';
import { stateOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/documents/state-lines.js';
import { writtenDateTime } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/documents/written-time.js';

const one = (vr, ...values) => ({ vr, Value: values });
const code = (meaning, value = 'x', scheme = 'DCM') => one('SQ', {
  '00080100': one('SH', value), '00080102': one('SH', scheme), '00080104': one('LO', meaning) });
const item = (kind, concept, more = {}, children = [], relationship = 'CONTAINS') => ({
  '0040A010': one('CS', relationship), '0040A040': one('CS', kind), ...(concept ? { '0040A043': code(concept) } : {}),
  ...more, ...(children.length > 0 ? { '0040A730': one('SQ', ...children) } : {}) });
const image = (instance, ...frames) => ({ '00081199': one('SQ', {
  '00081150': one('UI', '1.2.840.10008.5.1.4.1.1.2'), '00081155': one('UI', instance), ...(frames.length > 0 ? { '00081160': one('IS', ...frames) } : {}) }) });

test('a measurement report reads as words, with units, what modifies them, and the image they come from', () => {
  const length = item('NUM', 'Length', { '0040A300': one('SQ', { '0040A30A': one('DS', '23.5'), '004008EA': code('millimeter', 'mm', 'UCUM') }) }, [
    item('CODE', 'Derivation', { '0040A168': code('Mean') }, [], 'HAS CONCEPT MOD'),
    item('SCOORD', '', { '00700023': one('CS', 'POLYLINE'), '00700022': one('FL', 1, 2, 3, 4.25) }, [
      item('IMAGE', '', image('1.2.3', 4), [], 'SELECTED FROM')], 'INFERRED FROM'),
  ]);
  const { lines, isCut } = linesOf({ '0040A730': one('SQ', item('CONTAINER', 'Imaging Measurements', {}, [length])) });
  assert.equal(isCut, false);
  assert.deepEqual(lines.map(({ depth, place, kind, label, value, detail }) => [depth, place, kind, label, value, detail]), [
    [0, '1.1', 'CONTAINER', 'Imaging Measurements', '', ''],
    [1, '1.1.1', 'NUM', 'Length', '23.5 mm', 'Derivation: Mean'],
    [2, '1.1.1.2', 'SCOORD', '', 'POLYLINE (1, 2, 3, 4.25)', ''],
    [3, '1.1.1.2.1', 'IMAGE', '', '', ''],
  ]);
  assert.deepEqual(lines[3].references, [{ kind: 'IMAGE', instance: '1.2.3', frames: [4], sopClass: '1.2.840.10008.5.1.4.1.1.2' }]);
  assert.match(plainText(lines), /^ {2}Length: 23\.5 mm \[Derivation: Mean\]$/m);
});

test('every kind of value is written as a person writes it', () => {
  const dose = item('NUM', 'Dose (RP) Total', { '0040A300': one('SQ', { '0040A30A': one('DS', '0.012'), '004008EA': code('Gy.m2', 'Gy.m2', 'UCUM') }) });
  const missing = item('NUM', 'Width', { '0040A301': code('Not a number') });
  const values = linesOf({ '0040A730': one('SQ', dose, missing,
    item('PNAME', 'Observer', { '0040A123': one('PN', { Alphabetic: 'Zhang^San', Ideographic: '张^三' }) }, [], 'HAS OBS CONTEXT'),
    item('DATETIME', 'Started', { '0040A120': one('DT', '20261121093005.123+0800') }),
    item('DATE', 'Day', { '0040A121': one('DA', '20261121') }), item('TIME', 'At', { '0040A122': one('TM', '0930') }),
    item('UIDREF', 'Study', { '0040A124': one('UI', '1.2.3') }),
    { '0040A010': one('CS', 'INFERRED FROM'), '0040DB73': one('UL', 1, 2, 1) }) }).lines;
  assert.deepEqual(values.map(({ value }) => value), [
    '0.012 Gy·m²', '(Not a number)', '张 三', '2026-11-21 09:30:05 +0800', '2026-11-21', '09:30', '1.2.3', '1.2.1']);
  assert.equal(values[2].isContext, true);
  assert.equal(values[7].kind, 'BY-REFERENCE');
});

test('a report deeper than any person writes is cut, and says so', () => {
  let deep = item('TEXT', 'end', { '0040A160': one('UT', 'x') });
  for (let level = 0; level < 200; level += 1) deep = item('CONTAINER', 'c', {}, [deep]);
  const { lines, isCut } = linesOf({ '0040A730': one('SQ', deep) });
  assert.equal(isCut, true);
  assert.ok(lines.length < 100);
});

test('the head says who signed, and that a report is not finished', () => {
  const head = headOf({ '0040A043': code('Radiology Report'), '0040A491': one('CS', 'PARTIAL'), '0040A493': one('CS', 'VERIFIED'),
    '00080023': one('DA', '20261121'), '00080033': one('TM', '101500'),
    '0040A073': one('SQ', { '0040A075': one('PN', { Alphabetic: 'Li^Si' }), '0040A030': one('DT', '20261121101600') }) });
  assert.deepEqual([head.title, head.isComplete, head.isVerified, head.written], ['Radiology Report', false, true, '2026-11-21 10:15:00']);
  assert.deepEqual(head.verifiers, ['Li Si · 2026-11-21 10:16:00']);
  assert.equal(writtenDateTime('nonsense'), 'nonsense');
});

test('documents are told by their SOP class', () => {
  assert.equal(kindOf('1.2.840.10008.5.1.4.1.1.9.1.1'), 'waveform');
  assert.equal(kindOf('1.2.840.10008.5.1.4.1.1.104.1'), 'pdf');
  assert.equal(kindOf('1.2.840.10008.5.1.4.1.1.88.67'), 'report');
  assert.equal(kindOf('1.2.840.10008.5.1.4.1.1.88.59'), 'keys');
  assert.equal(kindOf('1.2.840.10008.5.1.4.1.1.11.1'), 'state');
  assert.equal(kindOf('1.2.840.10008.5.1.4.1.1.66.4'), 'other');
});

test('of an XML document only its words come out', () => {
  const { title, text } = wordsOfXML(`<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e "boom">]><ClinicalDocument xmlns="urn:hl7-org:v3">
    <title>出院小结</title><id extension="secret"/><entry><value>machine</value></entry>
    <component><section><title>诊断 &amp; 处理</title><text><paragraph onclick="a>b">肺炎 &lt;script&gt;alert(1)&lt;/script&gt; &e;</paragraph>
    <script>alert(2)</script><table><tr><td>体温</td><td>38.5</td></tr></table></text></section></component></ClinicalDocument>`);
  assert.equal(title, '出院小结');
  assert.deepEqual(text.split('\n'), ['诊断 & 处理', '肺炎 <script>alert(1)</script> &e;', '体温 | 38.5']);
});

test('an XML document of things begun and never ended is passed over in no time', () => {
  const started = performance.now();
  for (const begun of ['<!--', '<![CDATA[', '<a ', '<a "', "<a '\"", '<!', '&#x', '<text>', '</']) {
    wordsOfXML(`<ClinicalDocument><text>${begun.repeat(100_000)}`);
  }
  assert.ok(performance.now() - started < 10_000);
});

test('XML is decoded as it declares', () => {
  const gb = Uint8Array.from([...Buffer.from('<?xml version="1.0" encoding="GB18030"?><a>'), 0xb7, 0xce, ...Buffer.from('</a>')]);
  assert.match(decodedXML(gb), /<a>肺<\/a>/);
  assert.match(decodedXML(Uint8Array.from(Buffer.from('<a>肺</a>'))), /肺/);
});

const bytes = (words) => Uint8Array.from(Buffer.from(words, 'latin1'));
const stream = (dictionary, content) => `5 0 obj << /Type /ObjStm ${dictionary} /Length ${content.length} >> stream\n${content.toString('latin1')}\nendstream endobj\n`;
const plain = '%PDF-1.7\n1 0 obj << /Type /Catalog /OpenAction [3 0 R /Fit] >> endobj\n';

test('a PDF that only shows is shown', async () => {
  assert.equal(await refusalOf(bytes(plain), inflateInBrowser), null);
  const harmless = deflateSync(Buffer.from('1 0 << /Type /Page >>'));
  assert.equal(await refusalOf(bytes(plain + stream('/Filter /FlateDecode', harmless)), inflateInBrowser), null);
  // Words inside of a page's content are no names of the file.
  assert.equal(await refusalOf(bytes(`${plain}7 0 obj << /Length 14 >> stream\n(/JavaScript ) Tj\nendstream`), inflateInBrowser), null);
});

test('a PDF that acts is not, however it hides that', async () => {
  assert.equal(await refusalOf(bytes('GIF89a'), inflateInBrowser), 'not-pdf');
  assert.equal(await refusalOf(bytes(`${plain}2 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj`), inflateInBrowser), 'active');
  assert.equal(await refusalOf(bytes(`${plain}2 0 obj << /S /J#61vaScript >> endobj`), inflateInBrowser), 'active');
  assert.equal(await refusalOf(bytes(`${plain}2 0 obj << /S/Launch/F(cmd.exe) >> endobj`), inflateInBrowser), 'active');
  const hidden = deflateSync(Buffer.from('1 0 << /S /JavaScript /JS (app.alert(1)) >>'));
  assert.equal(await refusalOf(bytes(plain + stream('/Filter /FlateDecode', hidden)), inflateInBrowser), 'active');
  assert.equal(await refusalOf(bytes(plain + stream('/Filter [/FlateDecode]', hidden)), inflateInBrowser), 'active');
  assert.equal(await refusalOf(bytes(plain + stream('/Filter [/ASCII85Decode /FlateDecode]', hidden)), inflateInBrowser), 'hidden');
  assert.equal(await refusalOf(bytes(plain + stream('/Filter /FlateDecode', Buffer.from('garbage'))), inflateInBrowser), 'hidden');
  assert.equal(await refusalOf(bytes(`${plain}${stream('', Buffer.from('x'))} trailer << /Encrypt 9 0 R >>`), inflateInBrowser), 'hidden');
});

test('a presentation state is told by what it asks for', () => {
  const state = stateOf({ '00700080': one('CS', 'LUNG'), '00700081': one('LO', '肺窗'), '00700082': one('DA', '20261121'), '00700083': one('TM', '1200'),
    '00283110': one('SQ', { '00281050': one('DS', -600), '00281051': one('DS', 1500) }), '00700042': one('US', 90),
    '00700001': one('SQ', { '00700008': one('SQ', { '00700006': one('ST', 'here') }), '00700009': one('SQ', {}, {}) }),
    '00081115': one('SQ', { '00081140': one('SQ', { '00081155': one('UI', '1.2.3') }) }) });
  assert.equal(state.label, 'LUNG · 肺窗');
  assert.deepEqual(state.wordings.map(({ key }) => key), ['state.window', 'state.rotation', 'state.graphics']);
  assert.deepEqual([state.wordings[2].values.count, state.texts, state.images], [2, ['here'], [{ instance: '1.2.3', frames: [] }]]);
});

const slide = (columns, rows, frames, flavour, groups) => ({ '00080016': one('UI', '1.2.840.10008.5.1.4.1.1.77.1.6'), '00080018': one('UI', `1.${columns}`),
  '00080008': one('CS', 'ORIGINAL', 'PRIMARY', flavour), '00480006': one('UL', columns), '00480007': one('UL', rows), '00280010': one('US', 10),
  '00280011': one('US', 10), '00280008': one('IS', frames), ...(groups ? { 52009230: one('SQ', ...groups) } : {}) });

test('tiles lie where they say, else along the rows; what sticks out is cut', () => {
  const level = levelOf(slide(25, 20, 6, 'VOLUME'));
  assert.deepEqual(level.tiles.map(({ column, row }) => [column, row]), [[0, 0], [10, 0], [20, 0], [0, 10], [10, 10], [20, 10]]);
  const placed = levelOf(slide(20, 10, 2, 'VOLUME', [
    { '0048021A': one('SQ', { '0048021E': one('SL', 11), '0048021F': one('SL', 1) }) }, { '0048021A': one('SQ', { '0048021E': one('SL', 1), '0048021F': one('SL', 1) }) }]));
  assert.deepEqual(placed.tiles, [{ frame: 1, column: 10, row: 0 }, { frame: 2, column: 0, row: 0 }]);
  const whole = new Uint32Array(25 * 20);
  lay(whole, level, level.tiles[5], new Uint32Array(100).fill(7));
  assert.equal(whole.filter((value) => value === 7).length, 50);
  assert.equal(whole[10 * 25 + 20], 7);
});

test('a slide opens at its coarsest level, and what is too large for a tab is left out', () => {
  const levels = [[100000, 80000, 'VOLUME'], [1000, 800, 'VOLUME'], [4000, 3200, 'VOLUME'], [300, 200, 'LABEL']]
    .map(([columns, rows, flavour]) => ({ ...levelOf(slide(columns, rows, 1, flavour)), tiles: [] }));
  assert.deepEqual(showable(levels).map(({ level, reduction }) => [level.columns, reduction]), [[1000, 100], [4000, 25], [300, 1]]);
});

test('an image too large for a tab is told by how much it is reduced', () => {
  assert.equal(reductionOf({ format: { rows: 4096, columns: 5120 } }), 1);
  assert.equal(reductionOf({ format: { rows: 8192, columns: 16384 } }), 4);
});
