/**
 * How long it takes, as a rule, until another attempt makes sense: whole seconds, as `Retry-After` has them (RFC 9110 §10.2.3). Every
 * answer that says when takes its number from here.
 */
export const retryAfterSeconds = {
  /** A call, or a question to the authorization server, ends soon. */
  callEnds: 1,
  /** A stream ends when its reader closes it. */
  streamEnds: 5,
  /** A server or a store that does not answer is restarted. */
  outageEnds: 5,
  /** A session is given up. */
  sessionEnds: 60,
} as const;

/** Makes the parts of a JSON-RPC error that clients may retry: the header field, and the number in its data for transports without fields. */
export function retryAfter(seconds: number): {
  readonly data: { readonly retryAfterSeconds: number };
  readonly headers: { readonly 'Retry-After': string };
} {
  return { data: { retryAfterSeconds: seconds }, headers: { 'Retry-After': String(seconds) } };
}
