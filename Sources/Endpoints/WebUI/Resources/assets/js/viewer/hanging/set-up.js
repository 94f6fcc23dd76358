// Hangs a study as the rules say when it is opened, and the patient's earlier study beside it.

import { call } from '../../core/api.js';
import { refresh } from '../../core/live.js';
import { ask, notify, notifyError } from '../../core/notice.js';
import { t } from '../../core/strings.js';
import { showBadge } from './badge.js';
import { automaticPrior, comparable } from './choice.js';
import { planFor, ruleFor } from './plan.js';
import { loadPrior, markOf } from './prior-study.js';
import { PriorReports } from './report.js';
import { PriorStrip } from './strip.js';
import { traitsOf } from './traits.js';

/**
 * @typedef {import('../viewer.js').Viewer} Viewer
 * @typedef {import('../frame-loader.js').Stack} Stack
 * @typedef {import('./choice.js').Prior} Prior
 * @typedef {import('./prior-study.js').PriorStack} PriorStack
 * @typedef {{priors: Prior[], isComplete: boolean, incompleteText: string}} PriorList
 */

/** Answers that come before the page hears of changes are heard of after this (ms). */
const EARLY = 3000;

/** @param {Viewer} viewer */
export function setUpHanging(viewer) {
  const hanging = new Hanging(viewer);
  viewer.addCommand({ name: 'prior', label: 'prior.command', keys: ['0'], group: 'keys.panes', run: () => { hanging.toggle().catch(notifyError); } });
  viewer.addCommand({ name: 'next-prior', label: 'prior.next', keys: ['Alt+0'], group: 'keys.panes', run: () => { hanging.older().catch(notifyError); } });
  viewer.events.addEventListener('stack', (event) => showBadge(/** @type {CustomEvent} */ (event).detail.pane));
  viewer.events.addEventListener('opened', () => {
    // From then on nothing moves by itself, unless answers or images come.
    hanging.open().catch(notifyError).finally(() => { viewer.root.dataset.hung = ''; });
    window.setTimeout(refreshList, EARLY);
  });
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('button[data-hang]') : null;
    if (button instanceof HTMLElement) hanging.openByName(button.dataset.hang ?? '').catch(notifyError);
  });
  // The page's list of priors was fetched again: answers came, or images.
  document.addEventListener('refreshed', (event) => {
    const part = event.target instanceof HTMLElement ? event.target : null;
    if (part?.dataset.fragment !== 'priors') return;
    hanging.reports.listChanged();
    hanging.listChanged().catch(() => {});
  });
}

/** The page's list of priors, as it is now. */
function refreshList() {
  const part = document.querySelector('[data-fragment=priors]');
  if (part instanceof HTMLElement) refresh(part).catch(() => {});
}

