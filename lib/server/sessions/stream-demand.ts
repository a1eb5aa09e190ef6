// So long that real scopes fit, and short enough for the header field that brings it back.
const longestDemand = 2048;

/**
 * The id of a stream that says which scopes its client must hold to come back for it. The log has the stream under this id only, so that
 * a client cannot leave a scope out, and nothing more than the events has to be kept.
 *
 * @param streamId - unique, without a dot
 * @param scopes - those that were needed for what the stream tells
 * @returns undefined when they are too long
 */
export function streamIdWith(streamId: string, scopes: readonly string[]): string | undefined {
  if (scopes.length === 0) return streamId;
  const text = Buffer.from(scopes.join(' ')).toString('base64url');
  return text.length > longestDemand ? undefined : `${streamId}.${text}`;
}

/** The scopes of such an id. It is the client that says it: nothing counts before a stream is found under it. */
export function scopesOfStream(streamId: string): readonly string[] {
  const [, text] = streamId.split('.');
  return text === undefined ? [] : Buffer.from(text, 'base64url').toString().split(' ');
}
