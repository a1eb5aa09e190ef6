/**
 * Limits how many pieces of work run at once.
 *
 * @param size - the limit
 * @returns a function that runs a piece of work and returns its result
 */
export function createPool(size) {
  let running = 0;
  const waiting = [];
  return async (work) => {
    if (running >= size) await new Promise((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // The slot is handed on directly, so that no newcomer can take it.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
