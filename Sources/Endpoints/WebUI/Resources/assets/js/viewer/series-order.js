// Puts the frames of a series into the order a doctor scrolls through.

/** @typedef {import('../dicomweb/image.js').Frame} Frame */

/** Positions nearer than this are the same place (mm). */
const SAME_PLACE = 1e-3;

/**
 * The normal of an image plane: row direction × column direction (PS3.3 C.7.6.2.1.1).
 * @param {number[]} orientation
 * @returns {number[]}
 */
export function planeNormal(orientation) {
  const [a, b, c, d, e, f] = orientation;
  return [b * f - c * e, c * d - a * f, a * e - b * d];
}

/** @param {number[]} a @param {number[]} b @returns {number} */
function dot(a, b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/**
 * Every frame's distance along the common normal; null when the frames are not parallel slices with a place each.
 * @param {Frame[]} frames
 * @returns {number[] | null}
 */
function distances(frames) {
  const first = frames[0]?.orientation;
  if (!first) return null;
  const normal = planeNormal(first);
  /** @type {number[]} */
  const result = [];
  for (const { orientation, position } of frames) {
    if (!orientation || !position || dot(planeNormal(orientation), normal) < 0.99) return null;
    result.push(dot(position, normal));
  }
  return result;
}

/** @param {Frame} a @param {Frame} b @returns {number} */
function byNumber(a, b) {
  return a.instanceNumber - b.instanceNumber
    || (a.instance < b.instance ? -1 : a.instance > b.instance ? 1 : 0)
    || a.number - b.number;
}

/**
 * Several slices at one place: the numbers say how they are meant. Within one multi-frame object they say only how it was written;
 * there the nth of each place belongs to the nth volume (phases, echoes, b-values), which is scrolled through from end to end.
 * @param {Frame[]} numbered
 * @param {{frame: Frame, at: number}[]} placed by place
 * @returns {Frame[]}
 */
function volumeByVolume(numbered, placed) {
  if (numbered.some(({ instance }) => instance !== numbered[0].instance)) return numbered;
  /** @type {Frame[][]} */
  const volumes = [];
  let [turn, last] = [0, -Infinity];
  for (const { frame, at } of placed) {
    turn = at - last < SAME_PLACE ? turn + 1 : 0;
    last = at;
    if (volumes.length === turn) volumes.push([]);
    volumes[turn].push(frame);
  }
  return volumes.flat();
}

/**
 * Parallel slices with a place each are sorted by place, in the direction in which the instance numbers run. Anything else
 * (localizers, projections, films) keeps the order of its numbers.
 * @param {Frame[]} frames
 * @returns {Frame[]}
 */
export function sortFrames(frames) {
  const numbered = [...frames].sort(byNumber);
  const along = distances(numbered);
  if (!along || numbered.length < 2) return numbered;
  const placed = numbered.map((frame, index) => ({ frame, index, at: along[index] })).sort((a, b) => a.at - b.at);
  for (let index = 1; index < placed.length; index += 1) {
    if (placed[index].at - placed[index - 1].at < SAME_PLACE) return volumeByVolume(numbered, placed);
  }
  // The covariance of place and number says which way the numbers run.
  const mean = (placed.length - 1) / 2;
  let covariance = 0;
  placed.forEach(({ index }, rank) => { covariance += (index - mean) * (rank - mean); });
  const sorted = placed.map(({ frame }) => frame);
  return covariance < 0 ? sorted.reverse() : sorted;
}

/** Series of these modalities carry documents, not images. */
const DOCUMENTS = ['SR', 'DOC', 'KO', 'PR'];

/**
 * @typedef {{number: number | null, modality: string, uid: string}} SeriesKey
 */

/**
 * Series by number, documents last.
 * @param {SeriesKey} a
 * @param {SeriesKey} b
 * @returns {number}
 */
export function compareSeries(a, b) {
  const rank = (/** @type {SeriesKey} */ key) => (DOCUMENTS.includes(key.modality) ? 1 : 0);
  return rank(a) - rank(b)
    || (a.number ?? Infinity) - (b.number ?? Infinity) || 0
    || (a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : 0);
}
