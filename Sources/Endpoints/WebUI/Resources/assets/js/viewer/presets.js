// Windows on the number keys, by modality.

/** @typedef {import('../dicomweb/image.js').Window} Window */

/**
 * @typedef {{key: string, label: string, window: Window}} Preset `label` is a key of the string catalogue.
 */

/** @type {{[modality: string]: [string, number, number][]}} centre and width */
const WINDOWS = {
  CT: [
    ['preset.lung', -600, 1500], ['preset.mediastinum', 40, 400], ['preset.bone', 400, 2000],
    ['preset.brain', 40, 80], ['preset.abdomen', 50, 350], ['preset.liver', 80, 150], ['preset.spine', 50, 300],
  ],
  PT: [['preset.suv', 5, 10]],
};

/**
 * Presets for a modality. Keys 1 and 2 are always "from the image" and "automatic", which the viewer adds itself.
 * @param {string} modality
 * @returns {Preset[]}
 */
export function presetsFor(modality) {
  return (WINDOWS[modality] ?? []).slice(0, 7).map(([label, center, width], index) => ({
    key: String(index + 3), label, window: { center, width },
  }));
}
