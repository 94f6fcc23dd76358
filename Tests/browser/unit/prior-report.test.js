import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partsOf, UnfoldedReports } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/viewer/hanging/report-parts.js';

const t = (/** @type {string} */ key) => key;
const TEXT = {
  findings: '右肺结节', impression: '随访', signedText: '李 · 赵', addenda: [{ text: '补充', signedText: '赵' }], cautions: ['已撤回'], sourceText: '市院',
};
/** @param {string} edition */
const answer = (edition) => ({ heading: '旧片 2024-01-10', edition, text: TEXT });

test('the mark whose report it is stands first, what to mind before any of its words', () => {
  const parts = partsOf(answer('1'), t);
  assert.deepEqual(parts.map(({ kind }) => kind), ['heading', 'caution', 'title', 'text', 'title', 'text', 'note', 'title', 'text', 'note', 'note']);
  assert.equal(parts[0].text, '旧片 2024-01-10');
  assert.deepEqual(parts.filter(({ kind }) => kind === 'text').map(({ text }) => text), ['右肺结节', '随访', '补充']);
});

test('a report that is not here says where it is, and one that nobody told of says so', () => {
  assert.deepEqual(partsOf({ heading: '旧片', edition: 'coming', report: { state: 'coming', stateText: '正在取回' } }, t), [
    { kind: 'heading', text: '旧片' }, { kind: 'note', text: '正在取回' },
  ]);
  assert.deepEqual(partsOf({ heading: '', edition: '' }, t), [{ kind: 'note', text: 'priorReport.none' }]);
});

test('a refreshed list asks only for an edition that is not shown, and each unfolding anew', () => {
  const reports = new UnfoldedReports();
  reports.take('1', answer('a'));
  assert.equal(reports.has('1'), false);
  reports.unfold('1');
  assert.equal(reports.current('1', 'a'), null);
  reports.take('1', answer('a'));
  reports.unfold('1');
  assert.equal(reports.current('1', 'a')?.edition, 'a');
  assert.equal(reports.current('1', 'b'), null);
  reports.fold('1');
  reports.unfold('1');
  assert.equal(reports.current('1', 'a'), null);
});
