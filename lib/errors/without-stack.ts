/**
 * Makes an error that has no stack. A refusal is an answer and no fault: the lines that it came by are always the same, and to find
 * them out costs more than to decide.
 *
 * @param make - makes the error
 */
export function withoutStack<T extends Error>(make: () => T): T {
  const { stackTraceLimit } = Error;
  // By Reflect, since some apps freeze what belongs to the language; then there is a stack.
  Reflect.set(Error, 'stackTraceLimit', 0);
  try {
    return make();
  } finally {
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
  }
}
