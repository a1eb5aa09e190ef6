/**
 * Runs work as it comes, a limited number at a time.
 *
 * @param size - how many at once
 * @returns a function that takes a piece of work and gives its result
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
      // The place is handed on rather than given up, so that nobody takes it in between.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
