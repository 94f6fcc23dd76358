// What was on the screen, and how well: a signature must not stand on a preview.

/**
 * @typedef {import('./frame-loader.js').Stack} Stack
 * @typedef {{previews: {stack: Stack, index: number}[], failed: {stack: Stack, index: number}[]}} Lacking
 */

export class ShownQuality {
  constructor() {
    /** @type {Map<string, {stack: Stack, index: number, isDiagnostic: boolean}>} */
    this.frames = new Map();
  }

  /**
   * A frame was drawn, or stands there without a picture.
   * @param {Stack} stack @param {number} index @param {'preview' | 'diagnostic' | 'failed'} quality
   */
  saw(stack, index, quality) {
    const frame = stack.frames[index];
    if (!frame) return;
    const key = `${stack.uid}/${frame.instance}/${frame.number}`;
    const known = this.frames.get(key);
    const isDiagnostic = quality === 'diagnostic' || known?.isDiagnostic === true;
    if (!known || known.isDiagnostic !== isDiagnostic || known.stack !== stack) this.frames.set(key, { stack, index, isDiagnostic });
  }

  /**
   * Frames that were looked at and never in diagnostic quality: those that still may come, and those that can't be had.
   * @param {(stack: Stack, index: number) => string | null} failure
   * @returns {Lacking}
   */
  lacking(failure) {
    /** @type {Lacking} */
    const lacking = { previews: [], failed: [] };
    for (const { stack, index, isDiagnostic } of this.frames.values()) {
      if (isDiagnostic) continue;
      (failure(stack, index) === null ? lacking.previews : lacking.failed).push({ stack, index });
    }
    return lacking;
  }
}

/**
 * Watches all panes of a viewer.
 * @param {import('./viewer.js').Viewer} viewer
 * @returns {{previews: () => number, failed: () => number, show: () => void}} `show`: goes to the first that still may come
 */
export function setUpShownQuality(viewer) {
  const shown = new ShownQuality();
  /** @param {import('./stack-pane.js').StackPane} pane */
  const look = (pane) => {
    const { stack, index, loaded, source } = pane;
    if (!stack) return;
    if (loaded) shown.saw(stack, index, loaded.quality);
    else if (source.failure(stack, index) !== null) shown.saw(stack, index, 'failed');
  };
  // A layer is painted whenever an image was; a failure is seen when somebody asks.
  viewer.everyPane((pane) => { pane.addLayer({ paint: (_, view) => look(view.pane) }); });
  viewer.events.addEventListener('frame', () => viewer.panes.forEach(look));
  const lacking = () => {
    viewer.panes.forEach(look);
    return shown.lacking((stack, index) => (stack.source ?? viewer.loader).failure(stack, index));
  };
  return {
    previews: () => lacking().previews.length,
    failed: () => lacking().failed.length,
    show: () => {
      const [first] = lacking().previews;
      if (!first) return;
      const pane = viewer.panes.find(({ stack }) => stack === first.stack) ?? viewer.active;
      viewer.activate(pane);
      if (pane.stack !== first.stack) viewer.show(first.stack, pane, first.index);
      else pane.goTo(first.index);
    },
  };
}
