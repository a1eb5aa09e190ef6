import type { TaskStore } from '../../lib/index.js';

/** A store as two processes see it that take turns: what the one does, the other must find. */
export function alternating(a: TaskStore, b: TaskStore): TaskStore {
  let turns = 0;
  const next = (): TaskStore => (turns++ % 2 === 0 ? a : b);
  return {
    create: (...args) => next().create(...args),
    read: (id) => next().read(id),
    change: (...args) => next().change(...args),
    renew: (...args) => next().renew(...args),
    takeAbandoned: (...args) => next().takeAbandoned(...args),
    close: async () => {
      await Promise.all([a.close(), b.close()]);
    },
  };
}
