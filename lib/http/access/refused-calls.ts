import type { ExpressMcpError } from '../../errors/express-mcp-error.js';
import { BrokenContractError } from '../../oauth/broken-contract-error.js';
import type { Auth } from '../../oauth/auth.js';
import type { Eventually } from '../../promises/and-then.js';
import { andThen, isPromise } from '../../promises/and-then.js';
import { within } from '../../promises/within.js';
import type { ClientFacts } from '../../registry/call-context.js';
import type { RefusedCalls, RefusedClient } from '../../server/transport/incoming-message.js';
import { challengesOf } from './error-response.js';
import { hookTimeoutMs } from './hook-timeout.js';
import { publishAnsweredRefusal } from './publish-decision.js';
import type { RequestIdentity } from './request-identity.js';

/** Form of the answer to a refused call of a tool: HTTP (403 with a challenge), or a result for the model and the host. */
export type RefusalForm = 'http' | 'result';

/** The client whose call is refused. */
export interface RefusalFacts {
  /** The client as it says itself; a legacy client without a session is nameless. Untrusted. */
  readonly client: ClientFacts;
  readonly protocolVersion: string;
  /** The caller; undefined if there is no `mcpAuth`. `clientId` and `claims` are what the issuer says of the client. */
  readonly auth: Auth | undefined;
}

/** The option `refusals`: one form for all, or a function that says which. */
export type Refusals = RefusalForm | ((facts: RefusalFacts) => Eventually<RefusalForm>);

/** The refused calls of one request. */
export class RefusedToolCalls implements RefusedCalls {
  readonly #refusals: Refusals;
  readonly #identity: RequestIdentity | undefined;

  constructor(refusals: Refusals, identity: RequestIdentity | undefined) {
    this.#refusals = refusals;
    this.#identity = identity;
  }

  /** @throws what the app's function throws; BrokenContractError for an answer that is none; later, Error if it takes too long */
  areResultsFor({ client, protocolVersion }: RefusedClient): Eventually<boolean> {
    if (typeof this.#refusals === 'string') return this.#refusals === 'result';
    const form: unknown = this.#refusals({ client, protocolVersion, auth: this.#identity?.auth });
    const inTime = isPromise(form) ? within(hookTimeoutMs, Promise.resolve(form), 'refusals did not answer') : form;
    return andThen<unknown, boolean>(inTime, isResult);
  }

  challengesOf(error: ExpressMcpError): readonly string[] {
    return challengesOf(error, this.#identity);
  }

  record(error: ExpressMcpError): Eventually<void> {
    return publishAnsweredRefusal(error, this.#identity);
  }
}

function isResult(form: unknown): boolean {
  if (form === 'http' || form === 'result') return form === 'result';
  throw new BrokenContractError("The function refusals must return 'http' or 'result'");
}
