import { LimitHits } from './limit-hits.js';
import { ToolConcurrency } from './tool-concurrency.js';
import { PrincipalLimit } from './principal-limit.js';

/** How much this process does and keeps at once, for one principal and for all; undefined for no limit. */
export interface PrincipalLimits {
  readonly callsPerPrincipal: number | undefined;
  readonly calls: number | undefined;
  readonly streamsPerPrincipal: number | undefined;
  readonly streams: number | undefined;
  readonly bytesPerPrincipal: number | undefined;
  readonly bytes: number | undefined;
}

/**
 * More calls and streams than one person's clients ever have at once. A service that speaks for many people with one token gets there
 * only when something hangs, and a process would have other troubles before.
 */
export const defaultPrincipalLimits: PrincipalLimits = {
  callsPerPrincipal: 1000,
  calls: undefined,
  streamsPerPrincipal: 1000,
  streams: undefined,
  bytesPerPrincipal: undefined,
  bytes: undefined,
};

/** Sixteen times what Node holds before it says that it is enough, and little enough for a thousand streams. */
export const defaultBufferedBytes = 256 * 1024;

/** URIs of resources that one client listens to on one stream or in one session. More than anybody watches. */
export const mostUris = 1000;

/** How long they are together, in UTF-16 units: what changes waits for a slow reader by its URI, and is not to take more than the rest. */
export const mostUriCharacters = defaultBufferedBytes;

/** What runs, is open and is kept in this process, as far as it has a limit. */
export class Limits {
  /** Requests that are worked on, but for streams that only wait. */
  readonly calls: PrincipalLimit | undefined;
  /** Streams that wait for something to tell. */
  readonly streams: PrincipalLimit | undefined;
  /** Bytes of large messages on their way and in work, of the arguments of tasks that run, and of answers that wait for their readers. */
  readonly bytes: PrincipalLimit | undefined;
  readonly hits = new LimitHits();
  readonly tools = new ToolConcurrency(this.hits);

  constructor(limits: PrincipalLimits) {
    const codes = { together: 'server_busy' } as const;
    const { callsPerPrincipal, calls, streamsPerPrincipal, streams, bytesPerPrincipal, bytes } = limits;
    this.calls = limitOf(callsPerPrincipal, calls, { ...codes, perPrincipal: 'too_many_calls' }, this.hits);
    this.streams = limitOf(streamsPerPrincipal, streams, { ...codes, perPrincipal: 'too_many_streams' }, this.hits);
    this.bytes = limitOf(bytesPerPrincipal, bytes, { ...codes, perPrincipal: 'too_many_bytes' }, this.hits);
  }
}

function limitOf(
  perPrincipal: number | undefined,
  together: number | undefined,
  codes: ConstructorParameters<typeof PrincipalLimit>[1],
  hits: LimitHits,
): PrincipalLimit | undefined {
  if (perPrincipal === undefined && together === undefined) return undefined;
  return new PrincipalLimit({ perPrincipal: perPrincipal ?? Infinity, together: together ?? Infinity }, codes, hits);
}
