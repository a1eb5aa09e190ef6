/**
 * Finds the part of a value at which a validator throws. It runs the validator again on a value that records every read.
 *
 * @param value - JSON
 * @param validate - a validator that threw at the value
 * @returns names and indexes from the root on; empty if it does not throw again
 */
export async function lastPathRead(value: unknown, validate: (value: unknown) => unknown): Promise<readonly string[]> {
  let last: readonly string[] = [];
  const watched = watch(value, [], (path) => {
    last = path;
  });
  try {
    await validate(watched);
    return [];
  } catch {
    return last;
  }
}

function watch(value: unknown, path: readonly string[], note: (path: readonly string[]) => void): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get: (target, key, receiver) => {
      const member: unknown = Reflect.get(target, key, receiver);
      if (typeof key === 'symbol' || !Object.hasOwn(target, key) || key === 'length') return member;
      note([...path, key]);
      return watch(member, [...path, key], note);
    },
  });
}
