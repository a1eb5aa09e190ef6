/** Beyond this depth a value leads back to itself, or is nothing that anybody reads. */
const maxDepth = 500;

/**
 * The value as its JSON would have it: without members whose value is undefined. ajv counts those of a handler's result as
 * members.
 *
 * @param value - what a handler returned
 * @returns the same value if it has no such members
 */
export function withoutUndefined(value: unknown): unknown {
  return copyAt(value, 0);
}

function copyAt(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > maxDepth) return value;
  if (Array.isArray(value)) {
    const copy = value.map((item) => copyAt(item, depth + 1));
    return copy.every((item, index) => item === value[index]) ? value : copy;
  }
  // Objects of classes, such as dates, say by themselves what their JSON is.
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  const entries = Object.entries(value) as [string, unknown][];
  const kept = entries.flatMap(([name, member]) =>
    member === undefined ? [] : [[name, copyAt(member, depth + 1)] as const],
  );
  const isSame = kept.length === entries.length && kept.every(([, member], index) => member === entries[index]?.[1]);
  return isSame ? value : Object.fromEntries(kept);
}
