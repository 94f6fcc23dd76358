// Whole slides as plain images: a level's tiles put together, with a mark when finer levels exist.

import { t } from '../../core/strings.js';
import { fetchFrame, fetchRendered } from '../../dicomweb/client.js';
import { framesOf } from '../../dicomweb/image.js';
import { decodePixels, isDrawable } from '../pixels.js';
import { ComposedSource } from './composed-source.js';
import { isSlide, lay, levelOf, showable } from './slide-grid.js';

/**
 * @typedef {import('../../dicomweb/dataset.js').DataSet} DataSet
 * @typedef {import('../../dicomweb/image.js').Frame} Frame
 * @typedef {import('../frame-loader.js').Stack} Stack
 * @typedef {import('../frame-loader.js').Loaded} Loaded
 * @typedef {import('./slide-grid.js').Level} Level
 */

const CONNECTIONS = 4;
const PAPER = 0xffffffff;

/** @param {(stack: Stack) => void} refresh */
export function slideOpening(refresh) {
  /** @param {Stack} stack @param {DataSet[]} metadata */
  return (stack, metadata) => {
    const slides = metadata.filter(isSlide);
    if (slides.length === 0 || slides.length < metadata.length) return null;
    const tiles = slides.map((data) => ({ level: levelOf(data), tile: framesOf(data)[0] })).filter(({ tile }) => tile);
    const shown = showable(tiles.map(({ level }) => level));
    if (shown.length === 0) return null;
    const levels = shown.map(({ level }) => level);
    const tileOf = (/** @type {Level} */ level) => /** @type {Frame} */ (tiles.find((each) => each.level === level)?.tile);
    const frames = shown.map(({ level, reduction }) => {
      const tile = tileOf(level);
      const format = { ...tile.format, columns: level.columns, rows: level.rows };
      const label = reduction > 1.01 ? t('slide.reduced', { times: Math.round(reduction) }) : t('slide.whole');
      return { ...tile, format, number: 1, frameCount: 1, position: null, orientation: null, derived: true, label };
    });
    const source = new ComposedSource((own, index) => compose(own, levels[index], tileOf(levels[index])), refresh);
    return { stack: { ...stack, frames, source } };
  };
}

/** @param {Stack} stack @param {Level} level @param {Frame} tile @returns {Promise<Loaded>} */
async function compose(stack, level, tile) {
  const pixels = new Uint32Array(level.columns * level.rows).fill(PAPER);
  const waiting = [...level.tiles];
  const fetchTiles = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      lay(pixels, level, next, await tilePixels(stack, { ...tile, number: next.frame }));
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, fetchTiles));
  return { kind: 'colour', pixels, quality: 'diagnostic' };
}

/** @param {Stack} stack @param {Frame} frame @returns {Promise<Uint32Array>} */
async function tilePixels(stack, frame) {
  const { rows, columns } = frame.format;
  if (isDrawable(frame)) {
    const { body } = await fetchFrame(stack.study, stack.uid, frame.instance, frame.number, 'native');
    const pixels = decodePixels(body, frame);
    if (pixels.kind === 'colour') return pixels.pixels;
  }
  const canvas = document.createElement('canvas');
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser has no canvas');
  context.drawImage(await fetchRendered(stack.study, stack.uid, frame.instance, frame.number), 0, 0);
  return new Uint32Array(context.getImageData(0, 0, columns, rows).data.buffer);
}
