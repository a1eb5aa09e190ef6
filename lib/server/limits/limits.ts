import { LimitHits } from './limit-hits.js';
import { ToolConcurrency } from './tool-concurrency.js';
import { PrincipalLimit } from './principal-limit.js';

/** Limits for the work and state of this process, for one principal and for all; undefined for no limit. */
export interface PrincipalLimits {
  readonly callsPerPrincipal: number | undefined;
  readonly calls: number | undefined;
  readonly streamsPerPrincipal: number | undefined;
  readonly streams: number | undefined;
  readonly bytesPerPrincipal: number | undefined;
  readonly bytes: number | undefined;
}

/**
 * More calls and streams than one person's clients ever have at once. A service that uses one token for many people only gets there if
 * something hangs.
 */
export const defaultPrincipalLimits: PrincipalLimits = {
  callsPerPrincipal: 1000,
  calls: undefined,
  streamsPerPrincipal: 1000,
  streams: undefined,
  bytesPerPrincipal: undefined,
  bytes: undefined,
};

/** Sixteen times the size at which Node reports a full buffer, and small enough for a thousand streams. */
export const defaultBufferedBytes = 256 * 1024;

/** Maximum number of resources that one client listens to on one stream or in one session. More than any client watches. */
export const maxUris = 1000;

/** Maximum length of their URIs together, in UTF-16 units. Changes wait for a slow reader by URI, and must not exceed the buffer. */
export const maxUriCharacters = defaultBufferedBytes;

/** The limited work and state of this process. */
export class Limits {
  /** Requests in progress, except streams that only wait. */
  readonly calls: PrincipalLimit | undefined;
  /** Streams that wait for events. */
  readonly streams: PrincipalLimit | undefined;
  /** Bytes of large messages, of the arguments of running tasks, and of answers that wait for their readers. */
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
