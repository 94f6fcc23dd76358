// A whole slide's tiles, and what becomes of them in one plain picture (PS3.3 C.8.12.4, C.7.6.17.3).

import { Tag, number, text } from '../../dicomweb/dataset.js';
import { Doc } from './tags.js';
import { items } from './waveform.js';

/**
 * @typedef {import('../../dicomweb/dataset.js').DataSet} DataSet
 * @typedef {import('../../dicomweb/image.js').Frame} Frame
 * @typedef {{frame: number, column: number, row: number}} Tile top left corner, in pixels from 0
 *
 * @typedef {object} Level
 * @property {string} instance
 * @property {number} columns of the whole
 * @property {number} rows
 * @property {number} tileColumns
 * @property {number} tileRows
 * @property {Tile[]} tiles
 * @property {string} flavour (0008,0008) value 3: VOLUME, LABEL, OVERVIEW, THUMBNAIL
 */

const SLIDE = '1.2.840.10008.5.1.4.1.1.77.1.6';

/** @param {DataSet} data @returns {boolean} */
export function isSlide(data) {
  return text(data, Tag.SOPClassUID) === SLIDE && (number(data, Doc.TotalColumns) ?? 0) > 0 && (number(data, Doc.TotalRows) ?? 0) > 0;
}

/** @param {DataSet} data @returns {Level} */
export function levelOf(data) {
  const columns = number(data, Doc.TotalColumns) ?? 0;
  const rows = number(data, Doc.TotalRows) ?? 0;
  const tileColumns = number(data, Tag.Columns) ?? 1;
  const tileRows = number(data, Tag.Rows) ?? 1;
  const count = Math.max(1, number(data, Tag.NumberOfFrames) ?? 1);
  const across = Math.max(1, Math.ceil(columns / tileColumns));
  const groups = items(data, Tag.PerFrameGroups);
  /** @type {Tile[]} */
  const tiles = [];
  for (let index = 0; index < count; index += 1) {
    // Where no place is said, tiles run along the rows (TILED_FULL).
    const [place] = groups[index] ? items(groups[index], Doc.PlanePositionSlide) : [];
    const column = place ? number(place, Doc.ColumnPosition) : null;
    const row = place ? number(place, Doc.RowPosition) : null;
    tiles.push({
      frame: index + 1, column: column !== null ? column - 1 : (index % across) * tileColumns,
      row: row !== null ? row - 1 : Math.floor(index / across) * tileRows,
    });
  }
  return {
    instance: text(data, Tag.SOPInstanceUID), columns, rows, tileColumns, tileRows,
    tiles: tiles.filter((tile) => tile.column >= 0 && tile.row >= 0 && tile.column < columns && tile.row < rows),
    flavour: String(data[Doc.ImageType]?.Value?.[2] ?? 'VOLUME'),
  };
}

/** What one plain picture may have: beyond, the tab of an old machine suffers. */
export const MOST_PIXELS = 16e6;
export const MOST_TILES = 600;

/**
 * The levels that may be put together whole: the slide from coarse to fine, then labels and overviews. A level that is too large
 * is left out; then what is shown is a reduced view.
 * @param {Level[]} levels
 * @returns {{level: Level, reduction: number}[]} reduction: how many pixels of the finest level make one of this, along a side
 */
export function showable(levels) {
  const isSpecimen = (/** @type {Level} */ { flavour }) => flavour !== 'LABEL' && flavour !== 'OVERVIEW';
  const finest = Math.max(1, ...levels.filter(isSpecimen).map(({ columns }) => columns));
  return [...levels]
    .filter(({ columns, rows, tiles }) => columns * rows <= MOST_PIXELS && tiles.length <= MOST_TILES)
    .sort((a, b) => Number(isSpecimen(b)) - Number(isSpecimen(a)) || a.columns * a.rows - b.columns * b.rows)
    .map((level) => ({ level, reduction: isSpecimen(level) ? Math.max(1, finest / level.columns) : 1 }));
}

/**
 * Lays a tile into the whole; what sticks out of it is cut.
 * @param {Uint32Array} whole @param {Level} level @param {Tile} tile @param {Uint32Array} pixels of the tile
 */
export function lay(whole, { columns, rows, tileColumns, tileRows }, tile, pixels) {
  const width = Math.min(tileColumns, columns - tile.column);
  const height = Math.min(tileRows, rows - tile.row);
  for (let row = 0; row < height; row += 1) {
    whole.set(pixels.subarray(row * tileColumns, row * tileColumns + width), (tile.row + row) * columns + tile.column);
  }
}
