// The viewer: a study's series beside panes, with tools, commands and keys.

import { need } from '../core/page.js';
import { t } from '../core/strings.js';
import { basicCommands } from './basic-commands.js';
import { Commands } from './commands.js';
import { FrameLoader } from './frame-loader.js';
import { Layout, gridOf } from './layout.js';
import { edgeLetters, overlayLines, showEdges, showOverlay } from './overlay.js';
import { listenToPointer } from './pointer.js';
import { Settings } from './settings.js';
import { Shelf, canBeShown } from './shelf.js';
import { StackPane } from './stack-pane.js';
import { openStudy, prepare } from './study-opening.js';
import { BASIC_TOOLS } from './tools.js';
import { ToolBar } from './tool-bar.js';

/**
 * @typedef {import('./frame-loader.js').Stack} Stack
 * @typedef {import('../dicomweb/client.js').SeriesSummary} SeriesSummary
 * @typedef {import('./tools.js').Tool} Tool
 * @typedef {import('./shelf.js').Entry} Entry
 * @typedef {import('./commands.js').Command<Viewer>} Command
 */

export class Viewer {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.study = root.dataset.study ?? '';
    /** 'layout', 'active', 'opened'; 'frame', 'stack' and 'changed' (whatever its corners say) with detail {pane}. */
    this.events = new EventTarget();
    /** @type {Commands<Viewer>} */
    this.commands = new Commands();
    this.settings = new Settings(root.dataset.user ?? '', window.localStorage);
    this.commands.own = this.settings.keys;
    /** @type {Map<string, Tool>} */
    this.tools = new Map();
    this.toolName = '';
    /** @type {{of: Map<string, string> | null, actions: {[name: string]: () => void}}} */
    this.keyActions = { of: null, actions: {} };
    /**
     * Chosen before it was known what it holds.
     * @type {Entry | null}
     */
    this.awaited = null;
    /** @type {((pane: StackPane) => void)[]} told of every pane, of those to come too */
    this.paneListeners = [];
    /** @type {WeakMap<StackPane, string>} what each pane showed last, to tell of changes */
    this.shownFrames = new WeakMap();
    this.loader = new FrameLoader((stack) => this.refresh(stack));
    this.shelf = new Shelf(need('[data-role=series]', HTMLElement, root), (entry) => this.choose(entry));
    this.layout = new Layout(need('[data-role=panes]', HTMLElement, root), need('[data-role=pane-template]', HTMLTemplateElement, root),
      (element) => this.makePane(element));
    this.layout.set(gridOf('1x1'));
    /** @type {StackPane} */
    this.active = this.layout.panes[0];
    this.active.element.classList.add('is-active');
    this.bar = new ToolBar(this);
    for (const tool of BASIC_TOOLS) this.addTool(tool);
    for (const command of basicCommands()) this.addCommand(command);
  }

  /** @returns {StackPane[]} those of the layout, in reading order */
  get panes() {
    return this.layout.panes;
  }

  /** @returns {Entry[]} */
  get entries() {
    return this.shelf.entries;
  }

  /** @param {HTMLElement} element @returns {StackPane} */
  makePane(element) {
    const pane = new StackPane(element, this.loader, {
      changed: (each) => this.update(each),
      shown: (each) => this.stackChanged(each),
    });
    listenToPointer(pane, this);
    this.shelf.offerTo(element, (entry) => {
      this.activate(pane);
      this.choose(entry);
    });
    for (const listener of this.paneListeners) listener(pane);
    return pane;
  }

  /**
   * Tells of every pane there is and of every one to come; the place to add layers.
   * @param {(pane: StackPane) => void} listener
   */
  everyPane(listener) {
    this.paneListeners.push(listener);
    for (const pane of this.layout.made) listener(pane);
  }

  /**
   * Fetches the list of series and shows the first with images.
   * @param {Promise<unknown>} [parts] settles when whoever opens other things than images, or listens, is there
   */
  async open(parts = Promise.resolve()) {
    await openStudy(this, parts);
  }

  /** @param {Entry} entry shown in the active pane, as soon as it is known what it holds */
  choose(entry) {
    const { stack } = entry;
    this.awaited = stack ? null : entry;
    if (stack && canBeShown(stack)) this.show(stack);
    else if (!stack && this.shelf.takeFailure(entry)) this.tryAgain(entry);
  }

  /** @param {Entry} entry whose metadata did not come */
  async tryAgain(entry) {
    await prepare(this, entry);
    if (!entry.stack) return;
    this.choose(entry);
    await this.shelf.draw(this.loader, [entry]);
  }

  /** @param {Stack} stack @param {StackPane} [pane] @param {number} [index] */
  show(stack, pane = this.active, index = 0) {
    pane.show(stack, index);
  }

  /** @param {StackPane} pane */
  activate(pane) {
    if (pane === this.active) return;
    this.active.element.classList.remove('is-active');
    this.active = pane;
    pane.element.classList.add('is-active');
    if (this.layout.enlarged) this.layout.exchange(pane);
    this.bar.follow();
    this.events.dispatchEvent(new CustomEvent('active'));
  }

  /** @param {string} grid rows × columns, "2x2" */
  setLayout(grid) {
    this.layout.set(gridOf(grid));
    if (!this.panes.includes(this.active)) this.activate(this.panes[0]);
    this.fillEmptyPanes();
    this.bar.follow();
    this.events.dispatchEvent(new CustomEvent('layout'));
  }

  /** Panes that came new show the series of images that no pane shows yet, in the strip's order; papers are opened by hand. */
  fillEmptyPanes() {
    const waiting = this.shelf.shown.filter((entry) => !entry.stack?.document && !this.panes.some(({ stack }) => stack === entry.stack));
    for (const pane of this.panes) {
      if (pane.stack) continue;
      const next = waiting.shift()?.stack;
      if (next) this.show(next, pane);
    }
  }

  /** @param {StackPane} pane */
  enlarge(pane) {
    if (this.panes.length < 2) {
      pane.fit();
      return;
    }
    this.activate(pane);
    this.layout.enlarge(pane);
    this.events.dispatchEvent(new CustomEvent('layout'));
  }

  /** @param {number} step */
  nextPane(step) {
    const at = this.panes.indexOf(this.active);
    const next = this.panes[(at + step + this.panes.length) % this.panes.length];
    this.activate(next);
  }

  /** @param {number} step */
  nextSeries(step) {
    const { shown } = this.shelf;
    const at = shown.findIndex(({ stack }) => stack === this.active.stack);
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
    if (!place?.entry.stack) return;
    const pane = this.panes.find(({ stack }) => stack === place.entry.stack);
    if (pane) this.activate(pane);
    else this.choose(place.entry);
    this.active.goTo(place.index);
  }

  /** @param {Tool} tool */
  addTool(tool) {
    this.tools.set(tool.name, tool);
    this.addCommand({
      name: `tool-${tool.name}`, label: tool.label, keys: tool.key ? [tool.key] : [], group: tool.group ?? 'keys.tools',
      run: () => this.setTool(tool.name),
    });
    if (!this.toolName) this.setTool(tool.name);
  }

  /** @returns {Tool | undefined} the left button's */
  get tool() {
    return this.tools.get(this.toolName);
  }

  /** @param {string} name */
  setTool(name) {
    const tool = this.tools.get(name);
    if (!tool) return;
    this.toolName = name;
    this.layout.element.style.setProperty('--pane-cursor', tool.cursor ?? 'crosshair');
    this.bar.follow();
  }

  /** @param {Command} command */
  addCommand(command) {
    this.commands.add(command);
  }

  /** @param {string} name */
  run(name) {
    this.commands.run(name, this);
  }

  /** @param {Stack} stack the panes that show it, or what is computed from it, are drawn again */
  refresh(stack) {
    for (const pane of this.layout.made) if (pane.stack && (pane.stack.uid === stack.uid || pane.stack.base?.uid === stack.uid)) pane.plan();
  }

  /** @param {StackPane} pane */
  stackChanged(pane) {
    this.say(pane, '');
    this.shelf.follow(this.panes.map(({ stack }) => stack), this.active.stack);
    this.bar.follow();
    this.events.dispatchEvent(new CustomEvent('stack', { detail: { pane } }));
  }

  /** @param {StackPane} pane whose corners are written */
  update(pane) {
    showOverlay(pane.element, overlayLines(pane));
    showEdges(pane.element, edgeLetters(pane));
    this.events.dispatchEvent(new CustomEvent('changed', { detail: { pane } }));
    const { state } = pane.element.dataset;
    if (state === 'failed') this.say(pane, pane.failureText);
    else if (state === 'shown' || state === 'loading') this.say(pane, state === 'loading' ? t('viewer.loading') : '');
    const shown = pane.frame ? `${pane.frame.instance}/${pane.frame.number}` : '';
    if (this.shownFrames.get(pane) === shown) return;
    this.shownFrames.set(pane, shown);
    this.events.dispatchEvent(new CustomEvent('frame', { detail: { pane } }));
  }

  /** @param {StackPane} pane @param {string} words in its middle */
  say(pane, words) {
    const place = pane.element.querySelector('[data-role=message]');
    if (place && place.textContent !== words) place.textContent = words;
  }

  /** @returns {{[name: string]: () => void}} what each key does now */
  keys() {
    const table = this.commands.table();
    if (this.keyActions.of !== table) {
      /** @type {{[name: string]: () => void}} */
      const actions = {};
      for (const [key, name] of table) actions[key] = () => this.run(name);
      this.keyActions = { of: table, actions };
    }
    return this.keyActions.actions;
  }
}
