import type { DecisionCode } from '../authorization/decision-counts.js';
import type { LimitCode } from '../limits/limit-hits.js';

/** Numbers of an endpoint: its state in this process at this moment, and counts since the process began. */
export interface EndpointStats {
  /** Requests in progress, open streams included. */
  readonly requests: number;
  /** Open streams. */
  readonly streams: number;
  /** Sessions of legacy clients; undefined if the store cannot count them, like one in Redis. */
  readonly sessions: number | undefined;
  /** Runs of tasks. */
  readonly tasks: number;
  /** Tokens whose verdict is cached. */
  readonly tokens: number;
  /** Seconds since the keys of each issuer were fetched, by its identifier. Keys that were given have no age. */
  readonly keyAgeSeconds: Readonly<Record<string, number>>;
  /** Decisions about requests, by outcome: `accepted`, `concealed`, or the code of the refusal. */
  readonly decisions: Readonly<Partial<Record<DecisionCode, number>>>;
  /** How often each limit was reached. */
  readonly limits: Readonly<Record<LimitCode, number>>;
}

/** An endpoint whose numbers can be read. */
export interface ObservableEndpoint {
  /** Name of the server, as clients see it. */
  readonly name: string;
  /** The path that the app gave it; undefined for the default. */
  readonly path: string | undefined;
  stats(): EndpointStats;
}

// Weak references, so that a router that is dropped without `close` can be collected.
const endpoints = new Set<WeakRef<ObservableEndpoint>>();

/** Registers an endpoint for observers of the whole process. */
export function announceEndpoint(endpoint: ObservableEndpoint): void {
  endpoints.add(new WeakRef(endpoint));
}

/** Removes a closed endpoint. */
export function withdrawEndpoint(endpoint: ObservableEndpoint): void {
  for (const each of endpoints) if (each.deref() === endpoint) endpoints.delete(each);
}

/** All endpoints of this process that are not closed. */
export function observableEndpoints(): readonly ObservableEndpoint[] {
  return [...endpoints].flatMap((each) => {
    const endpoint = each.deref();
    if (endpoint === undefined) endpoints.delete(each);
    return endpoint ?? [];
  });
}
