// The buttons above the panes: what they do, their keys, and which are pressed.

import { need } from '../core/page.js';
import { t } from '../core/strings.js';
import { keyCaps } from './commands.js';
import { presetsFor } from './presets.js';

/** @typedef {import('./viewer.js').Viewer} Viewer */

export class ToolBar {
  /** @param {Viewer} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    this.presetList = need('[data-role=presets]', HTMLElement, viewer.root);
    this.presetsOf = '-';
    this.isPlanned = false;
    viewer.root.addEventListener('click', (event) => {
      const button = event.target instanceof Element ? event.target.closest('[data-command]') : null;
      if (!(button instanceof HTMLElement)) return;
      if (viewer.commands.all.has(button.dataset.command ?? '')) document.dispatchEvent(new Event('jieli-done'));
      viewer.run(button.dataset.command ?? '');
      button.closest('details')?.removeAttribute('open');
    });
    viewer.root.addEventListener('pointerdown', (event) => {
      for (const menu of viewer.root.querySelectorAll('.tool-menu[open]')) {
        if (event.target instanceof Node && !menu.contains(event.target)) menu.removeAttribute('open');
      }
    }, true);
    viewer.commands.onChange = () => this.showKeys();
  }

  /** Writes the keys on the buttons; once, however many commands change. */
  showKeys() {
    if (this.isPlanned) return;
    this.isPlanned = true;
    window.queueMicrotask(() => {
      this.isPlanned = false;
      const table = this.viewer.commands.table();
      for (const button of this.viewer.root.querySelectorAll('[data-command]')) {
        const name = button.getAttribute('data-command') ?? '';
        const key = this.viewer.commands.keysOf(name).find((each) => table.get(each) === name);
        const place = button.querySelector('kbd');
        if (place) {
          place.textContent = key ? keyCaps(key).join('+') : '';
          place.hidden = !key;
          place.classList.toggle('is-long', key !== undefined && keyCaps(key).length > 1);
        }
        const label = this.viewer.commands.all.get(name)?.label;
        if (label && button instanceof HTMLElement) button.title = key ? `${t(label)} (${keyCaps(key).join('+')})` : t(label);
      }
    });
  }

  /** Another tool, pane, layout or stack. */
  follow() {
    const { viewer } = this;
    for (const button of viewer.root.querySelectorAll('[data-command^=tool-]')) {
      button.setAttribute('aria-pressed', String(button.getAttribute('data-command') === `tool-${viewer.toolName}`));
    }
    this.showChosenMeasure();
    const { rows, columns } = viewer.layout.grid;
    for (const button of viewer.root.querySelectorAll('[data-command^=layout-]')) {
      button.setAttribute('aria-pressed', String(button.getAttribute('data-command') === `layout-${rows}x${columns}`));
    }
    this.showPresets();
    viewer.shelf.follow(viewer.panes.map(({ stack }) => stack), viewer.active.stack);
  }

  /** The menu of the measuring tools looks like the one that is in use. */
  showChosenMeasure() {
    const menu = this.viewer.root.querySelector('[data-role=measure-menu]');
    const chosen = menu?.querySelector('[data-command][aria-pressed=true]');
    menu?.classList.toggle('is-on', Boolean(chosen));
    const icon = chosen?.querySelector('use')?.getAttribute('href');
    if (icon) menu?.querySelector('summary use')?.setAttribute('href', icon);
  }

  showPresets() {
    const { stack } = this.viewer.active;
    const modality = stack?.series.modality ?? '';
    this.presetList.hidden = stack?.document !== undefined;
    if (this.presetsOf === modality) return;
    this.presetsOf = modality;
    const presets = [{ key: '1', label: 'preset.image' }, { key: '2', label: 'preset.automatic' }, ...presetsFor(modality)];
    this.presetList.replaceChildren(...presets.map(({ key, label }) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'tool';
      button.dataset.command = `preset-${key}`;
      button.append(document.createElement('kbd'), t(label));
      return button;
    }));
    this.showKeys();
  }
}
