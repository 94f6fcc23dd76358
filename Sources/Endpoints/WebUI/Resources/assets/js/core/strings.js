// The string catalogue, the same one that the pages are rendered from.

/** @typedef {{[key: string]: {[language: string]: string}}} Catalogue */

/** @type {Catalogue} */
let catalogue = {};
let language = 'zh';

/**
 * @param {Catalogue} strings
 * @param {string} wanted
 */
export function useStrings(strings, wanted) {
  catalogue = strings;
  language = wanted;
}

/** @type {Promise<void> | null} */
let loading = null;

/** Loads the catalogue of this page's language, once. Versioned like every asset, so the browser keeps it. */
export function loadStrings() {
  if (loading === null) {
    loading = fetchStrings().catch((error) => {
      loading = null;
      throw error;
    });
  }
  return loading;
}

async function fetchStrings() {
  const { assets = '', language: wanted = 'zh' } = document.documentElement.dataset;
  const answer = await fetch(`${assets}/strings.json`);
  if (!answer.ok) throw new Error(`strings: ${answer.status}`);
  useStrings(await answer.json(), wanted);
}

/** @returns {string} `zh` or `en` */
export function currentLanguage() {
  return language;
}

/**
 * A sentence with its `{places}` filled. An unknown key shows itself, so that it is noticed.
 * @param {string} key
 * @param {{[place: string]: string | number}} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  const sentence = catalogue[key]?.[language] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (whole, place) => (place in values ? String(values[place]) : whole));
}
