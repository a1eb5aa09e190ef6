import type { ErrorReporter } from 'express-mcp';

/** The interface of trackers such as Sentry. */
export interface ErrorTracker {
  captureException(error: unknown, hint: { readonly tags: Readonly<Record<string, string | undefined>> }): unknown;
}

/** Sends errors to a tracker, with the reference that the client got. */
export function trackErrors(tracker: ErrorTracker): ErrorReporter {
  return (error, { reference, method, target }) =>
    tracker.captureException(error, { tags: { reference, method, target } });
}
