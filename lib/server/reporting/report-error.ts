import { plainName } from '../../errors/display-name.js';
import { isPromise } from '../../promises/and-then.js';
import { isOfStorage } from '../../stores/storage-unavailable.js';

/** The place of an error that is hidden from the client. */
export interface ErrorReport {
  /** The id that the client was given instead of the error. */
  readonly reference: string;
  /** The JSON-RPC method. */
  readonly method: string;
  /** The tool, prompt or resource, if it was one. */
  readonly target?: string | undefined;
}

/** Receives errors that must not reach clients. Its own errors and rejections are ignored. */
export type ErrorReporter = (error: unknown, report: ErrorReport) => unknown;

/**
 * Passes an error to the app's own reporting.
 *
 * @param reporter - the app's hook
 * @param error - the error that was thrown
 * @param where - method and target
 * @returns a reference for the client, by which the operator finds the error
 */
export function reportError(reporter: ErrorReporter, error: unknown, where: Omit<ErrorReport, 'reference'>): string {
  const reference = crypto.randomUUID();
  try {
    // Report the cause of a store failure, not our wrapper.
    const inside: unknown = isOfStorage(error) ? error.cause : error;
    const logged: unknown = reporter(inside, { reference, ...plain(where) });
    if (isPromise(logged)) Promise.resolve(logged).catch(ignore);
  } catch {
    ignore();
  }
  return reference;
}

// In UTF-16 units. Some URIs in use are that long.
const maxTextLength = 2048;

/** Cleans texts that callers wrote, so that no name or URI can forge a log line or fill the log. */
function plain({ method, target, ...more }: Omit<ErrorReport, 'reference'>): Omit<ErrorReport, 'reference'> {
  return {
    ...more,
    method: plainName(method, maxTextLength),
    ...(target === undefined ? {} : { target: plainName(target, maxTextLength) }),
  };
}

/** A broken reporter must not prevent the answer, and one that rejects later must not end the process. */
function ignore(): void {
  // The reporter failed; there is no other place to report to.
}
