// Lengths, angles, areas and outlines, in physical units: pixels need not be square.

/**
 * @typedef {import('./physical.js').Point} Point
 * @typedef {{column: number, row: number}} Factors physical units per column and per row
 */

/** @param {Point} from @param {Point} to @param {Factors} scale @returns {number} */
export function distance(from, to, scale) {
  return Math.hypot((to.column - from.column) * scale.column, (to.row - from.row) * scale.row);
}

/** @param {Point} from @param {Point} to @param {Factors} scale @returns {[number, number]} */
function vector(from, to, scale) {
  return [(to.column - from.column) * scale.column, (to.row - from.row) * scale.row];
}

/** @param {[number, number]} a @param {[number, number]} b @returns {number} degrees, 0 to 180 */
function between(a, b) {
  return (Math.atan2(Math.abs(a[0] * b[1] - a[1] * b[0]), a[0] * b[0] + a[1] * b[1]) * 180) / Math.PI;
}

/**
 * The angle at the middle point.
 * @param {Point[]} points
 * @param {Factors} scale
 * @returns {number} degrees
 */
export function angle([from, vertex, to], scale) {
  return between(vector(vertex, from, scale), vector(vertex, to, scale));
}

/**
 * The angle between two end plates, whichever way each was drawn: both are read from left to right, so that a curve beyond
 * 90° stays beyond it.
 * @param {Point[]} points two lines
 * @param {Factors} scale
 * @returns {number} degrees
 */
export function cobbAngle([a, b, c, d], scale) {
  const rightwards = (/** @type {[number, number]} */ line) => /** @type {[number, number]} */ (
    line[0] < 0 || (line[0] === 0 && line[1] < 0) ? [-line[0], -line[1]] : line);
  return between(rightwards(vector(a, b, scale)), rightwards(vector(c, d, scale)));
}

/** @param {Point[]} corners @param {Factors} scale @returns {number} */
export function polygonArea(corners, scale) {
  let sum = 0;
  for (let index = 0; index < corners.length; index += 1) {
    const a = corners[index];
    const b = corners[(index + 1) % corners.length];
    sum += a.column * b.row - b.column * a.row;
  }
  return (Math.abs(sum) / 2) * scale.column * scale.row;
}

/**
 * @param {Point[]} points ends of one axis, ends of the other
 * @param {Factors} scale
 * @returns {number}
 */
export function ellipseArea([a, b, c, d], scale) {
  return (Math.PI / 4) * distance(a, b, scale) * distance(c, d, scale);
}

/** @param {Point} a @param {Point} b @returns {Point} */
export function middle(a, b) {
  return { column: (a.column + b.column) / 2, row: (a.row + b.row) / 2 };
}

/**
 * Corners, clockwise from the top left.
 * @param {Point} a
 * @param {Point} b
 * @returns {Point[]}
 */
export function rectangleOf(a, b) {
  const [left, right] = a.column < b.column ? [a.column, b.column] : [b.column, a.column];
  const [top, bottom] = a.row < b.row ? [a.row, b.row] : [b.row, a.row];
  return [{ column: left, row: top }, { column: right, row: top }, { column: right, row: bottom }, { column: left, row: bottom }];
}

/**
 * The ellipse within two corners: ends of the longer axis, then of the shorter (as SCOORD wants, PS3.3 C.18.6.1.2).
 * @param {Point} a
 * @param {Point} b
 * @returns {Point[]}
 */
export function ellipseOf(a, b) {
  const [topLeft, , bottomRight] = rectangleOf(a, b);
  const centre = middle(topLeft, bottomRight);
  const across = [{ column: topLeft.column, row: centre.row }, { column: bottomRight.column, row: centre.row }];
  const down = [{ column: centre.column, row: topLeft.row }, { column: centre.column, row: bottomRight.row }];
  const isWide = bottomRight.column - topLeft.column >= bottomRight.row - topLeft.row;
  return isWide ? [...across, ...down] : [...down, ...across];
}

