/** A request of a client, and the answer. */
export interface RecordedExchange {
  readonly method: string;
  /** Path of the endpoint, or of metadata. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The message; absent without one. */
  readonly body?: unknown;
  readonly status: number;
  readonly contentType?: string;
  /** The answer to a request: the members of its result, or the code of its error. Absent for streams and notifications. */
  readonly answer?: { readonly result: readonly string[] } | { readonly error: number };
}

/** One release of a client, with all of its requests. */
export interface Recording {
  readonly client: string;
  readonly version: string;
  readonly exchanges: readonly RecordedExchange[];
}

/** Header fields that describe the client; the others belong to one connection. */
const kept = [
  'accept',
  'accept-language',
  'content-type',
  'mcp-protocol-version',
  'mcp-session-id',
  'mcp-method',
  'mcp-name',
  'last-event-id',
  'user-agent',
  'sec-fetch-mode',
  'origin',
];

/** The header fields of a request to keep, with a fixed name for the session. */
export function keptHeaders(headers: Readonly<Record<string, string[] | string | undefined>>): Record<string, string> {
  const found = Object.entries(headers).filter(([name]) => kept.includes(name) || name.startsWith('mcp-param-'));
  return Object.fromEntries(
    found.map(([name, value]) => [name, name === 'mcp-session-id' ? '{session}' : String(value)] as const),
  );
}

/** The answer in a body: JSON, or the events of a stream. */
export function answerOf(text: string): RecordedExchange['answer'] {
  for (const part of text.startsWith('{') ? [text] : text.split('\n')) {
    const json = part.replace(/^data: ?/, '');
    if (!json.startsWith('{')) continue;
    const message = JSON.parse(json) as { readonly result?: object; readonly error?: { readonly code: number } };
    if (message.error !== undefined) return { error: message.error.code };
    if (message.result !== undefined) return { result: Object.keys(message.result).sort() };
  }
  return undefined;
}
