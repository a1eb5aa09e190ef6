import type { DecisionCode } from '../authorization/decision-counts.js';
import type { LimitCode } from '../limits/limit-hits.js';

/** An endpoint in numbers: what it holds in this process at this moment, and what it counted since the process began. */
export interface EndpointStats {
  /** Requests that are worked on, open streams included. */
  readonly requests: number;
  /** Open streams. */
  readonly streams: number;
  /** Sessions of legacy clients; undefined when the store does not tell, as one in Redis does not. */
  readonly sessions: number | undefined;
  /** Runs of tasks. */
  readonly tasks: number;
  /** Tokens whose verdict is remembered. */
  readonly tokens: number;
  /** Seconds since the keys of each issuer were fetched, by its identifier. Keys that were given have no age. */
  readonly keyAgeSeconds: Readonly<Record<string, number>>;
  /** Decisions about requests, by what they came to: `accepted`, `concealed`, or the code of the refusal. */
  readonly decisions: Readonly<Partial<Record<DecisionCode, number>>>;
  /** How often each limit was reached. */
  readonly limits: Readonly<Record<LimitCode, number>>;
}

/** An endpoint whose numbers can be read. */
export interface ObservableEndpoint {
  /** Of the server, as clients see it. */
  readonly name: string;
  /** The path that the app gave it; undefined for the default. */
  readonly path: string | undefined;
  stats(): EndpointStats;
}

// Weak, so that a router that is dropped without `close` is not kept.
const endpoints = new Set<WeakRef<ObservableEndpoint>>();

/** Makes an endpoint known to those who observe all of the process. */
export function announceEndpoint(endpoint: ObservableEndpoint): void {
  endpoints.add(new WeakRef(endpoint));
}

/** The endpoint is closed. */
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
