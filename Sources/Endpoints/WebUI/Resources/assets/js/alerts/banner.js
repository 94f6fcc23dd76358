// What stands above every page: critical results that nobody has answered for, and images to be taken again.

import { call } from '../core/api.js';
import { refresh, refreshAll } from '../core/live.js';
import { ask, notify, notifyError } from '../core/notice.js';
import { t } from '../core/strings.js';
import { acknowledgement } from './acknowledgement.js';
import { sound, unlockSound } from './sound.js';

/** Steps of the escalation come by time alone, and a cut line brings no event. */
const REFRESH = 15000;

/** Alerts that this page has shown. @type {Set<string>} */
let shown = new Set();

/** @param {HTMLElement} banner */
function soundFor(banner) {
  const state = banner.querySelector('[data-role=alert-state]');
  if (!(state instanceof HTMLElement)) return;
  const now = new Set([...banner.querySelectorAll('[data-critical], [data-retake]')].map((alert) => {
    const { critical, retake } = /** @type {HTMLElement} */ (alert).dataset;
    return critical ?? retake ?? '';
  }));
  const isNew = [...now].some((id) => !shown.has(id));
  shown = now;
  sound(state.dataset.sound ?? 'none', Number(state.dataset.level ?? 0), isNew);
}

/** @param {HTMLElement} button */
async function act(button) {
  const { action = '', id = '', told, name = '' } = button.dataset;
  switch (action) {
    case 'acknowledge-critical': {
      const said = await acknowledgement(name, told === 'required');
      if (!said) return;
      await call('POST', `/critical-results/${id}/acknowledge`, said);
      notify(t('critical.acknowledged'));
      break;
    }
    case 'withdraw-critical': {
      const reason = await ask(t('critical.withdrawQuestion'), {
        confirm: t('critical.withdraw'), label: t('critical.withdrawReason'),
      });
      if (!reason) return;
      await call('POST', `/critical-results/${id}/withdraw`, { reason });
      break;
    }
    default: return;
  }
  refreshAll();
}

/** Where the page has a place for alerts. */
export function setUpAlerts() {
  document.addEventListener('click', (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest('button[data-action$=-critical]');
    if (button instanceof HTMLElement) act(button).catch(notifyError);
  });
  const banner = document.getElementById('alerts');
  if (!banner) return;
  unlockSound();
  banner.addEventListener('refreshed', () => soundFor(banner));
  const look = () => { refresh(banner).catch(() => {}); };
  look();
  window.setInterval(look, REFRESH);
}
