import type { IncomingMessage } from 'node:http';
import { ExpressMcpError } from '../../errors/express-mcp-error.js';
import type { AccessDecision } from '../resource/access-decision.js';
import type { Eventually } from '../../promises/and-then.js';
import type { JsonRpcNotification, JsonRpcRequest } from '../../jsonrpc/message.js';
import type { HeaderParameter } from '../../registry/schemas/header-parameters.js';
import type { Caller } from '../../server/authorization/caller.js';
import type { DecidedOperation, IncomingDelivery, OpenConnection } from '../../server/transport/incoming-message.js';
import type { MirrorDemand } from '../../server/revisions/revision.js';
import type { DeclaredVersions } from '../../server/revisions/supported-revisions.js';
import type { Session } from '../../server/sessions/session.js';
import { withoutCopies } from '../fields/repeated-fields.js';
import { checkMirroredArguments, checkMirroredHeaders } from '../fields/mirrored-fields.js';
import type { Disconnect } from '../streams/disconnect.js';
import { hasDecisionListeners, publishAnsweredRefusal, publishDecision } from '../access/publish-decision.js';
import type { Refusals } from '../access/refused-calls.js';
import { RefusedToolCalls } from '../access/refused-calls.js';
import type { RequestIdentity } from '../access/request-identity.js';
import type { AnswerStream } from '../streams/answer-stream.js';

// 2025-06-18 basic/transports#protocol-version-header: without the header a server SHOULD assume this revision.
const assumedVersion = '2025-03-26';

/** The parts of one POST. */
export interface PostedMessageParts {
  readonly request: IncomingMessage;
  readonly identity: RequestIdentity | undefined;
  readonly caller: Caller;
  readonly session: Session | undefined;
  readonly openConnection: OpenConnection | undefined;
  readonly outbox: AnswerStream;
  readonly disconnect: Disconnect;
  /** See `McpRouterOptions`. */
  readonly refusals: Refusals | undefined;
}

/** A message or batch as HTTP delivers it. It answers the dispatcher's questions from the request's header fields. */
export class PostedMessage implements IncomingDelivery, DeclaredVersions {
  readonly transportRequest: IncomingMessage;
  readonly caller: Caller;
  readonly connection: Session | undefined;
  readonly openConnection: OpenConnection | undefined;
  readonly outbox: AnswerStream;
  readonly disconnect: Disconnect;
  readonly refusalsAre = 'thrown';
  readonly refusedCalls: RefusedToolCalls | undefined;
  readonly letsStreamsLast = true;
  readonly isOnRecord: boolean;
  readonly #identity: RequestIdentity | undefined;

  constructor(parts: PostedMessageParts) {
    const { request, identity, caller, session, openConnection, outbox, disconnect, refusals } = parts;
    this.transportRequest = request;
    this.caller = caller;
    this.connection = session;
    this.openConnection = openConnection;
    this.outbox = outbox;
    this.disconnect = disconnect;
    this.isOnRecord = hasDecisionListeners(identity);
    this.refusedCalls = refusals === undefined ? undefined : new RefusedToolCalls(refusals, identity);
    this.#identity = identity;
  }

  get payloadBytes(): number | undefined {
    const length = Number(this.transportRequest.headers['content-length']);
    return Number.isSafeInteger(length) ? length : undefined;
  }

  get versions(): DeclaredVersions {
    return this;
  }

  get header(): string | undefined {
    return versionField(this.transportRequest);
  }

  /** 2025-11-25 `basic/transports#protocol-version-header`: the negotiated version comes before the assumed one. */
  get assumed(): string {
    return this.connection?.version ?? assumedVersion;
  }

  checkMirrors(message: JsonRpcNotification | JsonRpcRequest, demand: MirrorDemand): void {
    checkMirroredHeaders(this.transportRequest.headers, message, demand);
  }

  checkArguments(
    mirrored: readonly HeaderParameter[],
    args: Readonly<Record<string, unknown>>,
    demand: MirrorDemand,
  ): void {
    checkMirroredArguments(this.transportRequest.headers, { mirrored, demand }, args);
  }

  record({ method, target, outcome, error }: DecidedOperation): Eventually<void> {
    if (outcome === 'answered') return publishAnsweredRefusal(error, this.#identity);
    const stage = 'authorization';
    if (outcome === 'allowed') return publishDecision(this.#identity, { stage, outcome: 'accepted', method, target });
    const why = outcome === 'concealed' ? ({ code: outcome, cause: error } as const) : undecided(error);
    return publishDecision(this.#identity, { stage, outcome: 'refused', method, target, ...why });
  }
}

/** The known facts about a message that is refused before it was dispatched. */
export function refusedMessage(
  request: IncomingMessage,
  caller: Caller,
): Pick<IncomingDelivery, 'caller' | 'connection' | 'versions'> {
  return { caller, connection: undefined, versions: { header: versionField(request), assumed: assumedVersion } };
}

function versionField({ headers }: IncomingMessage): string | undefined {
  return withoutCopies(headers['mcp-protocol-version'] as string | undefined);
}

/** Describes the refusal of a request that could not be decided: the code and reason for the client, and the cause. */
function undecided(error: unknown): Pick<AccessDecision, 'cause' | 'code' | 'reason'> {
  if (!(error instanceof ExpressMcpError)) return { code: 'internal_error', reason: undefined, cause: error };
  const { code, message: reason, cause } = error;
  return { code, reason, cause };
}
