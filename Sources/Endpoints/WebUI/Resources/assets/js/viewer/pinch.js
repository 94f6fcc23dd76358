// Two fingers: what lies under them stays under them.

/**
 * @typedef {import('./placement.js').Point} Point
 */

/**
 * @param {[Point, Point]} before
 * @param {[Point, Point]} after
 * @returns {{factor: number, dx: number, dy: number, centre: Point}} zoom about the centre as it was, then move
 */
export function pinch(before, after) {
  const length = ([a, b] = before) => Math.hypot(b.x - a.x, b.y - a.y);
  const middle = ([a, b] = before) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const from = middle(before);
  const to = middle(after);
  return { factor: length(after) / Math.max(1, length(before)), dx: to.x - from.x, dy: to.y - from.y, centre: from };
}
