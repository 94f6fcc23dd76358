// From a rule and the series there are to a layout: which series hangs in which pane.

import { best, fulfilment, group, similarity } from './match.js';

/**
 * @typedef {import('./traits.js').Traits} Traits
 * @typedef {import('./match.js').PaneWish} PaneWish
 * @typedef {{rows: number, columns: number}} Grid
 *
 * @typedef {object} Rule a hanging rule, as the server gives it
 * @property {string} name
 * @property {string[]} modalities
 * @property {string[]} words
 * @property {Grid} layout
 * @property {PaneWish[]} panes
 * @property {'automatic' | 'key' | 'never'} prior
 * @property {number} [priorWithinDays]
 * @property {Grid} layoutWithPrior
 * @property {PaneWish[]} panesWithPrior
 *
 * @typedef {{study: 'current' | 'prior', index: number} | null} Hung a series by its place in its study's list
 * @typedef {{layout: string, panes: Hung[]}} Plan
 */

/**
 * The first rule that fits.
 * @param {Rule[]} rules
 * @param {{modalities: string[], text: string}} study `text`: body parts and descriptions
 * @returns {Rule | null}
 */
export function ruleFor(rules, { modalities, text }) {
  const capitals = text.toUpperCase();
  return rules.find((rule) => (rule.modalities.length === 0 || rule.modalities.some((each) => modalities.includes(each)))
    && (rule.words.length === 0 || rule.words.some((word) => capitals.includes(word)))) ?? null;
}

/**
 * @param {Rule} rule
 * @param {Traits[]} current
 * @param {Traits[] | null} prior null: without one
 * @returns {Plan | null} null where the rule leaves the viewer as it is
 */
export function planFor(rule, current, prior) {
  const wishes = prior ? rule.panesWithPrior : rule.panes;
  const { rows, columns } = prior ? rule.layoutWithPrior : rule.layout;
  if (wishes.length === 0 && rows * columns === 1) return null;
  const own = new Set(rule.modalities.map(group));
  const isOwn = (/** @type {Traits} */ traits) => own.size === 0 || own.has(group(traits.modality));
  /** @type {Hung[]} */
  const panes = wishes.map(() => null);
  /** @type {Set<number>} */
  const takenHere = new Set();
  wishes.forEach((wish, place) => {
    if (wish.show !== 'current') return;
    const index = best(current, (traits) => (isOwn(traits) ? fulfilment(wish, traits) : null), takenHere);
    if (index < 0) return;
    takenHere.add(index);
    panes[place] = { study: 'current', index };
  });
  /** @type {Set<number>} */
  const takenThere = new Set();
  wishes.forEach((wish, place) => {
    if (wish.show !== 'prior' || !prior) return;
    const partner = panes[(wish.matching ?? 1) - 1];
    const like = partner && partner.study === 'current' ? current[partner.index] : null;
    const score = (/** @type {Traits} */ traits) => {
      const fits = fulfilment(wish, traits);
      const alike = like ? similarity(like, traits) : 0;
      return fits === null || alike === null ? null : fits + alike;
    };
    let index = best(prior, score, takenThere);
    // Nothing like it: rather the nearest thing of that study than an empty pane.
    if (index < 0) index = best(prior, (traits) => (isOwn(traits) && !traits.isLocalizer ? traits.count : null), takenThere);
    if (index < 0) return;
    takenThere.add(index);
    panes[place] = { study: 'prior', index };
  });
  return { layout: `${rows}x${columns}`, panes };
}
