// What the viewer itself can do, with the keys it comes with.

import { presetsFor } from './presets.js';

/**
 * @typedef {import('./viewer.js').Viewer} Viewer
 * @typedef {import('./commands.js').Command<Viewer>} Command
 */

/**
 * @param {string} name @param {string} label @param {string[]} keys @param {string} group @param {(viewer: Viewer) => void} run
 * @returns {Command}
 */
function command(name, label, keys, group, run) {
  return { name, label, keys, group, run };
}

/**
 * Grids on keys: rows × columns.
 * @type {[string, string[]][]}
 */
const GRIDS = [
  ['1x1', ['Alt+1']], ['1x2', ['Alt+2']], ['1x3', ['Alt+3']], ['2x1', []], ['2x2', ['Alt+4']], ['2x3', ['Alt+6']],
  ['3x1', []], ['3x2', []], ['3x3', ['Alt+9']],
];

/**
 * 1: the image's own windows, one after the other; 2: automatic; further on those of the modality.
 * @param {import('./stack-pane.js').StackPane} pane
 * @param {string} key
 */
function usePreset(pane, key) {
  if (key === '1') pane.useImageWindow();
  else if (key === '2') pane.setWindow('automatic');
  else {
    const found = presetsFor(pane.stack?.series.modality ?? '').find((preset) => preset.key === key);
    if (found) pane.setWindow('own', found.window);
  }
}

/** @returns {Command[]} */
export function basicCommands() {
  const scrolling = 'keys.scrolling';
  const view = 'keys.view';
  const panes = 'keys.panes';
  return [
    command('previous-image', 'viewer.previousImage', ['ArrowUp'], scrolling, ({ active }) => active.scroll(-1)),
    command('next-image', 'viewer.nextImage', ['ArrowDown'], scrolling, ({ active }) => active.scroll(1)),
    command('ten-back', 'viewer.tenBack', ['PageUp'], scrolling, ({ active }) => active.scroll(-10)),
    command('ten-on', 'viewer.tenOn', ['PageDown'], scrolling, ({ active }) => active.scroll(10)),
    command('first-image', 'viewer.firstImage', ['Home'], scrolling, ({ active }) => active.goTo(0)),
    command('last-image', 'viewer.lastImage', ['End'], scrolling, ({ active }) => active.goTo(Infinity)),
    command('previous-series', 'viewer.previousSeries', ['ArrowLeft'], scrolling, (viewer) => viewer.nextSeries(-1)),
    command('next-series', 'viewer.nextSeries', ['ArrowRight'], scrolling, (viewer) => viewer.nextSeries(1)),
    command('fit', 'viewer.fit', ['f'], view, ({ active }) => active.fit()),
    command('actual', 'viewer.actual', ['o'], view, ({ active }) => active.actualSize()),
    command('zoom-in', 'viewer.zoomIn', ['+', '='], view, ({ active }) => active.zoom(1.25)),
    command('zoom-out', 'viewer.zoomOut', ['-'], view, ({ active }) => active.zoom(0.8)),
    command('invert', 'viewer.invert', ['i'], view, ({ active }) => active.invert()),
    command('flip-horizontal', 'viewer.flipHorizontal', ['h'], view, ({ active }) => active.mirror('horizontal')),
    command('flip-vertical', 'viewer.flipVertical', ['v'], view, ({ active }) => active.mirror('vertical')),
    command('turn-left', 'viewer.turnLeft', [','], view, ({ active }) => active.turn(-1)),
    command('turn-right', 'viewer.turnRight', ['.'], view, ({ active }) => active.turn(1)),
    command('reset', 'viewer.reset', ['r'], view, ({ active }) => active.reset()),
    command('enlarge', 'viewer.enlarge', ['d'], panes, (viewer) => viewer.enlarge(viewer.active)),
    command('previous-pane', 'viewer.previousPane', ['['], panes, (viewer) => viewer.nextPane(-1)),
    command('next-pane', 'viewer.nextPane', [']'], panes, (viewer) => viewer.nextPane(1)),
    ...GRIDS.map(([grid, keys]) => command(`layout-${grid}`, `viewer.layout${grid}`, keys, panes, (viewer) => viewer.setLayout(grid))),
    ...Array.from({ length: 9 }, (_, index) => String(index + 1)).map((digit) => command(
      `preset-${digit}`, `viewer.preset${digit}`, [digit], 'viewer.presets', ({ active }) => usePreset(active, digit))),
  ];
}
