// Dates and times of DICOM as people write them. What is malformed stays as it came.

/** @param {string} date YYYYMMDD @returns {string} */
export function writtenDate(date) {
  const found = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(date.trim());
  return found ? `${found[1]}-${found[2]}-${found[3]}` : date;
}

/** @param {string} time HHMMSS.FFFFFF, shorter where less is known @returns {string} */
export function writtenTime(time) {
  const found = /^(\d{2}):?(\d{2})?:?(\d{2})?(?:\.\d+)?$/.exec(time.trim());
  return found ? [found[1], found[2] ?? '00', found[3]].filter(Boolean).join(':') : time;
}

/** @param {string} stamp YYYYMMDDHHMMSS.FFFFFF&ZZXX @returns {string} */
export function writtenDateTime(stamp) {
  const found = /^(\d{8})(\d{2}\d{0,4})?(?:\.\d+)?([+-]\d{4})?$/.exec(stamp.trim());
  if (!found) return stamp.trim();
  return [writtenDate(found[1]), found[2] ? writtenTime(found[2]) : '', found[3] ?? ''].filter(Boolean).join(' ');
}
