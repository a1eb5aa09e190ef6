/** A request of a client, and what it was answered. */
export interface RecordedExchange {
  readonly method: string;
  /** The endpoint's, or where clients look for metadata. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The message; absent where there is none. */
  readonly body?: unknown;
  readonly status: number;
  readonly contentType?: string;
  /** What the answer to a request says: its result's members, or the code of its error. Absent for streams and notifications. */
  readonly answer?: { readonly result: readonly string[] } | { readonly error: number };
}

/** One release of a client, with everything that it sent. */
export interface Recording {
  readonly client: string;
  readonly version: string;
  readonly exchanges: readonly RecordedExchange[];
}

/** Header fields that say something about the client; the others belong to one connection. */
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

/** The header fields of a request that are kept, with the session by a name that stays the same. */
export function keptHeaders(headers: Readonly<Record<string, string[] | string | undefined>>): Record<string, string> {
  const found = Object.entries(headers).filter(([name]) => kept.includes(name) || name.startsWith('mcp-param-'));
  return Object.fromEntries(
    found.map(([name, value]) => [name, name === 'mcp-session-id' ? '{session}' : String(value)] as const),
  );
}

/** What the body of an answer says about a request: JSON, or the events of a stream. */
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
