import { plainName } from '../../errors/display-name.js';
import type { ErrorCode } from '../../errors/error-table.js';
import { errorTable } from '../../errors/error-table.js';
import { ExpressMcpError } from '../../errors/express-mcp-error.js';
import { InsufficientAuthenticationError } from '../../errors/insufficient-authentication-error.js';
import { InsufficientScopeError } from '../../errors/insufficient-scope-error.js';
import type { RefusedTarget } from '../../errors/insufficient-scope-error.js';
import { ProtocolError } from '../../errors/protocol-error.js';
import { UnauthorizedError } from '../../errors/unauthorized-error.js';
import type { Params, RequestId } from '../../jsonrpc/message.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import type { Catalog } from '../../registry/catalog.js';
import type { Caller } from '../authorization/caller.js';
import type { Revision } from '../revisions/revision.js';
import type { CallOutcome, CallRecord, CallTraceContext } from './call-record.js';
import { maxNameLength, targetOf } from './call-target.js';

/** The longest member of a trace context that is kept, in UTF-16 units; W3C Baggage allows 8192 bytes. */
const maxTraceLength = 8192;
const refusals: ReadonlySet<string> = new Set<ErrorCode>([
  'access_denied',
  'forbidden_host',
  'forbidden_origin',
  'insufficient_scope',
  'insufficient_user_authentication',
  'invalid_dpop_proof',
  'invalid_request',
  'invalid_token',
  'server_busy',
  'too_many_bytes',
  'too_many_calls',
  'too_many_sessions',
  'too_many_streams',
  'too_many_tasks',
  'tool_busy',
  'unauthorized',
  'use_dpop_nonce',
]);

/** The known facts about a JSON-RPC request. If its body was not read, header fields may tell method and target. */
export interface KnownRequest {
  readonly id: RequestId | undefined;
  readonly method: string;
  readonly params: Params;
}

/** The facts about a call at its beginning. */
export interface CallFacts {
  readonly request: KnownRequest;
  readonly catalog: Catalog;
  readonly caller: Caller;
  readonly isKnownMethod: boolean;
  readonly revision: Revision | undefined;
  /** The client's `clientInfo` as it was sent. */
  readonly clientInfo: unknown;
  readonly sessionId: string | undefined;
  readonly taskId?: string;
  readonly requestBytes: number | undefined;
}

/** A call in progress with listeners. The server reports its course by the methods. */
export class ObservedCall implements CallRecord {
  readonly transport: CallRecord['transport'];
  readonly method: string;
  target: RefusedTarget | undefined;
  readonly isKnown: boolean;
  readonly requestId: RequestId | undefined;
  readonly taskId: string | undefined;
  readonly protocolVersion: string | undefined;
  readonly sessionId: string | undefined;
  readonly client: CallRecord['client'];
  readonly subject: string | undefined;
  readonly clientId: string | undefined;
  outcome: CallOutcome | undefined = undefined;
  errorCode: ErrorCode | 'concealed' | undefined = undefined;
  jsonRpcCode: number | undefined = undefined;
  missingScopes: readonly string[] | undefined = undefined;
  reference: string | undefined = undefined;
  durationMs: number | undefined = undefined;
  readonly requestBytes: number | undefined;
  responseBytes: number | undefined = undefined;
  readonly #startedAt = performance.now();
  readonly #request: KnownRequest;
  readonly #revision: Revision | undefined;
  #run: (<T>(work: () => T) => T) | undefined;
  #failure: CallOutcome | undefined;
  #result: object | undefined;

  constructor(transport: CallRecord['transport'], facts: CallFacts) {
    const { request, caller, revision } = facts;
    const { target, isThere } = targetOf(request, facts.catalog);
    this.transport = transport;
    // Names of the server's own methods are plain.
    this.method = facts.isKnownMethod ? request.method : plainName(request.method, maxNameLength);
    this.target = target;
    this.isKnown = facts.isKnownMethod && isThere;
    this.requestId = typeof request.id === 'string' ? plainName(request.id, maxNameLength) : request.id;
    this.taskId = facts.taskId;
    this.protocolVersion = revision?.version;
    this.sessionId = facts.sessionId;
    this.client = clientOf(facts.clientInfo);
    this.subject = plain(caller.auth?.subject);
    this.clientId = plain(caller.auth?.clientId);
    this.requestBytes = facts.requestBytes;
    this.#request = request;
    this.#revision = revision;
  }

