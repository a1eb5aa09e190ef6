// So long that real scopes fit, and short enough for the header field that brings it back.
const maxDemandLength = 2048;

/**
 * The id of a stream, which contains the scopes that a client needs to resume it. The log only knows the stream by this id. So a client
 * cannot leave a scope out, and only the events have to be stored.
 *
 * @param streamId - unique, without a dot
 * @param scopes - those that the messages of the stream needed
 * @returns undefined if they are too long
 */
export function streamIdWith(streamId: string, scopes: readonly string[]): string | undefined {
  if (scopes.length === 0) return streamId;
  const text = Buffer.from(scopes.join(' ')).toString('base64url');
  return text.length > maxDemandLength ? undefined : `${streamId}.${text}`;
}

/** The scopes of such an id. It is the client that says it: nothing counts before a stream is found under it. */
export function scopesOfStream(streamId: string): readonly string[] {
  const [, text] = streamId.split('.');
  return text === undefined ? [] : Buffer.from(text, 'base64url').toString().split(' ');
}
