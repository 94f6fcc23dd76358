// The operator's page: everything on it comes from the server; buttons make one call each.

import { listenForCalls } from '../core/actions.js';
import { refreshAll } from '../core/live.js';
import { startPage } from '../core/page.js';

/** Queues move without an event of their own. */
const REFRESH = 10000;

startPage(() => {
  listenForCalls();
  window.setInterval(() => { if (!document.hidden) refreshAll(); }, REFRESH);
});
