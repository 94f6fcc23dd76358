// Plays the stack of a pane, in its own time.

import { atSpeed, due, durationsOf, rateOf } from './cine.js';

/**
 * @typedef {import('./stack-pane.js').StackPane} StackPane
 * @typedef {import('./viewer.js').Viewer} Viewer
 * @typedef {{stack: import('./frame-loader.js').Stack, durations: number[], at: number, index: number}} Film
 */

export class CinePlayer {
  /** @param {Viewer} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    /** @type {Map<StackPane, Film>} */
    this.films = new Map();
    viewer.events.addEventListener('stack', (event) => this.stop(/** @type {CustomEvent} */ (event).detail.pane));
    viewer.addCommand({
      name: 'cine', label: 'viewer.cine', keys: [' '], group: 'keys.scrolling', run: ({ active }) => this.toggle(active),
    });
    viewer.addCommand({
      name: 'cine-slower', label: 'viewer.cineSlower', keys: [';'], group: 'keys.scrolling', run: ({ active }) => this.change(active, 0.8),
    });
    viewer.addCommand({
      name: 'cine-faster', label: 'viewer.cineFaster', keys: ["'"], group: 'keys.scrolling', run: ({ active }) => this.change(active, 1.25),
    });
  }

  /** @param {StackPane} pane */
  toggle(pane) {
    if (this.films.has(pane)) this.stop(pane);
    else this.start(pane);
  }

  /** @param {StackPane} pane */
  start(pane) {
    const { stack } = pane;
    if (!stack || stack.frames.length < 2) return;
    const isFirst = this.films.size === 0;
    this.films.set(pane, { stack, durations: durationsOf(stack.frames), at: performance.now(), index: pane.index });
    this.tell(pane);
    if (isFirst) window.requestAnimationFrame((now) => this.tick(now));
  }

  /** @param {StackPane} pane */
  stop(pane) {
    if (!this.films.delete(pane)) return;
    this.tell(pane);
  }

  /** @param {StackPane} pane @param {number} factor */
  change(pane, factor) {
    const film = this.films.get(pane);
    if (!film) return;
    film.durations = atSpeed(film.durations, factor);
    this.tell(pane);
  }

  /** @param {StackPane} pane */
  tell(pane) {
    const film = this.films.get(pane);
    pane.film = film ? `▶ ${Math.round(rateOf(film.durations) * 10) / 10} fps` : '';
    for (const button of this.viewer.root.querySelectorAll('[data-command=cine]')) {
      button.setAttribute('aria-pressed', String(this.films.has(this.viewer.active)));
    }
    pane.plan();
  }

  /** @param {number} now */
  tick(now) {
    for (const [pane, film] of this.films) {
      if (pane.isAsleep) continue;
      // Somebody scrolled: the film goes on from there.
      if (pane.index !== film.index) {
        film.index = pane.index;
        film.at = now;
      }
      const next = due(film.durations, film.index, Math.max(0, now - film.at));
      if (next.index === film.index) continue;
      // A frame that is not here yet is waited for: a film with holes would lie about motion.
      pane.source.lookAt(film.stack, next.index, 1, pane);
      if (!pane.source.loaded(film.stack, next.index) && !pane.source.failure(film.stack, next.index)) continue;
      film.index = next.index;
      film.at = now - next.rest;
      pane.goTo(next.index);
    }
    if (this.films.size > 0) window.requestAnimationFrame((later) => this.tick(later));
  }
}
