import { Failure } from './failure.mjs';
import { eventsOf, textOf } from './http.mjs';

const modernVersion = '2026-07-28';
const legacyVersion = '2025-11-25';
const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const tasksExtension = { extensions: { 'io.modelcontextprotocol/tasks': {} } };
const clientInfo = { name: 'endurance', version: '1.0.0' };

/** A hand-written MCP client, so that no library repeats requests behind the counter's back. */
export class McpClient {
  #http;

  /** @param {import('./http.mjs').HttpClient} http */
  constructor(http) {
    this.#http = http;
  }

  /** A request of 2026-07-28. @returns the response, which has begun. @throws Failure */
  async modern(port, token, method, params, { withTasks = false } = {}) {
    const meta = {
      'io.modelcontextprotocol/protocolVersion': modernVersion,
      'io.modelcontextprotocol/clientInfo': clientInfo,
      'io.modelcontextprotocol/clientCapabilities': withTasks ? tasksExtension : {},
    };
    const name = params.name ?? params.uri ?? params.taskId;
    const headers = {
      ...json,
      authorization: `Bearer ${token}`,
      'mcp-protocol-version': modernVersion,
      'mcp-method': method,
      ...(name === undefined ? {} : { 'mcp-name': name }),
    };
    const { _meta: more, ...rest } = params;
    return this.#post(port, headers, { id: 1, method, params: { ...rest, _meta: { ...meta, ...more } } });
  }

  /** Sends the handshake of a client of 2025-11-25. @returns the session for `inSession`. @throws Failure */
  async openSession(port, token) {
    const params = { protocolVersion: legacyVersion, capabilities: {}, clientInfo };
    const headers = { ...json, authorization: `Bearer ${token}` };
    const response = await this.#post(port, headers, { id: 0, method: 'initialize', params });
    await resultOf(response);
    const session = { token, id: response.headers['mcp-session-id'] };
    await textOf(await this.inSession(port, session, { method: 'notifications/initialized' }));
    return session;
  }

  /** A message in a session. @throws Failure; `gone` if the session is unknown */
  inSession(port, session, message) {
    return this.#post(port, { ...json, ...sessionHeaders(session) }, message);
  }

  /** Resumes a stream after an event. @throws Failure; `gone` if it no longer exists */
  async resume(port, session, lastEventId) {
    const headers = { accept: 'text/event-stream', ...sessionHeaders(session), 'last-event-id': lastEventId };
    return accepted(await this.#http.send({ port, method: 'GET', headers }));
  }

  async endSession(port, session) {
    const response = await this.#http.send({ port, method: 'DELETE', headers: sessionHeaders(session) });
    await textOf(await accepted(response));
  }

  async #post(port, headers, message) {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    return accepted(await this.#http.send({ port, headers, body }));
  }
}

function sessionHeaders({ token, id }) {
  return { authorization: `Bearer ${token}`, 'mcp-session-id': id, 'mcp-protocol-version': legacyVersion };
}

/** @throws Failure `refused` for 503, which must have Retry-After */
async function accepted(response) {
  const { statusCode, headers } = response;
  if (statusCode === 200 || statusCode === 202) return response;
  const text = await textOf(response);
  const retryAfter = Number(headers['retry-after']);
  if (statusCode === 503 && retryAfter > 0) throw new Failure('refused', text, retryAfter);
  if (statusCode === 404 || (statusCode === 400 && /event/i.test(text))) throw new Failure('gone', text);
  throw new Failure('wrong', `${statusCode} ${text}`);
}

/** The messages of an answer, which may be one or a stream. @throws Failure */
export async function* messagesOf(response) {
  if (response.headers['content-type'] === 'text/event-stream') yield* eventsOf(response);
  else yield { id: undefined, message: JSON.parse(await textOf(response)) };
}

/** The result of a request. @throws Failure; `broken` if the answer ends without one */
export async function resultOf(response) {
  for await (const { message } of messagesOf(response)) {
    if (message?.result !== undefined) return message.result;
    if (message?.error !== undefined) throw new Failure('wrong', JSON.stringify(message.error));
  }
  throw new Failure('broken', 'the stream ended without an answer');
}

/** The contents of our tools' answers: id, principal and node. @throws Failure */
export function reportOf(result) {
  const [{ text } = {}] = result.content ?? [];
  if (result.isError === true || text === undefined) throw new Failure('wrong', JSON.stringify(result));
  return JSON.parse(text);
}
