// Pages without anything of their own: account, messages.

import { startPage } from '../core/page.js';

startPage(() => {});
