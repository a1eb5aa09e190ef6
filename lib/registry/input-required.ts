import { isObject } from '../jsonrpc/parse-message.js';

/** Something that only the client can tell: its user's answer, a model's, or its roots (MCP `basic/patterns/mrtr`). */
export interface InputRequest {
  readonly method: 'elicitation/create' | 'roots/list' | 'sampling/createMessage';
  /** As the client's pages of the specification have them (`client/elicitation`, `client/sampling`). */
  readonly params?: Readonly<Record<string, unknown>>;
}

/** What a handler needs before it can go on. */
export interface InputNeeds {
  /** By names of the handler's choice; the answers come back under the same names. */
  readonly requests: Readonly<Record<string, InputRequest>>;
  /**
   * What the handler wants to know again in the next round: any JSON value. It travels through the client encrypted, and comes
   * back only to the same caller, for the same request, within a short time; it may come back more than once.
   */
  readonly state?: unknown;
}

/** The client's answers by the names of the requests. They come from outside: check them like arguments. */
export type InputResponses = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What a handler returns instead of a result when it needs input; made by `ctx.inputRequired`. */
export class InputRequired {
  readonly requests: InputNeeds['requests'];
  readonly state: unknown;

  /**
   * @throws TypeError when nothing is asked for and there is no state either, when a request is none that clients answer, or lacks what
   *   they need to answer it
   */
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

/** `client/elicitation#elicitation-requests`: MUST have a message, and a schema or a URL, whichever the mode is about. */
function assertElicitation({ mode = 'form', message, requestedSchema, url }: Readonly<Record<string, unknown>>): void {
  if (typeof message !== 'string') throw new TypeError('inputRequired: elicitation/create needs a message');
  if (mode === 'url') {
    if (typeof url !== 'string' || !URL.canParse(url)) throw new TypeError('inputRequired: mode url needs a valid url');
  } else if (!isObject(requestedSchema)) {
    throw new TypeError('inputRequired: elicitation/create needs a requestedSchema');
  }
}
