// Keeps a claim alive while its page is open.

/** A lease is renewed after a third of what is left of it, at most every minute, at least every five seconds. */
export const LONGEST_PAUSE = 60000;
export const SHORTEST_PAUSE = 5000;

/**
 * How long to wait before the next renewal.
 * @param {number} leaseUntil milliseconds since 1970
 * @param {number} now
 * @returns {number}
 */
export function renewalPause(leaseUntil, now) {
  return Math.min(LONGEST_PAUSE, Math.max(SHORTEST_PAUSE, (leaseUntil - now) / 3));
}

/**
 * Renews until stopped or refused. A failing network is tried again: the draft's own saving says so to the doctor.
 * @param {{renew: () => Promise<{leaseUntil: string}>, isRefusal: (error: unknown) => boolean, onLost: () => void}} surroundings
 * @param {string | null} leaseUntil
 * @returns {() => void} stops it
 */
export function keepLease({ renew, isRefusal, onLost }, leaseUntil) {
  let timer = 0;
  let isStopped = false;
  /** @param {number} until */
  const plan = (until) => { timer = window.setTimeout(beat, renewalPause(until, Date.now())); };
  const beat = async () => {
    try {
      const { leaseUntil: until } = await renew();
      if (!isStopped) plan(Date.parse(until));
    } catch (error) {
      if (isStopped) return;
      if (isRefusal(error)) onLost();
      else plan(Date.now());
    }
  };
  // A machine that slept renews as soon as it is looked at again.
  const onVisible = () => {
    if (document.hidden) return;
    window.clearTimeout(timer);
    beat();
  };
  document.addEventListener('visibilitychange', onVisible);
  plan(leaseUntil ? Date.parse(leaseUntil) : Date.now());
  return () => {
    isStopped = true;
    window.clearTimeout(timer);
    document.removeEventListener('visibilitychange', onVisible);
  };
}
