import assert from 'node:assert/strict';
import { test } from 'node:test';
import { framesOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/dicomweb/image.js';
import { useStrings } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/core/strings.js';
import { ageOf, automaticPrior, comparable, regionsOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/hanging/choice.js';
import { similarity } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/hanging/match.js';
import { planFor, ruleFor } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/hanging/plan.js';
import { writtenAge, writtenName } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/hanging/prior-study.js';
import { contrastOf, planeOf, traitsOf, wordsOf } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/hanging/traits.js';

const AXIAL = [1, 0, 0, 0, 1, 0];
const CORONAL = [1, 0, 0, 0, 0, -1];
const SAGITTAL = [0, 1, 0, 0, 0, -1];

/**
 * @param {string} description
 * @param {{modality?: string, orientation?: number[], thickness?: number, count?: number, body?: string, view?: string, side?: string, agent?: string}} [has]
 */
function series(description, has = {}) {
  const { modality = 'CT', orientation = AXIAL, thickness = 5, count = 40, body = 'CHEST', view = '', side = '', agent = '' } = has;
  const film = ['DX', 'CR', 'MG'].includes(modality);
  const frames = Array.from({ length: film ? 1 : count }, (_, index) => framesOf({
    '00280010': { vr: 'US', Value: [4] }, '00280011': { vr: 'US', Value: [4] }, '00180015': { vr: 'CS', Value: [body] },
    '00185101': { vr: 'CS', Value: [view] }, '00200062': { vr: 'CS', Value: [side] }, '00180010': { vr: 'LO', Value: [agent] },
    ...(film ? {} : {
      '00180050': { vr: 'DS', Value: [thickness] }, '00200037': { vr: 'DS', Value: orientation },
      '00200032': { vr: 'DS', Value: [0, 0, index * thickness] },
    }),
  })[0]);
  return traitsOf({ study: '1', uid: description, frames, series: { uid: description, modality, number: 1, description, count } });
}

/** @type {import('../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/hanging/plan.js').Rule} */
const CHEST = {
  name: '胸部CT', modalities: ['CT'], words: ['CHEST', '胸'], layout: { rows: 1, columns: 1 },
  panes: [{ show: 'current', plane: 'axial', thickness: 'thin', words: [] }], prior: 'automatic', priorWithinDays: 1825,
  layoutWithPrior: { rows: 1, columns: 2 },
  panesWithPrior: [{ show: 'current', plane: 'axial', thickness: 'thin', words: [] }, { show: 'prior', words: [], matching: 1 }],
};
/** @type {import('../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/hanging/plan.js').Rule} */
const REST = {
  name: '其他', modalities: [], words: [], layout: { rows: 1, columns: 1 }, panes: [], prior: 'key',
  layoutWithPrior: { rows: 1, columns: 2 }, panesWithPrior: [{ show: 'current', words: [] }, { show: 'prior', words: [], matching: 1 }],
};

test('a plane is known from the orientation, tilted or not; between two planes it is none', () => {
  assert.equal(planeOf(AXIAL), 'axial');
  assert.equal(planeOf(CORONAL), 'coronal');
  assert.equal(planeOf(SAGITTAL), 'sagittal');
  const tilt = 20 * Math.PI / 180;
  assert.equal(planeOf([1, 0, 0, 0, Math.cos(tilt), Math.sin(tilt)]), 'axial');
  assert.equal(planeOf([1, 0, 0, 0, Math.SQRT1_2, Math.SQRT1_2]), null);
  assert.equal(planeOf(null), null);
});

test('contrast is read from words in both languages, and from the agent', () => {
  for (const words of ['胸部平扫', 'CHEST NON-CON', 'HEAD W/O', 'THORAX C-']) assert.equal(contrastOf(words, ''), false, words);
  for (const words of ['胸部增强', '动脉期', 'CHEST +C', 'ABD ARTERIAL', 'CTA HEAD']) assert.equal(contrastOf(words, ''), true, words);
  assert.equal(contrastOf('CHEST 5MM', ''), null);
  assert.equal(contrastOf('CHEST 5MM', 'Iohexol'), true);
  assert.equal(contrastOf('胸部平扫', 'Iohexol'), false);
});

test('hanzi are compared in pairs, so that a word more does not make them strangers', () => {
  const [one, other] = [wordsOf('胸部平扫 5mm'), wordsOf('胸部CT平扫')];
  assert.ok([...one].some((word) => other.has(word)));
  assert.ok(wordsOf('T2 FLAIR').has('FLAIR'));
});

test('the first rule that fits decides; the last takes everything', () => {
  assert.equal(ruleFor([CHEST, REST], { modalities: ['CT'], text: 'chest plain' })?.name, '胸部CT');
  assert.equal(ruleFor([CHEST, REST], { modalities: ['CT'], text: '头颅' })?.name, '其他');
  assert.equal(ruleFor([CHEST, REST], { modalities: ['MR'], text: '胸' })?.name, '其他');
  assert.equal(ruleFor([CHEST], { modalities: ['MR'], text: '胸' }), null);
});

test('without a prior the wished series hangs: thin axial before thick, never the localizer or another plane', () => {
  const all = [
    series('Topogram', { count: 2, orientation: CORONAL }), series('冠状重建', { orientation: CORONAL, thickness: 1 }),
    series('Chest 5.0'), series('Chest 1.0', { thickness: 1 }),
  ];
  assert.deepEqual(planFor(CHEST, all, null), { layout: '1x1', panes: [{ study: 'current', index: 3 }] });
  assert.equal(planFor(REST, all, null), null);
});

test('the prior that is most like the series beside it: plane, contrast, thickness, words', () => {
  const current = [series('胸部平扫 1.0', { thickness: 1 })];
  const prior = [
    series('Scout', { count: 1, orientation: CORONAL }), series('胸部增强 动脉期 1.0', { thickness: 1 }),
    series('胸部平扫 5.0', { thickness: 5 }), series('胸部平扫 1.25', { thickness: 1.25 }),
    series('胸部平扫 冠状', { orientation: CORONAL, thickness: 1 }),
  ];
  assert.deepEqual(planFor(CHEST, current, prior), {
    layout: '1x2', panes: [{ study: 'current', index: 0 }, { study: 'prior', index: 3 }],
  });
  assert.equal(similarity(current[0], prior[4]), null);
  assert.ok((similarity(current[0], prior[2]) ?? 0) > (similarity(current[0], prior[1]) ?? 0), 'contrast outweighs thickness');
});

test('with no series like it, the prior shows its fullest one rather than nothing', () => {
  const plan = planFor(CHEST, [series('Chest 1.0', { thickness: 1 })], [
    series('Scout', { count: 1, orientation: CORONAL }), series('冠状', { orientation: CORONAL, count: 30 }),
  ]);
  assert.deepEqual(plan?.panes[1], { study: 'prior', index: 1 });
});

test('breasts hang by side and view, each prior below its own', () => {
  /** @param {'L' | 'R'} side @param {string} view */
  const film = (side, view) => series(`${side} ${view}`, { modality: 'MG', side, view, body: 'BREAST' });
  /** @type {typeof CHEST} */
  const rule = {
    ...CHEST, name: '乳腺', modalities: ['MG'], words: [], layoutWithPrior: { rows: 2, columns: 2 },
    panesWithPrior: [
      { show: 'current', laterality: 'R', words: ['MLO'] }, { show: 'current', laterality: 'L', words: ['MLO'] },
      { show: 'prior', words: [], matching: 1 }, { show: 'prior', words: [], matching: 2 },
    ],
  };
  const current = [film('L', 'CC'), film('R', 'CC'), film('L', 'MLO'), film('R', 'MLO')];
  const prior = [film('R', 'MLO'), film('R', 'CC'), film('L', 'CC'), film('L', 'MLO')];
  assert.deepEqual(planFor(rule, current, prior)?.panes, [
    { study: 'current', index: 3 }, { study: 'current', index: 2 }, { study: 'prior', index: 0 }, { study: 'prior', index: 3 },
  ]);
});

/** @param {Partial<import('../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/hanging/choice.js').Prior>} has */
function prior(has) {
  return /** @type {import('../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/hanging/choice.js').Prior} */ ({
    studyInstanceUID: has.studyDate ?? '1', studyDate: '20250101', studyTime: '', modalities: ['CT'], bodyParts: ['CHEST'],
    issuer: 'a', place: 'here', certainty: 'certain', ...has,
  });
}

const NOW = { date: '20261121', time: '120000', modalities: ['CT'], text: '胸部CT平扫 CHEST' };

test('the latest of the same modality and part of the body is opened, within the years the rule says', () => {
  const found = (/** @type {ReturnType<typeof prior>[]} */ ...priors) => automaticPrior(priors, NOW, CHEST)?.studyDate;
  assert.equal(found(prior({ studyDate: '20240101' }), prior({ studyDate: '20250601' })), '20250601');
  assert.equal(found(prior({ studyDate: '20250601', modalities: ['MR'] })), undefined);
  assert.equal(found(prior({ studyDate: '20250601', bodyParts: ['HEAD'] })), undefined);
  assert.equal(found(prior({ studyDate: '20250601', bodyParts: [], description: '肺部CT' })), '20250601');
  assert.equal(found(prior({ studyDate: '20200101' })), undefined, 'too old');
  assert.equal(found(prior({ studyDate: '20270101' })), undefined, 'later');
  assert.equal(automaticPrior([prior({})], NOW, REST), null);
});

test('what is only probably the same patient never opens by itself, and a stranger never stands in the list', () => {
  assert.equal(automaticPrior([prior({ certainty: 'probable' })], NOW, CHEST), null);
  assert.equal(comparable([prior({ certainty: 'probable' })], NOW).length, 1);
  assert.equal(automaticPrior([prior({ place: 'refused' })], NOW, CHEST), null);
  assert.equal(automaticPrior([prior({ place: 'elsewhere' })], NOW, CHEST)?.place, 'elsewhere');
});

test('films of any detector compare with each other', () => {
  assert.equal(comparable([prior({ modalities: ['CR'] })], { ...NOW, modalities: ['DX'] }).length, 1);
});

test('regions are known in both languages', () => {
  assert.deepEqual([...regionsOf('胸部')], ['chest']);
  assert.deepEqual([...regionsOf('BRAIN')], ['head']);
  assert.ok(regionsOf('胸腹部CT').has('abdomen'));
});

test('how old a prior is, is said in the largest unit that fits', () => {
  assert.deepEqual(ageOf('20261121', '20261121'), { key: 'prior.sameDay', count: 0 });
  assert.deepEqual(ageOf('20261111', '20261121'), { key: 'prior.daysOlder', count: 10 });
  assert.deepEqual(ageOf('20260521', '20261121'), { key: 'prior.monthsOlder', count: 6 });
  assert.deepEqual(ageOf('20211101', '20261121'), { key: 'prior.yearsOlder', count: 5 });
  assert.equal(ageOf('', '20261121'), null);
});

test("a prior's patient is named as the pages name theirs", () => {
  useStrings({ 'patient.years': { zh: '{count} 岁' }, 'patient.weeks': { zh: '{count} 周' } }, 'zh');
  assert.deepEqual(['测试^旧', 'TEST^OLD^^', '测试旧', ''].map(writtenName), ['测试旧', 'TEST OLD', '测试旧', '']);
  assert.deepEqual(['054Y', '006W', '54', ''].map(writtenAge), ['54 岁', '6 周', '54', '']);
});
