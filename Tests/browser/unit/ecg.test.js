import assert from 'node:assert/strict';
import test from 'node:test';

import { annotationsOf, statedRate } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/documents/ecg-annotations.js';
import { LEFT, between, cellAt, fittingGain, sheetOf, spread, twelveLeads } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/documents/ecg-sheet.js';
import { acting, filtered } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/documents/filters.js';
import { LEADS, leadName } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/documents/leads.js';
import { keepScreenScale, screenScale } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/documents/screen-scale.js';
import { Samples, fromALaw, fromMuLaw, groupsOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/documents/waveform.js';

const code = (value, scheme, meaning) => ({ vr: 'SQ', Value: [{
  '00080100': { vr: 'SH', Value: [value] }, '00080102': { vr: 'SH', Value: [scheme] }, '00080104': { vr: 'LO', Value: [meaning] } }] });

/** One channel's definition: `more` overrides. */
const channel = (lead, { unit = 'uV', sensitivity = 2.5, ...more } = {}) => ({
  '003A0208': code(lead, 'MDC', `Lead ${lead}`), '003A0210': { vr: 'DS', Value: [sensitivity] },
  '003A0211': code(unit, 'UCUM', unit), ...more });

/** A whole instance with one group. */
const instance = (channels, { count, rate = 500, interpretation = 'SS', bits = 16, ...more }) => ({
  54000100: { vr: 'SQ', Value: [{
    '003A0005': { vr: 'US', Value: [channels.length] }, '003A0010': { vr: 'UL', Value: [count] }, '003A001A': { vr: 'DS', Value: [rate] },
    '003A0200': { vr: 'SQ', Value: channels }, 54001004: { vr: 'US', Value: [bits] }, 54001006: { vr: 'CS', Value: [interpretation] },
    54001010: { vr: 'OW', BulkDataURI: 'https://x/bulkdata/54000100/0/54001010' }, ...more }] } });

const interleaved = (...values) => new Uint8Array(Int16Array.from(values).buffer);
const MDC = [1, 2, 61, 62, 63, 64, 3, 4, 5, 6, 7, 8];
const standard = (count = 5000) => groupsOf(instance(MDC.map((each) => channel(`2:${each}`)), { count }))[0];

test('a stored step becomes millivolts by sensitivity, correction factor and base line', () => {
  const [group] = groupsOf(instance([
    channel('2:1', { '003A0212': { vr: 'DS', Value: [2] }, '003A0213': { vr: 'DS', Value: [-100] } }), channel('2:2', { unit: 'mV', sensitivity: 0.001 }),
  ], { count: 3 }));
  const samples = new Samples(group, interleaved(0, 0, 100, 1000, -200, -500));
  // 100 steps × 2.5 µV × 2 − 100 µV
  assert.deepEqual([...samples.values(0, 0, 3)], [-0.1, 0.4, -1.1]);
  assert.deepEqual([...samples.values(1, 0, 3)], [0, 1, -0.5]);
  assert.deepEqual(group.channels.map(({ name, unit }) => [name, unit]), [['I', 'mV'], ['II', 'mV']]);
});

test('padding and samples that never came are missing, not zero', () => {
  const padding = Buffer.from(Int16Array.from([-32768]).buffer).toString('base64');
  const [group] = groupsOf(instance([channel('2:1')], { count: 4, '5400100A': { vr: 'OW', InlineBinary: padding } }));
  const samples = new Samples(group, interleaved(400, -32768, 800));
  assert.equal(samples.isShort, true);
  assert.deepEqual([...samples.values(0, 0, 4)], [1, NaN, 2, NaN]);
  assert.deepEqual([...samples.values(0, -1, 1)], [NaN, 1]);
});

test('skew in seconds and in samples add up to when a channel begins', () => {
  const [group] = groupsOf(instance(
    [channel('2:1', { '003A0214': { vr: 'DS', Value: [0.002] }, '003A0215': { vr: 'DS', Value: [0.5] } })], { count: 4, rate: 500 }));
  assert.ok(Math.abs(group.channels[0].skew - 0.003) < 1e-12);
});

test('every kind of sample is read', () => {
  const read = (interpretation, bits, bytes) => {
    const [group] = groupsOf(instance([channel('2:1', { unit: 'mV', sensitivity: 1 })], { count: 1, interpretation, bits }));
    return new Samples(group, Uint8Array.from(bytes)).values(0, 0, 1)[0];
  };
  assert.equal(read('SB', 8, [0xff]), -1);
  assert.equal(read('UB', 8, [0xff]), 255);
  assert.equal(read('US', 16, [0xff, 0xff]), 65535);
  assert.equal(read('SL', 32, [0xfe, 0xff, 0xff, 0xff]), -2);
  assert.equal(read('UL', 32, [0, 0, 0, 0x80]), 2 ** 31);
  assert.equal(read('SV', 64, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), -1);
  // G.711: silence is 0xFF and 0xD5; the loudest are 8031 and 4032 steps.
  assert.equal(fromMuLaw(0xff), 0);
  assert.equal(fromMuLaw(0x80), 8031);
  assert.equal(fromMuLaw(0x00), -8031);
  assert.equal(fromALaw(0xd5), 1);
  assert.equal(fromALaw(0xaa), 4032);
});

test('a group that contradicts itself is not drawn', () => {
  assert.equal(groupsOf(instance([channel('2:1')], { count: 4, bits: 8 })).length, 0);
  assert.equal(groupsOf(instance([channel('2:1')], { count: 4, '003A0005': { vr: 'US', Value: [3] } })).length, 0);
  assert.equal(groupsOf(instance([channel('2:1')], { count: 0 })).length, 0);
});

test('leads are known by MDC, by SCP-ECG and by their words', () => {
  const named = (value, scheme, meaning) => leadName(code(value, scheme, meaning).Value[0], '');
  assert.equal(named('2:64', 'MDC', 'anything'), 'aVF');
  assert.equal(named('5.6.3-9-3', 'SCPECG', 'Lead V1'), 'V1');
  assert.equal(named('x', '99LOCAL', 'Lead I (Einthoven)'), 'I');
  assert.equal(named('x', '99LOCAL', 'AVR'), 'aVR');
  assert.equal(leadName({}, 'Arterial pressure'), 'Arterial pressure');
});

test('3×4 with a rhythm strip: each column is the next two and a half seconds, ten below them', () => {
  const group = standard();
  const sheet = sheetOf(group, { layout: '3x4', speed: 25, gain: 10 });
  assert.equal(sheet.cells.length, 13);
  const v1 = sheet.cells.find(({ label }) => label === 'V1');
  assert.equal(v1.from, 5);
  assert.equal(v1.to, 7.5);
  assert.equal(v1.x, LEFT + 125);
  const strip = sheet.cells[12];
  assert.deepEqual([strip.label, strip.from, strip.to], ['II', 0, 10]);
  assert.equal(sheet.cells.filter(({ y }) => y === v1.y).map(({ label }) => label).join(' '), 'I aVR V1 V4');
});

test('6×2 and 12×1 show all twelve, and 50 mm/s is twice as wide', () => {
  const group = standard();
  assert.equal(sheetOf(group, { layout: '6x2', speed: 25, gain: 10 }).cells.length, 12);
  const single = sheetOf(group, { layout: '12x1', speed: 25, gain: 10 });
  assert.deepEqual(single.cells.map(({ label }) => label), LEADS);
  const wide = sheetOf(group, { layout: '12x1', speed: 50, gain: 10 });
  assert.equal(wide.width - single.width, 250);
});

test('a median beat fills every column with the whole of itself', () => {
  const sheet = sheetOf(standard(600), { layout: '3x4', speed: 25, gain: 10 });
  assert.equal(sheet.cells.length, 12);
  assert.ok(sheet.cells.every(({ from, to }) => from === 0 && to === 1.2));
});

test('a recording without the twelve leads is drawn channel by channel, ten seconds at a time', () => {
  const [group] = groupsOf(instance([channel('2:2'), channel('2:3')], { count: 500 * 3600 }));
  assert.equal(twelveLeads(group), null);
  const sheet = sheetOf(group, { layout: '3x4', speed: 25, gain: 10, start: 1200 });
  assert.deepEqual(sheet.cells.map(({ label, from, to }) => [label, from, to]), [['II', 1200, 1210], ['V1', 1200, 1210]]);
});

test('25 mm between the arms are a second at 25 mm/s and 60 a minute; 10 mm are a millivolt', () => {
  const sheet = sheetOf(standard(), { layout: '12x1', speed: 25, gain: 10 });
  assert.deepEqual(between(sheet, { x: 20, y: 30 }, { x: 45, y: 20 }, 10), { ms: 1000, amplitude: 1, perMinute: 60 });
  assert.equal(between({ ...sheet, speed: 50 }, { x: 45, y: 20 }, { x: 20, y: 20 }, 10).ms, 500);
  assert.equal(cellAt(sheet, { x: 60, y: sheet.cells[4].y + 3 }).label, 'aVL');
  assert.equal(cellAt(sheet, { x: 2, y: sheet.cells[4].y }), null);
});

test('a pressure gets the largest round scale that fits its row', () => {
  assert.equal(fittingGain(120, 16), 0.1);
  assert.equal(fittingGain(0.3, 16), 50);
  assert.equal(fittingGain(0, 16), 1);
  assert.deepEqual(spread([NaN, 3, 1, 2]), { low: 1, high: 3, middle: 2 });
});

const RATE = 500;
const sine = (hertz, seconds = 10) => Float64Array.from({ length: RATE * seconds }, (_, at) => Math.sin((2 * Math.PI * hertz * at) / RATE));
const amplitude = (values) => {
  // Away from the ends.
  const part = values.slice(RATE * 3, RATE * 7);
  return Math.sqrt((2 * part.reduce((sum, value) => sum + value * value, 0)) / part.length);
};
const off = { highPass: null, lowPass: null, notch: null };

test('the notch takes 50 Hz away and leaves 10 Hz and 40 Hz alone', () => {
  const choice = { ...off, notch: 50 };
  assert.ok(amplitude(filtered(sine(50), RATE, choice)) < 0.01);
  assert.ok(Math.abs(amplitude(filtered(sine(10), RATE, choice)) - 1) < 0.001);
  assert.ok(Math.abs(amplitude(filtered(sine(40), RATE, choice)) - 1) < 0.02);
});

test('low-pass and high-pass are 3 dB down at their frequency and flat away from it', () => {
  const near = (value, wanted, slack) => assert.ok(Math.abs(value - wanted) < slack, `${value} instead of ${wanted}`);
  near(amplitude(filtered(sine(40), RATE, { ...off, lowPass: 40 })), Math.SQRT1_2, 0.01);
  near(amplitude(filtered(sine(5), RATE, { ...off, lowPass: 40 })), 1, 0.001);
  assert.ok(amplitude(filtered(sine(150), RATE, { ...off, lowPass: 40 })) < 0.01);
  near(amplitude(filtered(sine(0.5, 20), RATE, { ...off, highPass: 0.5 })), Math.SQRT1_2, 0.02);
  near(amplitude(filtered(sine(10), RATE, { ...off, highPass: 0.5 })), 1, 0.001);
});

test('a filter delays nothing', () => {
  const result = filtered(sine(5), RATE, { highPass: 0.5, lowPass: 40, notch: 50 });
  const plain = sine(5);
  for (let at = RATE * 3; at < RATE * 7; at += 1) assert.ok(Math.abs(result[at] - plain[at]) < 0.02);
});

test('a drifting base line goes, and a step at the beginning does not ring', () => {
  const drift = Float64Array.from({ length: RATE * 10 }, (_, at) => 3 + Math.sin((2 * Math.PI * 0.05 * at) / RATE));
  assert.ok(amplitude(filtered(drift, RATE, { ...off, highPass: 0.5 })) < 0.03);
  const flat = filtered(new Float64Array(1000).fill(2), RATE, { ...off, lowPass: 40, notch: 50 });
  assert.ok(flat.every((value) => Math.abs(value - 2) < 1e-6));
});

test('missing samples stay missing and spoil nothing around them', () => {
  const values = sine(5);
  values.fill(NaN, 2000, 2100);
  const result = filtered(values, RATE, { ...off, notch: 50, lowPass: 150 });
  assert.ok(result.slice(2000, 2100).every(Number.isNaN));
  assert.ok([...result.slice(0, 2000), ...result.slice(2100)].every((value, at) => Math.abs(value - (at < 2000 ? values[at] : values[at + 100])) < 0.05));
});

test('what the rate cannot carry is not said to act', () => {
  assert.deepEqual(acting(90, { highPass: 0.5, lowPass: 150, notch: 50 }), { highPass: 0.5, lowPass: null, notch: null });
});

test('annotations are sentences, sentences about leads, or marks in time', () => {
  const group = standard();
  const reference = (...pairs) => ({ '0040A0B0': { vr: 'US', Value: pairs } });
  const data = { '0040B020': { vr: 'SQ', Value: [
    { ...reference(1, 0), '00700006': { vr: 'ST', Value: ['Sinus rhythm'] } },
    { ...reference(1, 0), '0040A043': code('x', 'SCPECG', 'RR Interval'), '0040A30A': { vr: 'DS', Value: [800] }, '004008EA': code('ms', 'UCUM', 'ms') },
    { ...reference(1, 7), '0040A043': code('x', 'SCPECG', 'R amplitude'), '0040A30A': { vr: 'DS', Value: [900] }, '004008EA': code('uV', 'UCUM', 'uV') },
    { ...reference(1, 0), '00700006': { vr: 'ST', Value: ['P'] }, '0040A132': { vr: 'UL', Value: [501] } },
    { ...reference(1, 2), '00700006': { vr: 'ST', Value: ['VT'] }, '0040A138': { vr: 'DS', Value: [1, 2] }, '0040A130': { vr: 'CS', Value: ['SEGMENT'] } },
  ] } };
  const { statements, byLead, marks } = annotationsOf(data, [group]);
  assert.deepEqual(statements, ['Sinus rhythm', 'RR Interval: 800 ms']);
  assert.deepEqual(byLead, [{ text: 'R amplitude: 900 µV', channels: ['V1'] }]);
  assert.deepEqual(marks, [
    { group: 1, channel: null, from: 1, to: 1, text: 'P' }, { group: 1, channel: 1, from: 1, to: 2, text: 'VT' }]);
  assert.equal(statedRate(data), 75);
});

test('a rate is said by the unit of its interval', () => {
  const stated = (value, units) => statedRate({ '0040B020': { vr: 'SQ', Value: [{
    '0040A043': code('122322', 'DCM', 'RR Interval'), '0040A30A': { vr: 'DS', Value: [value] }, '004008EA': code(units, 'UCUM', units) }] } });
  assert.equal(stated(800, 'ms'), 75);
  assert.equal(stated(0.8, 's'), 75);
});

test('a ruler held to the screen once is enough, whatever the zoom', () => {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => { kept.set(key, value); } };
  assert.equal(screenScale(storage, 1).isMeasured, false);
  assert.equal(keepScreenScale(storage, 400, 100, 1), true);
  assert.deepEqual(screenScale(storage, 1), { pixels: 4, isMeasured: true });
  assert.equal(screenScale(storage, 2).pixels, 2);
  assert.equal(keepScreenScale(storage, 400, 5, 1), false);
});
