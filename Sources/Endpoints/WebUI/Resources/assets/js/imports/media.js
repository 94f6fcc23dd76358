// What lies on a disc: the files that a DICOMDIR names, and names as people read them.

/** @typedef {import('./upload.js').Item} Item */

/** @param {string} name @returns {string} DICOMDIR writes upper case; discs are written in any, some with a version */
function plain(name) {
  return name.toUpperCase().replace(/;\d+$/, '').replace(/\.$/, '');
}

/** @param {string} name @returns {string} the last part of a path */
export function lastPart(name) {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** @param {Item[]} items @returns {Item | undefined} */
export function directoryAmong(items) {
  return items.find((item) => plain(lastPart(item.name)) === 'DICOMDIR');
}

/**
 * The chosen studies' files.
 * @param {Item[]} items
 * @param {Item} directory
 * @param {Array<{files?: string[]}>} studies
 * @returns {{found: Item[], missing: number}}
 */
export function filesOf(items, directory, studies) {
  const folder = directory.name.slice(0, directory.name.length - lastPart(directory.name).length);
  const byName = new Map(items.map((item) => [plain(item.name), item]));
  /** @type {Set<Item>} */
  const found = new Set();
  let missing = 0;
  for (const study of studies) {
    for (const file of study.files ?? []) {
      const item = byName.get(plain(folder + file));
      if (item) found.add(item);
      else missing += 1;
    }
  }
  return { found: [...found], missing };
}

/**
 * A person name (PS3.5 6.2): the ideographic group where there is one.
 * @param {string | undefined} name
 * @returns {string}
 */
export function personName(name) {
  const groups = (name ?? '').split('=').map((group) => group.split('^').filter(Boolean));
  const [alphabetic = [], ideographic = []] = groups;
  if (ideographic.length > 0) return ideographic.join('');
  const isChinese = alphabetic.some((part) => /[\u3400-\u9fff]/.test(part));
  return alphabetic.join(isChinese ? '' : ' ');
}

/** @param {string | undefined} date @returns {string} 2026-11-21 */
export function shownDate(date) {
  return /^\d{8}$/.test(date ?? '') ? `${date?.slice(0, 4)}-${date?.slice(4, 6)}-${date?.slice(6)}` : date ?? '';
}

/** @param {number} count @returns {string} */
export function bytes(count) {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
