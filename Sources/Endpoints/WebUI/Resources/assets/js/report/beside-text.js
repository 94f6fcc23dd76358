// What belongs to a report beside its text and is saved by others: a signature waits for it.

/** @type {(() => Promise<boolean>)[]} */
const savers = [];

/** @param {() => Promise<boolean>} save whether all is on the server */
export function saveBesideText(save) {
  savers.push(save);
}

/** @returns {Promise<boolean>} whether all of it is on the server */
export async function savedBesideText() {
  const answers = await Promise.all(savers.map((save) => save()));
  return answers.every(Boolean);
}
