// How many CSS pixels a millimetre has on this screen. A browser cannot know; a person with a ruler can, once.

const KEY = 'jieli.screen.pixelsPerMillimetre';
/** What CSS supposes: 96 pixels an inch. */
export const SUPPOSED = 96 / 25.4;
/** Outside of these no screen is, and a slip of the hand is. */
const [LEAST, MOST] = [1.2, 16];

/**
 * The CSS pixels are scaled with the page's zoom: what is kept are device pixels.
 * @param {{getItem(key: string): string | null}} storage @param {number} ratio devicePixelRatio
 * @returns {{pixels: number, isMeasured: boolean}} pixels: CSS pixels a millimetre
 */
export function screenScale(storage, ratio) {
  const kept = Number(storage.getItem(KEY));
  const pixels = kept / ratio;
  return kept > 0 && pixels >= LEAST / 2 && pixels <= MOST * 2 ? { pixels, isMeasured: true } : { pixels: SUPPOSED, isMeasured: false };
}

/**
 * Keeps what was measured; false when it cannot be.
 * @param {{setItem(key: string, value: string): void}} storage
 * @param {number} length CSS pixels of the line @param {number} millimetres as the ruler says @param {number} ratio
 */
export function keepScreenScale(storage, length, millimetres, ratio) {
  const pixels = length / millimetres;
  if (!(pixels >= LEAST && pixels <= MOST)) return false;
  storage.setItem(KEY, String(pixels * ratio));
  return true;
}
