import type { Method } from '../call/method.js';

/** Whether anybody is there (2025-11-25 `basic/utilities/ping`); gone with 2026-07-28. */
export const ping: Method = {
  name: 'ping',
  eras: ['legacy'],
  locate: () => ({ items: [], invoke: () => ({}) }),
};
