import type { ErrorReporter } from 'express-mcp';

/** What trackers such as Sentry have. */
export interface ErrorTracker {
  captureException(error: unknown, hint: { readonly tags: Readonly<Record<string, string | undefined>> }): unknown;
}

/** Hands errors to a tracker, under the reference that the client was told. */
export function trackErrors(tracker: ErrorTracker): ErrorReporter {
  return (error, { reference, method, target }) =>
    tracker.captureException(error, { tags: { reference, method, target } });
}