  /** The revision of the request; undefined if it cannot be told. */
  get revision(): Revision | undefined {
    return this.#revision;
  }

  traceContext(): CallTraceContext {
    const { _meta: meta } = this.#request.params;
    if (!isObject(meta)) return noTraceContext;
    const { traceparent, tracestate, baggage } = meta;
    if (traceparent === undefined && tracestate === undefined && baggage === undefined) return noTraceContext;
    return {
      ...(isTraceText(traceparent) ? { traceparent } : {}),
      ...(isTraceText(tracestate) ? { tracestate } : {}),
      ...(isTraceText(baggage) ? { baggage } : {}),
    };
  }

  sentArguments(): unknown {
    return this.#request.params['arguments'];
  }

  returnedResult(): unknown {
    return this.#result;
  }

  /** The result of the call, as the client gets it. */
  returned(result: object): void {
    this.#result = result;
    // Only results of tools have it.
    if ('isError' in result && result.isError === true) this.#failure ??= 'tool_error';
  }

  runWithin(run: <T>(work: () => T) => T): void {
    const outer = this.#run;
    this.#run = outer === undefined ? run : (work) => outer(() => run(work));
  }

  /** Runs work of this call inside the functions that its subscribers set. */
  within<T>(work: () => T): T {
    return this.#run === undefined ? work() : this.#run(work);
  }

  /** Records the item that the request concerns without naming it. */
  found(target: RefusedTarget | undefined): void {
    if (target?.name !== undefined) this.target ??= { ...target, name: plainName(target.name, maxNameLength) };
  }

  /**
   * Records a failure. The last one counts.
   *
   * @param isAnswered - whether it is answered by a JSON-RPC error; HTTP has its own form for refusals
   */
  failed(error: unknown, isAnswered: boolean): void {
    const code = error instanceof ExpressMcpError ? error.code : 'internal_error';
    this.errorCode = code;
    this.#failure = code === 'timed_out' ? code : refusals.has(code) ? 'refused' : 'error';
    this.jsonRpcCode = isAnswered ? codeOf(code, this.#revision) : undefined;
    this.missingScopes = missingScopesOf(error);
    this.reference = referenceOf(error) ?? this.reference;
  }

  /** Records that the client was told that its target does not exist. */
  concealed(): void {
    this.errorCode = 'concealed';
    this.missingScopes = undefined;
    this.#failure = 'refused';
  }

  /** Records that a handler failed, and that the result tells the model. */
  failedInResult(code: ErrorCode, reference?: string): void {
    this.errorCode = code;
    this.reference = reference;
    this.#failure = code === 'timed_out' ? code : 'tool_error';
  }

  /**
   * Records the end of the call. Only the first one counts.
   *
   * @returns whether this is the first
   */
  end(isCancelled: boolean, responseBytes: number | undefined): boolean {
    if (this.outcome !== undefined) return false;
    this.outcome = isCancelled ? 'cancelled' : (this.#failure ?? 'ok');
    // A handler that stops when it is told to has not failed.
    if (isCancelled) this.errorCode = this.jsonRpcCode = undefined;
    this.durationMs = performance.now() - this.#startedAt;
    this.responseBytes = responseBytes;
    return true;
  }
}

const noTraceContext: CallTraceContext = Object.freeze({});

function clientOf(info: unknown): CallRecord['client'] {
  const { name, version }: Readonly<Record<string, unknown>> = isObject(info) ? info : {};
  return {
    name: typeof name === 'string' ? plain(name) : undefined,
    version: typeof version === 'string' ? plain(version) : undefined,
  };
}

function plain(text: string | undefined): string | undefined {
  return text === undefined ? undefined : plainName(text, maxNameLength);
}

function codeOf(code: ErrorCode, revision: Revision | undefined): number {
  return revision?.jsonRpcCodeOf(code) ?? errorTable[code].jsonRpcCode;
}

function referenceOf(error: unknown): string | undefined {
  const reference = error instanceof ProtocolError ? error.data?.['reference'] : undefined;
  return typeof reference === 'string' ? reference : undefined;
}

function isTraceText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxTraceLength;
}

function missingScopesOf(error: unknown): readonly string[] | undefined {
  if (error instanceof UnauthorizedError) return error.requiredScopes;
  if (!(error instanceof InsufficientScopeError) && !(error instanceof InsufficientAuthenticationError)) {
    return undefined;
  }
  const { grantedScopes, requiredScopes } = error;
  return requiredScopes.filter((scope) => !grantedScopes.includes(scope));
}
