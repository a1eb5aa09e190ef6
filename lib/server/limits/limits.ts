import { ToolConcurrency } from './tool-concurrency.js';
import { PrincipalLimit } from './principal-limit.js';

/** How much one principal may have in this process at once; undefined for no limit. */
export interface PrincipalLimits {
  readonly callsPerPrincipal: number | undefined;
  readonly streamsPerPrincipal: number | undefined;
}

/**
 * More calls and streams than one person's clients ever have at once. A service that speaks for many people with one token gets there
 * only when something hangs, and a process would have other troubles before.
 */
export const defaultPrincipalLimits: PrincipalLimits = { callsPerPrincipal: 1000, streamsPerPrincipal: 1000 };

/** Sixteen times what Node holds before it says that it is enough, and little enough for a thousand streams. */
export const defaultBufferedBytes = 256 * 1024;

/** URIs of resources that one client listens to on one stream or in one session. More than anybody watches. */
export const mostUris = 1000;

/** How long they are together, in UTF-16 units: what changes waits for a slow reader by its URI, and is not to take more than the rest. */
export const mostUriCharacters = defaultBufferedBytes;

/** What runs and is open in this process, as far as it has a limit. */
export class Limits {
  /** Requests that are worked on, but for streams that only wait. */
  readonly calls: PrincipalLimit | undefined;
  /** Streams that wait for something to tell. */
  readonly streams: PrincipalLimit | undefined;
  readonly tools = new ToolConcurrency();

  constructor({ callsPerPrincipal, streamsPerPrincipal }: PrincipalLimits) {
    this.calls = callsPerPrincipal === undefined ? undefined : new PrincipalLimit(callsPerPrincipal, 'too_many_calls');
    this.streams =
      streamsPerPrincipal === undefined ? undefined : new PrincipalLimit(streamsPerPrincipal, 'too_many_streams');
  }
}
