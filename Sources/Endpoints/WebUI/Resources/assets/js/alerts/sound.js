// The sound of an alert. Browsers keep a page silent until somebody has clicked or typed in it once.

/** @type {AudioContext | null} */
let context = null;
let timer = 0;
/** @type {string} */
let wanted = 'none';

/** Two tones that differ in pitch and number: one hears which it is without looking. */
const PATTERNS = {
  critical: { pitch: 880, beeps: 3, rest: 20000, restLouder: 8000 },
  retake: { pitch: 523, beeps: 2, rest: 60000, restLouder: 60000 },
};

/** @param {number} pitch @param {number} beeps */
function beep(pitch, beeps) {
  if (!context || context.state !== 'running') return;
  for (let number = 0; number < beeps; number += 1) {
    const start = context.currentTime + number * 0.32;
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.4, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.24);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.26);
  }
  document.documentElement.dataset.sounded = String(Number(document.documentElement.dataset.sounded ?? 0) + 1);
}

/** Lets the page sound from the first gesture on. */
export function unlockSound() {
  const unlock = () => {
    if (!context) context = new AudioContext();
    context.resume().then(() => { if (wanted !== 'none') sound(wanted, 0, true); }, () => {});
    document.removeEventListener('pointerdown', unlock);
    document.removeEventListener('keydown', unlock);
  };
  document.addEventListener('pointerdown', unlock);
  document.addEventListener('keydown', unlock);
}

/**
 * Sounds now and again until told otherwise.
 * @param {string} kind `none`, `critical` or `retake`
 * @param {number} level of the escalation
 * @param {boolean} [isNew] sounds at once
 */
export function sound(kind, level, isNew = false) {
  const changed = kind !== wanted || isNew;
  wanted = kind;
  if (kind !== 'critical' && kind !== 'retake') {
    window.clearInterval(timer);
    timer = 0;
    return;
  }
  const pattern = PATTERNS[kind];
  if (changed) beep(pattern.pitch, pattern.beeps);
  window.clearInterval(timer);
  timer = window.setInterval(
    () => beep(pattern.pitch, pattern.beeps + (level > 0 ? 1 : 0)), level > 0 ? pattern.restLouder : pattern.rest);
}
