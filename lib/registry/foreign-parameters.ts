import { ConfigurationError } from '../errors/configuration-error.js';
import { contextAdvice } from './foreign-habits.js';

/** Members that handlers of the official SDKs and of fastmcp read from a context that is their only parameter. */
const alsoOfContext: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ...['auth', 'client', 'inputRequired', 'log', 'meta', 'progress', 'protocolVersion', 'request', 'requestId'],
      ...['requireScopes', 'sessionId', 'signal', 'state'],
    ].map((name) => [name, `ctx.${name}`]),
  ),
  ...contextAdvice,
};

/** Members of a `URL`, which is what readers of the official SDKs get. */
const membersOfUrl = [
  'hash',
  'host',
  'hostname',
  'href',
  'origin',
  'pathname',
  'port',
  'protocol',
  'search',
  'searchParams',
];

const withoutArguments = refusing(
  alsoOfContext,
  (name, advice) =>
    `A handler reads ${name} from its first parameter. It holds the arguments, and there are none without a schema. ` +
    `The context is the second parameter: write (_args, ctx) => …, and ${advice}.`,
);

const aboutResource = refusing(
  { ...Object.fromEntries(membersOfUrl.map((name) => [name, `new URL(uri).${name}`])), href: 'uri' },
  (name, advice) =>
    `A reader reads ${name} from its first parameter, which is no URL. Write ({ uri, variables }, ctx) => …, and ${advice}.`,
);

/**
 * Refuses a handler without arguments that takes its only parameter for the context. An example is `registerTool('who', {}, (extra) =>
 * extra.authInfo)` of the official SDK.
 *
 * @param handler - of a tool or prompt without a schema
 */
export function withoutSchema<Context>(
  handler: (args: unknown, ctx: Context) => unknown,
): (args: unknown, ctx: Context) => unknown {
  if (handler.length === 0) return handler;
  return (args, ctx) => handler(Object.assign(Object.create(withoutArguments) as object, args), ctx);
}

/**
 * Makes the first parameter of a reader: the URI, and the variables of a template. It says what to write to readers that take it for a
 * `URL`, as in `(uri, { id }) => uri.href` of the official SDK.
 *
 * @param uri - as the client sent it
 * @param variables - undefined for a resource that is registered by its URI
 */
export function resourceParameter<Variables>(
  uri: string,
  variables: Variables,
): { readonly uri: string; readonly variables: Variables } {
  const members = variables === undefined ? { uri } : { uri, variables };
  return Object.assign(Object.create(aboutResource) as { uri: string; variables: Variables }, members);
}

/**
 * Refuses a reader of three parameters, `(uri, variables, extra) => …` of the official SDK: its second one would be the context.
 *
 * @param read - the reader of a template
 * @param owner - whose it is, for the message
 * @throws ConfigurationError `invalid_option`
 */
export function assertReaderParameters(read: (...given: never) => unknown, owner: string): void {
  if (read.length < 3) return;
  const message = `${owner}: a reader has two parameters. Write ({ uri, variables }, ctx) => ….`;
  throw new ConfigurationError('invalid_option', message);
}

/** The prototype of an object that says what to read instead of some members. It looks like any other object. */
function refusing(
  advice: Readonly<Record<string, string>>,
  messageOf: (name: string, advice: string) => string,
): object {
  const prototype = Object.create(Object.prototype, { constructor: { value: Object } }) as object;
  for (const [name, instead] of Object.entries(advice)) {
    const get = (): never => {
      throw new ConfigurationError('invalid_option', messageOf(name, instead));
    };
    Object.defineProperty(prototype, name, { get });
  }
  return prototype;
}
