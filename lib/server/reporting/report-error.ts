import { plainName } from '../../errors/display-name.js';
import { isPromise } from '../../promises/and-then.js';
import { isOfStorage } from '../../stores/storage-unavailable.js';

/** Where an error happened that a client is told nothing about. */
export interface ErrorReport {
  /** The id that the client was given instead of the error. */
  readonly reference: string;
  /** The JSON-RPC method. */
  readonly method: string;
  /** The tool, prompt or resource, when it was one. */
  readonly target?: string | undefined;
}

/** Receives what must not reach clients. What it throws or rejects with itself is ignored. */
export type ErrorReporter = (error: unknown, report: ErrorReport) => unknown;

/**
 * Hands an error to the app's own reporting.
 *
 * @param reporter - the app's hook
 * @param error - what was thrown
 * @param where - method and target
 * @returns a reference for the client, by which the operator finds the error again
 */
export function reportError(reporter: ErrorReporter, error: unknown, where: Omit<ErrorReport, 'reference'>): string {
  const reference = crypto.randomUUID();
  try {
    // Of a store that failed, why it did.
    const inside: unknown = isOfStorage(error) ? error.cause : error;
    const logged: unknown = reporter(inside, { reference, ...plain(where) });
    if (isPromise(logged)) Promise.resolve(logged).catch(ignore);
  } catch {
    ignore();
  }
  return reference;
}

// In UTF-16 units. A URI may be long and is still one that people use.
const maxTextLength = 2048;

/** What callers wrote, so that no name or URI can forge a line of a log, or fill it. */
function plain({ method, target, ...more }: Omit<ErrorReport, 'reference'>): Omit<ErrorReport, 'reference'> {
  return {
    ...more,
    method: plainName(method, maxTextLength),
    ...(target === undefined ? {} : { target: plainName(target, maxTextLength) }),
  };
}

/** A broken log must not turn an answer into none, and one that breaks later must not end the process. */
function ignore(): void {
  // There is nobody left to tell.
}