/** @param {Point[]} points @returns {[Point, Point]} the corners around them */
export function bounds(points) {
  const columns = points.map(({ column }) => column);
  const rows = points.map(({ row }) => row);
  return [{ column: Math.min(...columns), row: Math.min(...rows) }, { column: Math.max(...columns), row: Math.max(...rows) }];
}

/**
 * Points along an ellipse, closed by its first.
 * @param {Point[]} axes
 * @param {number} [count]
 * @returns {Point[]}
 */
export function ellipseOutline([a, b, c, d], count = 72) {
  const centre = middle(a, b);
  const outline = [];
  for (let step = 0; step <= count; step += 1) {
    const turn = (step / count) * 2 * Math.PI;
    outline.push({
      column: centre.column + ((b.column - a.column) / 2) * Math.cos(turn) + ((d.column - c.column) / 2) * Math.sin(turn),
      row: centre.row + ((b.row - a.row) / 2) * Math.cos(turn) + ((d.row - c.row) / 2) * Math.sin(turn),
    });
  }
  return outline;
}

/**
 * The short axis of a bidirectional measurement as where it crosses the long one (0 to 1) and how far it reaches to either side;
 * so it stays at right angles in the patient however the long axis is moved.
 * @param {Point[]} points long axis, short axis
 * @param {Factors} scale
 * @returns {{at: number, before: number, after: number}} before and after in physical units along the normal, either sign
 */
export function crossing([a, b, c, d], scale) {
  const [ux, uy] = vector(a, b, scale);
  const length = Math.hypot(ux, uy) || 1;
  const along = (/** @type {Point} */ point) => {
    const [x, y] = vector(a, point, scale);
    return { at: (x * ux + y * uy) / (length * length), off: (-x * uy + y * ux) / length };
  };
  const first = along(c);
  const second = along(d);
  return { at: (first.at + second.at) / 2, before: first.off, after: second.off };
}

/**
 * @param {Point} a
 * @param {Point} b the long axis
 * @param {{at: number, before: number, after: number}} cross
 * @param {Factors} scale
 * @returns {Point[]} all four points
 */
export function withCrossing(a, b, cross, scale) {
  const [ux, uy] = vector(a, b, scale);
  const length = Math.hypot(ux, uy) || 1;
  const at = Math.min(1, Math.max(0, cross.at));
  const reach = (/** @type {number} */ off) => ({
    column: a.column + (ux * at - (uy / length) * off) / scale.column,
    row: a.row + (uy * at + (ux / length) * off) / scale.row,
  });
  return [a, b, reach(cross.before), reach(cross.after)];
}

/**
 * Distance from a point to a segment, all in one plane's units.
 * @param {{x: number, y: number}} point
 * @param {{x: number, y: number}} a
 * @param {{x: number, y: number}} b
 */
export function toSegment(point, a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const square = dx * dx + dy * dy;
  const t = square === 0 ? 0 : Math.min(1, Math.max(0, ((point.x - a.x) * dx + (point.y - a.y) * dy) / square));
  return Math.hypot(point.x - a.x - t * dx, point.y - a.y - t * dy);
}

/**
 * Fewer points for the same outline: what lies within a tolerance of the rest goes (Douglas and Peucker).
 * @param {Point[]} points
 * @param {number} tolerance pixels
 * @returns {Point[]}
 */
export function simplified(points, tolerance) {
  if (points.length < 3) return points;
  const keep = new Uint8Array(points.length);
  keep[0] = 1;
  keep[points.length - 1] = 1;
  /** @type {[number, number][]} */
  const parts = [[0, points.length - 1]];
  const flat = points.map(({ column, row }) => ({ x: column, y: row }));
  for (let part = parts.pop(); part; part = parts.pop()) {
    const [from, to] = part;
    let farthest = -1;
    let most = tolerance;
    for (let index = from + 1; index < to; index += 1) {
      const off = toSegment(flat[index], flat[from], flat[to]);
      if (off > most) [farthest, most] = [index, off];
    }
    if (farthest < 0) continue;
    keep[farthest] = 1;
    parts.push([from, farthest], [farthest, to]);
  }
  return points.filter((_, index) => keep[index] === 1);
}
