// While a mouse button or a finger is down on a part of the page, that part stays as it is: a button that is exchanged between
// press and release gets no click, and one that moves away leaves another under the pointer.

/** A release that nobody hears of must not keep a list old for ever, in milliseconds. */
const LONGEST = 3000;

/** @type {Node | null} */
let pressed = null;
/** @type {(() => void)[]} */
let waiting = [];

function release() {
  pressed = null;
  for (const go of waiting.splice(0)) go();
}

/** Listens for presses on the whole page. */
export function watchPresses() {
  /** A click comes after its release, in the same turn. */
  const later = () => { window.setTimeout(release, 0); };
  document.addEventListener('pointerdown', ({ target }) => { pressed = target instanceof Node ? target : null; }, true);
  document.addEventListener('pointerup', later, true);
  document.addEventListener('pointercancel', later, true);
}

/**
 * Until nothing within this part is pressed.
 * @param {Node} part
 * @returns {Promise<void>}
 */
export function released(part) {
  if (!pressed || !part.contains(pressed)) return Promise.resolve();
  return new Promise((resolve) => {
    waiting.push(resolve);
    window.setTimeout(() => {
      waiting = waiting.filter((each) => each !== resolve);
      resolve();
    }, LONGEST);
  });
}
