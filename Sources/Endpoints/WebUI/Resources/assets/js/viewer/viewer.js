// The viewer: series strip, pane, tool bar and keys together.

import { t } from '../core/strings.js';
import { need } from '../core/page.js';
import { fetchMetadata, fetchSeries } from '../dicomweb/client.js';
import { framesOf } from '../dicomweb/image.js';
import { FrameLoader } from './frame-loader.js';
import { overlayLines, showOverlay } from './overlay.js';
import { listenToPointer } from './pointer.js';
import { presetsFor } from './presets.js';
import { compareSeries, sortFrames } from './series-order.js';
import { StackPane } from './stack-pane.js';
import { addThumbnail, drawThumbnail, markAsDocument } from './thumbnails.js';

/**
 * @typedef {import('./frame-loader.js').Stack} Stack
 * @typedef {import('../dicomweb/client.js').SeriesSummary} SeriesSummary
 * @typedef {import('./stack-pane.js').Tool} Tool
 * @typedef {{series: SeriesSummary, stack: Stack | null, button: HTMLButtonElement}} Entry
 */

export class Viewer {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.study = root.dataset.study ?? '';
    this.list = need('[data-role=series]', HTMLElement, root);
    this.paneElement = need('[data-role=pane]', HTMLElement, root);
    this.message = need('[data-role=message]', HTMLElement, root);
    this.slider = need('[data-role=slider]', HTMLInputElement, root);
    this.presetList = need('[data-role=presets]', HTMLElement, root);
    /** @type {Entry[]} */
    this.entries = [];
    /** @type {Entry | null} */
    this.current = null;
    /** Told whenever another frame may be on the screen. */
    this.onFrame = () => {};
    this.shownFrame = '';
    this.loader = new FrameLoader((stack) => {
      if (stack === this.pane.stack) this.pane.plan();
    });
    this.pane = new StackPane(this.paneElement, this.loader, () => this.update());
    listenToPointer(this.pane);
    this.slider.addEventListener('input', () => this.pane.goTo(Number(this.slider.value) - 1));
    for (const button of root.querySelectorAll('[data-command]')) {
      button.addEventListener('click', () => this.run(/** @type {HTMLElement} */ (button).dataset.command ?? ''));
    }
  }

  /** Fetches the list of series and shows the first with images. */
  async open() {
    this.message.textContent = t('viewer.loading');
    const found = await fetchSeries(this.study);
    found.sort(compareSeries);
    this.entries = found.map((series) => {
      /** @type {Entry} */
      const entry = { series, stack: null, button: addThumbnail(this.list, series, () => this.choose(entry)) };
      return entry;
    });
    for (const entry of this.entries) {
      await this.prepare(entry);
      if (!this.current && entry.stack && entry.stack.frames.length > 0) this.choose(entry);
    }
    if (!this.current) this.message.textContent = this.root.dataset.away || t('viewer.noImages');
    for (const { stack, button } of this.entries) {
      if (stack && stack.frames.length > 0) await drawThumbnail(button, stack).catch(() => button.classList.add('is-failed'));
    }
  }

  /** @param {Entry} entry */
  async prepare(entry) {
    const { uid } = entry.series;
    try {
      const metadata = await fetchMetadata(this.study, uid);
      entry.stack = { study: this.study, uid, frames: sortFrames(metadata.flatMap(framesOf)) };
      if (entry.stack.frames.length === 0) markAsDocument(entry.button);
    } catch (error) {
      entry.button.classList.add('is-failed');
      this.message.textContent = t('viewer.failed', { message: error instanceof Error ? error.message : '' });
    }
  }

  /** @param {Entry} entry */
  choose(entry) {
    if (!entry.stack || entry.stack.frames.length === 0) return;
    this.current = entry;
    for (const { button } of this.entries) button.setAttribute('aria-pressed', String(button === entry.button));
    entry.button.scrollIntoView({ block: 'nearest' });
    this.slider.max = String(entry.stack.frames.length);
    this.slider.hidden = entry.stack.frames.length < 2;
    this.pane.show(entry.stack);
    this.showPresets();
  }

  showPresets() {
    this.presetList.textContent = '';
    const own = presetsFor(this.current?.series.modality ?? '');
    for (const { key, label } of [{ key: '1', label: 'preset.image' }, { key: '2', label: 'preset.automatic' }, ...own]) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'tool';
      const hint = document.createElement('kbd');
      hint.textContent = key;
      button.append(hint, t(label));
      button.addEventListener('click', () => this.preset(key));
      this.presetList.append(button);
    }
  }

  /** @param {string} key */
  preset(key) {
    if (key === '1') this.pane.setWindow('image');
    else if (key === '2') this.pane.setWindow('automatic');
    else {
      const found = presetsFor(this.current?.series.modality ?? '').find((preset) => preset.key === key);
      if (found) this.pane.setWindow('own', found.window);
    }
  }

  /** @param {number} step */
  nextSeries(step) {
    const shown = this.entries.filter(({ stack }) => stack && stack.frames.length > 0);
    const at = shown.findIndex((entry) => entry === this.current);
    if (shown[at + step]) this.choose(shown[at + step]);
  }

  /**
   * Where a frame stands; null while its series is not loaded.
   * @param {string} instance @param {number} number
   */
  placeOf(instance, number) {
    for (const entry of this.entries) {
      const index = entry.stack?.frames.findIndex((frame) => frame.instance === instance && frame.number === number) ?? -1;
      if (index >= 0) return { entry, index, series: entry.series.description };
    }
    return null;
  }

  /** @param {string} instance @param {number} number */
  goToFrame(instance, number) {
    const place = this.placeOf(instance, number);
    if (!place) return;
    if (place.entry !== this.current) this.choose(place.entry);
    this.pane.goTo(place.index);
  }

  /** @param {Tool} tool */
  setTool(tool) {
    this.pane.tool = tool;
    this.paneElement.dataset.tool = tool;
    for (const button of this.root.querySelectorAll('[data-command^=tool-]')) {
      button.setAttribute('aria-pressed', String(button.getAttribute('data-command') === `tool-${tool}`));
    }
  }

  /** @param {string} command */
  run(command) {
    const { pane } = this;
    /** @type {{[command: string]: () => void}} */
    const commands = {
      'tool-window': () => this.setTool('window'),
      'tool-zoom': () => this.setTool('zoom'),
      'tool-pan': () => this.setTool('pan'),
      'tool-scroll': () => this.setTool('scroll'),
      fit: () => pane.fit(),
      actual: () => pane.actualSize(),
      invert: () => pane.invert(),
      reset: () => pane.reset(),
    };
    commands[command]?.();
  }

  /** Writes the overlay and the slider. */
  update() {
    const { pane, current } = this;
    if (!current) return;
    showOverlay(this.paneElement, overlayLines(pane, current.series));
    this.slider.value = String(pane.index + 1);
    const frame = `${pane.frame?.instance}/${pane.frame?.number}`;
    if (frame !== this.shownFrame) {
      this.shownFrame = frame;
      this.onFrame();
    }
    const state = this.paneElement.dataset.state;
    this.message.textContent = state === 'failed' ? pane.failureText : state === 'loading' ? t('viewer.loading') : '';
  }

  /** @returns {{[name: string]: () => void}} */
  keys() {
    const { pane } = this;
    /** @type {{[name: string]: () => void}} */
    const keys = {
      ArrowUp: () => pane.goTo(pane.index - 1),
      ArrowDown: () => pane.goTo(pane.index + 1),
      PageUp: () => pane.goTo(pane.index - 10),
      PageDown: () => pane.goTo(pane.index + 10),
      Home: () => pane.goTo(0),
      End: () => pane.goTo(Infinity),
      ArrowLeft: () => this.nextSeries(-1),
      ArrowRight: () => this.nextSeries(1),
      w: () => this.run('tool-window'), z: () => this.run('tool-zoom'),
      p: () => this.run('tool-pan'), s: () => this.run('tool-scroll'),
      f: () => pane.fit(), o: () => pane.actualSize(), i: () => pane.invert(), r: () => pane.reset(),
      '+': () => pane.zoom(1.25, { x: 0, y: 0 }), '=': () => pane.zoom(1.25, { x: 0, y: 0 }),
      '-': () => pane.zoom(0.8, { x: 0, y: 0 }),
    };
    for (let digit = 1; digit <= 9; digit += 1) keys[String(digit)] = () => this.preset(String(digit));
    return keys;
  }
}
