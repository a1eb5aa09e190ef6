/**
 * Makes an error that has no stack. A refusal is an answer and not a fault. Its stack is always the same, and recording it costs more
 * than the decision.
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
