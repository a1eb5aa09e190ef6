import { isObject } from '../jsonrpc/parse-message.js';

/** A question that only the client can answer: by its user, a model, or its roots (MCP `basic/patterns/mrtr`). */
export interface InputRequest {
  readonly method: 'elicitation/create' | 'roots/list' | 'sampling/createMessage';
  /** As the specification's pages about clients define them (`client/elicitation`, `client/sampling`). */
  readonly params?: Readonly<Record<string, unknown>>;
}

/** The input that a handler needs before it can continue. */
export interface InputNeeds {
  /** By names that the handler chooses; the answers come back under the same names. */
  readonly requests: Readonly<Record<string, InputRequest>>;
  /**
   * Any JSON value that the handler wants back in the next round. It travels through the client encrypted. Only the same caller can
   * send it back, for the same request and within a short time, but possibly more than once.
   */
  readonly state?: unknown;
}

/** The client's answers by the names of the requests. They are untrusted: check them like arguments. */
export type InputResponses = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The value that a handler returns instead of a result if it needs input; made by `ctx.inputRequired`. */
export class InputRequired {
  readonly requests: InputNeeds['requests'];
  readonly state: unknown;

  /** @throws TypeError without requests and state, or if a request is of an unknown kind or lacks members that the client needs */
  constructor({ requests, state }: InputNeeds) {
    const asked = Object.values(requests);
    // basic/patterns/mrtr#server-requirements-basic-workflow: MUST include at least one of the two.
    if (asked.length === 0 && state === undefined) throw new TypeError('inputRequired needs requests or a state');
    const wrong = asked.find(({ method }) => !methods.includes(method));
    if (wrong !== undefined) throw new TypeError(`inputRequired: clients do not answer ${wrong.method}`);
    for (const { method, params = {} } of asked) if (method === 'elicitation/create') assertElicitation(params);
    this.requests = requests;
    this.state = state;
  }
}

const methods: readonly unknown[] = ['elicitation/create', 'roots/list', 'sampling/createMessage'];

/** `client/elicitation#elicitation-requests`: MUST have a message, and a schema or a URL, depending on the mode. */
function assertElicitation({ mode = 'form', message, requestedSchema, url }: Readonly<Record<string, unknown>>): void {
  if (typeof message !== 'string') throw new TypeError('inputRequired: elicitation/create needs a message');
  if (mode === 'url') {
    if (typeof url !== 'string' || !URL.canParse(url)) throw new TypeError('inputRequired: mode url needs a valid url');
  } else if (!isObject(requestedSchema)) {
    throw new TypeError('inputRequired: elicitation/create needs a requestedSchema');
  }
}
