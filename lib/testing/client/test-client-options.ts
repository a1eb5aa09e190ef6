import type { ForeignNames } from '../../errors/assert-members.js';
import { describeValue } from '../../errors/describe-value.js';
import { pathsOf } from '../../express/served-paths.js';
import { isRegistry } from '../../registry/needs-registry.js';
import type { RequestListener } from 'node:http';
import { assertMembers } from '../../errors/assert-members.js';
import { invalidOption } from '../../errors/invalid-option.js';
import { assertScope } from '../../oauth/scope.js';
import type { ScopeHierarchyDefinition } from '../../oauth/scope-hierarchy.js';
import type { AnyRegistry } from '../../registry/any-registry.js';
import type { ProtocolVersion } from '../../server/revisions/revision.js';
import { protocolVersions } from '../../server/revisions/revision.js';
import type { InputRequest } from '../../registry/input-required.js';
import type { TestIssuer } from '../test-issuer.js';

/** The target of a test client: an app, as Node's HTTP server calls it, or a registry. */
export type TestTarget = RequestListener | AnyRegistry;

/** A question that a handler has for the client, by the name that the handler gave it. */
export interface Question extends InputRequest {
  readonly name: string;
}

/** An answer of the client, such as `{ action: 'accept', content: { sure: true } }`. */
export type QuestionAnswer = Readonly<Record<string, unknown>>;

/** Answers questions: one answer to all, or a function. */
export type Answers = QuestionAnswer | ((question: Question) => Promise<QuestionAnswer> | QuestionAnswer);

/** Options of `testClient`. */
export interface TestClientOptions {
  /** Scopes that the caller holds. Without them, `subject`, `claims` or `token`, the caller is not signed in. */
  readonly scopes?: readonly string[];
  /** Default `user-1`. */
  readonly subject?: string;
  /** Default `client-1`. */
  readonly clientId?: string;
  /** More claims of the caller's token. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Answers to what handlers ask the client for. Without it, the client declares that it cannot be asked. */
  readonly answer?: Answers;
  /** Whether a call that lacks scopes is repeated once with them, as a client does that signs in again. Default false. */
  readonly stepUp?: boolean;
  /**
   * Protocol revision that the client speaks. Default `2026-07-28`. Older ones begin with a handshake; over an app, their clients can be asked
   * and cancel only if it has `sessions`.
   */
  readonly protocolVersion?: ProtocolVersion;
  /** More capabilities for the client to declare. */
  readonly capabilities?: Readonly<Record<string, unknown>>;
  /** Over an app: the issuer that signs the tokens. Default: the one of `createTestIssuer` that the app trusts. */
  readonly issuer?: TestIssuer;
  /** Over an app: an access token that you have. Instead of `scopes`, `subject`, `clientId`, `claims` and `issuer`. */
  readonly token?: string;
  /** Over an app: the path of the endpoint. Default `/mcp`. */
  readonly path?: string;
  /** Over an app: more header fields of each request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Over a registry: which broader scopes imply which narrower ones. An app has a hierarchy of its own. */
  readonly scopeHierarchy?: ScopeHierarchyDefinition;
}

const optionNames = Object.keys({
  scopes: true,
  subject: true,
  clientId: true,
  claims: true,
  answer: true,
  stepUp: true,
  protocolVersion: true,
  capabilities: true,
  issuer: true,
  token: true,
  path: true,
  headers: true,
  scopeHierarchy: true,
} satisfies Record<keyof TestClientOptions, true>);

/** The options of who calls. */
const identity = ['scopes', 'subject', 'clientId', 'claims', 'issuer'] as const;
const ofApps = ['issuer', 'token', 'path', 'headers'] as const;

/**
 * Checks what `testClient` was given.
 *
 * @throws ConfigurationError `unknown_option`, `invalid_option` or `invalid_scope`
 */
export function assertTestClientOptions(target: unknown, options: TestClientOptions): asserts target is TestTarget {
  assertMembers(options, optionNames, 'testClient', foreignOptions);
  const { scopes = [], token, path, answer, protocolVersion = protocolVersions[0] } = options;
  if (!protocolVersions.includes(protocolVersion)) {
    throw invalidOption('testClient', `protocolVersion must be one of ${protocolVersions.join(', ')}`);
  }
  if (!Array.isArray(scopes)) throw invalidOption('testClient', 'scopes must be an array, such as ["notes:read"]');
  for (const scope of scopes) assertScope(scope, 'testClient scopes');
  if (typeof target !== 'function' && !isRegistry(target)) {
    const wanted = 'the first argument must be an app, such as express(), or a registry of createRegistry';
    throw invalidOption('testClient', `${wanted}, not ${describeValue(target)}`);
  }
  if (typeof target === 'function' && pathsOf(target) !== undefined) {
    throw invalidOption('testClient', 'put the middleware into an app first: testClient(express().use(auth, router))');
  }
  const surplus =
    typeof target === 'function'
      ? given(options, ['scopeHierarchy']).map((name) => `${name} belongs to mcpAuth, where the app has it`)
      : given(options, ofApps).map((name) => `${name} is for apps; a registry has no HTTP in front of it`);
  if (surplus[0] !== undefined) throw invalidOption('testClient', surplus[0]);
  const both = token === undefined ? undefined : given(options, identity)[0];
  if (both !== undefined) {
    throw invalidOption('testClient', `give token or ${both}, not both: a token says whose it is`);
  }
  if (token !== undefined && options.stepUp === true) {
    throw invalidOption('testClient', 'stepUp needs an issuer in place of token');
  }
  if (path !== undefined && !path.startsWith('/')) {
    throw invalidOption('testClient', 'path must begin with "/", such as "/mcp"');
  }
  if (answer !== undefined && typeof answer !== 'function') {
    assertMembers(answer, Object.keys(answer), 'testClient answer');
  }
}

/** Names that people expect, and what to write instead. */
const foreignOptions: ForeignNames = {
  user: "subject: 'ada'",
  sub: "subject: 'ada'",
  roles: "scopes: ['notes:read'], or claims: { roles: […] } if a policy reads them",
  accessToken: 'token: "…"',
  url: 'the app itself as the first argument: testClient(app)',
};

/** Whether the options sign a caller in. */
export function hasCaller(options: TestClientOptions): boolean {
  return given(options, identity).length > 0 || options.stepUp === true;
}

function given<Name extends keyof TestClientOptions>(
  options: TestClientOptions,
  names: readonly Name[],
): readonly Name[] {
  return names.filter((name) => options[name] !== undefined);
}

/** Checks the first argument of `call`: the clients of the official SDK take an object there. */
export function assertToolName(name: unknown): void {
  if (typeof name === 'string') return;
  throw invalidOption('testClient', "call takes the name of the tool first: await client.call('name', { … })");
}
