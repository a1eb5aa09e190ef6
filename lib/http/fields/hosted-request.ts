import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request as a connect-style host hands it on. Express, connect and polka add different members to Node's own. */
export interface HostedRequest extends IncomingMessage {
  /** Express: the part of the path that mounting took from `url`. */
  readonly baseUrl?: string;
  /** The request target as it was sent, before mounting changed `url`. */
  readonly originalUrl?: string;
  /** Express: the address of the sender, by `trust proxy`. */
  readonly ip?: string | undefined;
  /** Express and polka: the path in `url`, without the query. */
  readonly path?: string;
  /** Express: the values of the parameters in the mount; of a wildcard in Express 5, its segments. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** Express: the route that the request is in. */
  readonly route?: { readonly path?: unknown };
  /** The body, if a parser in front of us has read it. */
  body?: unknown;
}

/** Goes on with the request, or with an error. */
export type Next = (error?: unknown) => void;

/** Middleware as Express, connect, polka and `mcpListener` call it. */
export type Middleware = (request: IncomingMessage, response: ServerResponse, next: Next) => void;

/** A request, its response, and the way to go on. */
export interface Exchange {
  readonly request: HostedRequest;
  readonly response: ServerResponse;
  readonly next: Next;
}
