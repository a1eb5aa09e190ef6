import type { Method } from '../call/method.js';

/** Tells that the server is alive (2025-11-25 `basic/utilities/ping`); removed by 2026-07-28. */
export const ping: Method = {
  name: 'ping',
  eras: ['legacy'],
  locate: () => ({ items: [], invoke: () => ({}) }),
};