class Hanging {
  /** @param {Viewer} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    this.strip = new PriorStrip(viewer);
    this.reports = new PriorReports(refreshList);
    /** @type {import('./plan.js').Rule | null} */
    this.rule = null;
    /** @type {Prior[]} */
    this.priors = [];
    /** @type {Prior | null} */
    this.shown = null;
    /** @type {PriorStack[]} */
    this.stacks = [];
    /** The reader has decided about priors: nothing opens by itself any more. */
    this.isDecided = false;
    /** The layout before a prior came beside. */
    this.gridBefore = '1x1';
    /** A prior whose images are awaited, to be opened when they are here. */
    this.awaited = '';
    /** What stood in the panes when this had hung them last. */
    this.hung = '';
    /** Counts what was asked to stand beside: the last one asked for does, whichever comes last. */
    this.turn = 0;
  }

  /** @returns {Stack[]} the study's own series with images */
  get own() {
    return this.viewer.shelf.shown.flatMap(({ stack }) => (stack && stack.frames.length > 0 ? [stack] : []));
  }

  /** @returns {import('./choice.js').Current} */
  get current() {
    const facts = this.own[0]?.frames[0]?.facts;
    const words = this.own.flatMap(({ series, frames }) => [series.description, frames[0].facts?.bodyPart ?? '', frames[0].facts?.protocol ?? '']);
    return {
      date: facts?.studyDate ?? '', time: facts?.studyTime ?? '', modalities: [...new Set(this.own.map(({ series }) => series.modality))],
      text: [this.viewer.root.dataset.description ?? '', ...words].join(' '),
    };
  }

  /** The study's series are all known. */
  async open() {
    if (this.own.length === 0) return;
    const wasUntouched = this.isUntouched;
    const [{ rules }, list] = await Promise.all([call('GET', '/hanging-rules'), this.fetchList()]);
    this.rule = ruleFor(rules, this.current);
    this.priors = list.priors;
    if (!this.rule) return;
    if (wasUntouched && this.isUntouched) this.hang(null);
    await this.openAutomatically(true);
  }

  /** @returns {boolean} all stands as it was hung, or else the first series in the only pane, at its first image */
  get isUntouched() {
    const { panes, active } = this.viewer;
    if (this.hung) return this.hung === this.standing();
    return panes.length === 1 && active.stack === this.own[0] && active.index === 0;
  }

  /** @returns {boolean} the reader has begun to look: they are told of the prior, and open it when they want to */
  isTooLate() {
    if (this.isUntouched) return false;
    this.isDecided = true;
    notify(t('prior.arrived'));
    return true;
  }

  /** @returns {string} */
  standing() {
    return this.viewer.panes.map(({ stack, index }) => `${stack?.study}/${stack?.uid}/${index}`).join(' ');
  }

  /** @returns {Promise<PriorList>} */
  fetchList() {
    return call('GET', `/studies/${this.viewer.study}/priors`);
  }

  async listChanged() {
    if (!this.rule) return;
    this.priors = (await this.fetchList()).priors;
    const awaited = this.priors.find(({ studyInstanceUID, place }) => studyInstanceUID === this.awaited && place === 'here');
    if (awaited) {
      this.awaited = '';
      if (this.shown || this.isDecided) notify(t('prior.arrived'));
      else await this.openBeside(awaited, true);
    } else if (!this.awaited) await this.openAutomatically(false);
  }

  /**
   * What the rules want beside the study; fetched first where it is elsewhere.
   * @param {boolean} isFirst
   */
  async openAutomatically(isFirst) {
    if (this.shown || this.isDecided || !this.rule) return;
    const prior = automaticPrior(this.priors, this.current, this.rule);
    if (!prior) return;
    if (prior.place === 'here') await this.openBeside(prior, true);
    else if (prior.place === 'coming') this.awaited = prior.studyInstanceUID;
    // Whoever only looks at a study has no side for answers, and wants none of the line.
    else if (document.querySelector('#report[data-task]')) await this.fetchImages(prior, isFirst);
  }

  /** @param {Prior} prior @param {boolean} isQuiet */
  async fetchImages(prior, isQuiet) {
    this.awaited = prior.studyInstanceUID;
    try {
      await call('POST', `/studies/${this.viewer.study}/priors/${prior.studyInstanceUID}/fetch`);
    } catch (error) {
      this.awaited = '';
      throw error;
    }
    if (!isQuiet) notify(t('prior.fetching'));
  }

  /** By the key: the best prior beside, or none. */
  async toggle() {
    this.isDecided = true;
    if (this.shown) {
      this.turn += 1;
      this.close();
      return;
    }
    const candidates = comparable(this.priors, this.current);
    const here = candidates.find(({ place }) => place === 'here') ?? this.priors.find(({ place }) => place === 'here');
    if (here) await this.openBeside(here);
    else if (candidates[0]) await this.fetchImages(candidates[0], false);
    else notify(t('prior.none'));
  }

  /** The next older one that is here; after the oldest the latest again. */
  async older() {
    this.isDecided = true;
    const here = this.priors.filter(({ place }) => place === 'here');
    if (here.length === 0) {
      notify(t('prior.none'));
      return;
    }
    const at = here.findIndex(({ studyInstanceUID }) => studyInstanceUID === this.shown?.studyInstanceUID);
    await this.openBeside(here[(at + 1) % here.length]);
  }

  /** @param {string} study */
  async openByName(study) {
    this.isDecided = true;
    this.priors = (await this.fetchList()).priors;
    const prior = this.priors.find(({ studyInstanceUID }) => studyInstanceUID === study);
    if (prior) await this.openBeside(prior);
  }

  /**
   * @param {Prior} prior
   * @param {boolean} [isByItself] nobody asked: whoever has begun to look is told, and nothing moves under their eyes
   */
  async openBeside(prior, isByItself = false) {
    this.turn += 1;
    const { turn } = this;
    if (prior.certainty === 'probable') {
      const answer = await ask(t('prior.confirm', { rule: prior.rule ?? '' }), { confirm: t('prior.beside') });
      if (answer === null) return;
    }
    if (isByItself && this.isTooLate()) return;
    // On the trail before a pixel of it is here; refused where it is another patient's.
    await call('POST', `/studies/${this.viewer.study}/priors/${prior.studyInstanceUID}/open`);
    const stacks = await loadPrior(prior, this.current.date);
    if (turn !== this.turn) return;
    if (stacks.length === 0) {
      notify(t('prior.notHung'), 'problem');
      return;
    }
    if (isByItself && this.isTooLate()) return;
    const { rows, columns } = this.viewer.layout.grid;
    if (!this.shown) this.gridBefore = `${rows}x${columns}`;
    this.shown = prior;
    this.stacks = stacks;
    this.strip.show(stacks);
    this.hang(stacks);
    this.reports.show(prior.studyInstanceUID);
  }

  close() {
    this.shown = null;
    this.stacks = [];
    this.strip.show([]);
    // Panes outside the layout keep nothing of it either.
    for (const pane of this.viewer.layout.made) if (markOf(pane.stack)) pane.clear();
    this.viewer.setLayout(this.gridBefore);
    const own = this.viewer.panes.find(({ stack }) => stack);
    if (own) this.viewer.activate(own);
    else if (this.own[0]) this.viewer.show(this.own[0]);
  }

  /** @param {PriorStack[] | null} prior */
  hang(prior) {
    const { viewer, own, rule } = this;
    if (!rule) return;
    const plan = planFor(rule, own.map(traitsOf), prior ? prior.map(traitsOf) : null)
      ?? { layout: '1x1', panes: [{ study: /** @type {const} */ ('current'), index: 0 }] };
    const before = viewer.active.stack;
    const at = viewer.active.index;
    viewer.setLayout(plan.layout);
    plan.panes.forEach((hung, place) => {
      const pane = viewer.panes[place];
      if (!pane || !hung) return;
      const stack = hung.study === 'prior' ? prior?.[hung.index] : own[hung.index];
      // What the reader looks at stays where it is.
      if (stack && stack !== pane.stack) viewer.show(stack, pane, stack === before ? at : 0);
    });
    const first = viewer.panes.find((pane) => pane.stack && !markOf(pane.stack));
    if (first) viewer.activate(first);
    this.hung = this.standing();
  }
}
