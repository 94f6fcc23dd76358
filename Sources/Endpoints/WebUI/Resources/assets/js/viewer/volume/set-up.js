// Everything across series: synchronised scrolling, reference lines, crosshair, reformatting, slabs and vertebrae.

import { Crosshair } from './crosshair.js';
import { MPR } from './mpr.js';
import { sliceNotes } from './notes.js';
import { computed } from './pane-place.js';
import { PaneSync } from './pane-sync.js';
import { ReferenceLines } from './reference-lines.js';
import { Slabs, THICKNESSES } from './slab.js';
import { SpineLabels } from './spine-labels.js';
import { surveyOf } from './survey.js';
import { Volumes } from './volumes.js';

/**
 * @typedef {import('../viewer.js').Viewer} Viewer
 * @typedef {import('../stack-pane.js').StackPane} StackPane
 */

const GROUP = 'keys.volume';

/** @param {Viewer} viewer */
export function setUpVolume(viewer) {
  const volumes = new Volumes(viewer);
  const sync = new PaneSync(viewer);
  const crosshair = new Crosshair(viewer, sync);
  const lines = new ReferenceLines(viewer, sync, crosshair);
  crosshair.lines = lines;
  const spine = new SpineLabels(viewer);
  const mpr = new MPR(viewer, volumes, crosshair);
  const slabs = new Slabs(viewer, volumes);

  viewer.everyPane((pane) => {
    pane.addLayer(lines.layer);
    pane.addLayer(crosshair.layer);
    pane.addLayer(spine.layer);
    pane.addLayer({ paint: () => mpr.drawn(pane) });
  });

  const marks = { sync, lines, mpr, slabs };
  const showMarks = () => showPressed(viewer, marks);
  /** @param {string} name @param {string} label @param {string[]} keys @param {() => void} run */
  const command = (name, label, keys, run) => viewer.addCommand({
    name, label, keys, group: GROUP,
    run: () => {
      run();
      showMarks();
    },
  });
  command('mpr', 'volume.mpr', ['m'], () => mpr.toggle());
  command('sync', 'volume.sync', ['`'], () => sync.toggle());
  command('sync-align', 'volume.align', ['Alt+s'], () => sync.align());
  command('reference-lines', 'volume.lines', ['Alt+r'], () => lines.toggle());
  command('slab-next', 'volume.slabNext', ['Alt+m'], () => slabs.next());
  command('slab-off', 'volume.slabOff', [], () => slabs.set(null));
  for (const projection of /** @type {const} */ (['max', 'min', 'mean'])) {
    command(`slab-${projection}`, `volume.${projection}`, [], () => slabs.set(projection));
  }
  command('slab-thinner', 'volume.thinner', ['{'], () => slabs.change(-1));
  command('slab-thicker', 'volume.thicker', ['}'], () => slabs.change(1));
  for (const thickness of THICKNESSES) command(`slab-${thickness}`, 'volume.thickness', [], () => slabs.setThickness(thickness));

  viewer.addTool({
    name: 'crosshair', label: 'volume.crosshair', key: '/', group: GROUP,
    press: (pane, point) => crosshair.grip(pane, point),
  });
  viewer.addTool({
    name: 'spine', label: 'volume.spine', key: 'Alt+v', group: GROUP, cursor: 'copy',
    press: (pane, point, view) => spine.press(pane, point, view),
  });
  for (const name of ['crosshair', 'spine']) makeToggle(viewer, name, () => { if (name === 'crosshair') crosshair.clear(); });

  /** @param {Event} event @returns {StackPane} */
  const paneOf = (event) => /** @type {CustomEvent<{pane: StackPane}>} */ (event).detail.pane;
  const planOthers = () => { for (const pane of viewer.panes) if (pane !== viewer.active) pane.plan(); };
  viewer.events.addEventListener('frame', (event) => {
    const pane = paneOf(event);
    if (pane !== viewer.active) return;
    sync.lead(pane);
    crosshair.follow(pane);
    planOthers();
  });
  viewer.events.addEventListener('stack', (event) => {
    note(paneOf(event));
    mpr.exchanged(paneOf(event));
    showMarks();
  });
  for (const name of ['active', 'layout']) {
    viewer.events.addEventListener(name, () => {
      if (name === 'layout') mpr.layoutChanged();
      for (const pane of viewer.panes) pane.plan();
      showMarks();
    });
  }
  showMarks();
}

/**
 * A second press of the key or button puts the tool away.
 * @param {Viewer} viewer
 * @param {string} name
 * @param {() => void} onAway
 */
function makeToggle(viewer, name, onAway) {
  const command = viewer.commands.all.get(`tool-${name}`);
  if (!command) return;
  viewer.addCommand({
    ...command,
    run: () => {
      const isAway = viewer.toolName === name;
      if (isAway) onAway();
      viewer.setTool(isAway ? 'window' : name);
    },
  });
}

/**
 * What is missing between the slices is said on the pane that shows them.
 * @param {StackPane} pane
 */
function note({ stack, index }) {
  if (!stack || stack.notes || stack.source || computed(stack)) return;
  const survey = surveyOf(stack.frames, index);
  stack.notes = typeof survey === 'string' ? [] : sliceNotes(survey);
}

/** @param {Viewer} viewer @param {{sync: PaneSync, lines: ReferenceLines, mpr: MPR, slabs: Slabs}} marks */
function showPressed(viewer, { sync, lines, mpr, slabs }) {
  const { projection, thickness } = slabs;
  /** @type {{[name: string]: boolean}} */
  const pressed = {
    mpr: mpr.isOn, sync: sync.isOn, 'reference-lines': lines.isOn, 'slab-off': projection === null,
    'slab-max': projection === 'max', 'slab-min': projection === 'min', 'slab-mean': projection === 'mean',
  };
  for (const each of THICKNESSES) pressed[`slab-${each}`] = each === thickness;
  for (const [name, isPressed] of Object.entries(pressed)) {
    viewer.root.querySelector(`[data-command="${name}"]`)?.setAttribute('aria-pressed', String(isPressed));
  }
  viewer.root.querySelector('[data-role=slab-menu]')?.classList.toggle('is-on', projection !== null);
}
