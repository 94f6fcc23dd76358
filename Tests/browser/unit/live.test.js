import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatheringTime } from '../../../Sources/Endpoints/WebUI/Resources/assets/js/core/live.js';

test('a page alone fetches soon; one of many waits for a moment of its own', () => {
  const change = { topics: ['worklist'], study: null };
  assert.equal(gatheringTime(change, 0), 400);
  assert.equal(gatheringTime({ ...change, spread: 450 }, 0), 400);
  assert.equal(gatheringTime({ ...change, spread: 4500 }, 0), 2250);
  assert.equal(gatheringTime({ ...change, spread: 4500 }, 1), 4500);
});
