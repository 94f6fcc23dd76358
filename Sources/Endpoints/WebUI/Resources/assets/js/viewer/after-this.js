// While a reader writes, the line is free for the study that comes next on their worklist.

import { call } from '../core/api.js';
import { NextStudy } from './next-study.js';

const INTERVAL = 4000;

/**
 * The first task that this reader can open after the present one.
 * @param {{id: string, studyInstanceUID: string, canClaim?: boolean, isMine?: boolean}[]} tasks in the worklist's order
 * @param {string} present
 * @returns {string | undefined} its study
 */
export function nextOf(tasks, present) {
  const open = tasks.filter(({ id }) => id !== present);
  return (open.find((task) => task.isMine) ?? open.find((task) => task.canClaim))?.studyInstanceUID;
}

/**
 * Looks now and then whether the viewer has all it wants.
 * @param {import('./viewer.js').Viewer} viewer
 * @param {string} task
 */
export function setUpAfterThis(viewer, task) {
  const next = new NextStudy();
  /** @type {Promise<string | undefined> | null} */
  let asked = null;
  const look = async () => {
    if (!viewer.active.stack || !viewer.loader.isIdle || document.hidden) return;
    if (!asked) asked = call('GET', '/worklist?limit=20').then(({ tasks }) => nextOf(tasks, task));
    const study = await asked;
    // Whoever scrolled on meanwhile comes first; what was broken off goes on at the next look.
    if (viewer.loader.isIdle) next.choose(study, 0);
  };
  window.setInterval(() => {
    look().catch(() => { asked = null; });
  }, INTERVAL);
  viewer.events.addEventListener('frame', () => { if (!viewer.loader.isIdle) next.choose(undefined); });
}
