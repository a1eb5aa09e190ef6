// Mistakes of beginners, and the messages that they get. There is one entry for each; messages.test.ts tries them all.
import * as zod from 'zod';
import * as zodMini from 'zod/mini';
import * as zod3 from 'zod/v3';
import { createRegistry, mcpAuth, mcpRouter, mcpScopes } from '../../lib/index.js';
import { devAuthorizationServer } from '../../lib/dev/index.js';
import { redisStores } from '../../lib/redis/index.js';
import { createTestIssuer, testClient } from '../../lib/testing/index.js';

/** Code that a developer writes by mistake or by habit. */
export interface Stumble {
  readonly title: string;
  readonly write: () => unknown;
  /** A required part of the message. */
  readonly says: string;
  /** Target of `help`, below `express-mcp/docs/`. */
  readonly help: string;
}

const resource = 'https://api.example.com/mcp';
const issuer = 'https://login.example.com';
const handler = (): string => 'done';

/** Calls a function without type checks, as JavaScript allows. */
function untyped(call: unknown, ...args: readonly unknown[]): unknown {
  return (call as (...all: readonly unknown[]) => unknown)(...args);
}

function auth(options: object): () => unknown {
  return () => untyped(mcpAuth, { resource, issuer, ...options });
}

function router(options: object): () => unknown {
  return () => untyped(mcpRouter, createRegistry({ name: 'notes', version: '1.0.0' }), options);
}

function register(kind: 'prompt' | 'resource' | 'resourceTemplate' | 'tool', name: string, ...rest: unknown[]) {
  return () => {
    const registry = createRegistry({ name: 'notes', version: '1.0.0' });
    return untyped((registry[kind] as (...args: unknown[]) => unknown).bind(registry), name, ...rest);
  };
}

const authHelp = 'reference.md#mcpauth';
const routerHelp = 'reference.md#mcprouter';
const toolHelp = 'reference.md#tool';
const optionHelp = 'errors.md#invalid_option';

/** Options of other libraries, each with a part of the advice. */
const foreign: readonly [option: string, advice: string][] = [
  ['audience', 'Write resource: "https://api.example.com/mcp", which is also the audience that tokens must have'],
  ['baseUrl', 'Write resource: '],
  ['resourceServerUrl', 'Write resource: '],
  ['issuerBaseURL', 'Write issuer: "https://login.example.com"'],
  ['issuerUrl', 'Write issuer: '],
  ['auth-server-url', 'Write issuer: "https://keycloak.example.com/realms/<realm>"'],
  ['domain', 'Write issuer with the whole URL'],
  ['jwksUri', 'Write issuers: [{ issuer: "https://…", jwksUri: "https://…" }]'],
  ['jwks', 'Write issuers: [{ issuer: "https://…", jwks: { keys: […] } }]'],
  ['algorithms', 'Write issuers: [{ issuer: "https://…", algorithms: ["RS256"] }]'],
  ['tokenSigningAlg', 'Write issuers: [{ issuer: "https://…", algorithms: ["RS256"] }]'],
  [
    'secret',
    'Write issuers: [{ issuer: "https://…", jwks: { keys: [{ kty: "oct", k: "…", alg: "HS256" }] }, algorithms: ["HS256"] }]',
  ],
  ['clockTolerance', 'Write clockToleranceSeconds: 5'],
  [
    'scopes',
    'Write requiredScopes for scopes that every request needs, or give the scopes to the tools that need them: ',
  ],
  ['clientID', 'Write issuers: [{ issuer: "https://…", introspection: { clientId: "…", clientSecret: "…" }'],
  ['clientSecret', 'Write issuers: [{ issuer: "https://…", introspection: { clientId: "…", clientSecret: "…" }'],
  ['authRequired', 'Write allowAnonymous: true'],
  ['verifyAccessToken', 'Write verifier: { verify: (token) => … }'],
  ['tokenVerifier', 'Write verifier: { verify: (token) => … }'],
  ['server', 'Write issuer: "https://login.example.com". Its metadata is discovered'],
  ['oauthMetadata', 'Write issuer: "https://login.example.com". Its metadata is discovered'],
  [
    'protectedResources',
    'Write resource: "https://api.example.com/mcp", which is also the audience that tokens must have',
  ],
  ['session', 'Write nothing: there are no cookie sessions'],
  ['jwtFromRequest', 'Write nothing: the token is read from the Authorization header'],
  ['rateLimit', 'Write nothing: keys are cached'],
];

/** Misspelt members of every options object and every definition. */
const misspelt: readonly [owner: string, write: () => unknown, meant: string, help: string][] = [
  ['mcpAuth', auth({ requiredScope: ['a'] }), 'requiredScopes', authHelp],
  ['mcpAuth', auth({ isuers: [] }), 'issuers', authHelp],
  ['mcpAuth', auth({ allow_anonymous: true }), 'allowAnonymous', authHelp],
  ['mcpAuth cache', auth({ cache: { second: 1 } }), 'seconds', authHelp],
  ['mcpAuth metadata', auth({ metadata: { nmae: 'x' } }), 'name', authHelp],
  ['mcpAuth stores', auth({ stores: { revocations: {} } }), 'revocation', authHelp],
  ['mcpAuth issuers', auth({ issuer: undefined, issuers: [{ issuer, jwkUri: 'x' }] }), 'jwksUri', authHelp],
  [
    'mcpAuth introspection',
    auth({ issuer: undefined, issuers: [{ issuer, introspection: { clientID: 'x' } }] }),
    'clientId',
    authHelp,
  ],
  ['mcpRouter', router({ allowedOrigin: [] }), 'allowedOrigins', routerHelp],
  ['mcpRouter', router({ timeOutMs: 1 }), 'timeoutMs', routerHelp],
  ['mcpRouter sessions', router({ sessions: { idleSecond: 1 } }), 'idleSeconds', routerHelp],
  ['mcpRouter tasks', router({ tasks: { maxruning: 1 } }), 'maxRunning', routerHelp],
  ['mcpRouter limits', router({ limits: { sessionPerPrincipal: 1 } }), 'sessionsPerPrincipal', routerHelp],
  ['mcpRouter stores', router({ stores: { event: {} } }), 'events', routerHelp],
  ['mcpRouter page', router({ page: { descripton: 'x' } }), 'description', routerHelp],
  ['mcpScopes', () => untyped(mcpScopes, { tool: {} }), 'tools', 'reference.md#mcpscopes'],
  ['createRegistry', () => untyped(createRegistry, { nam: 'x', version: '1' }), 'name', 'reference.md#createregistry'],
  [
    'createRegistry',
    () => untyped(createRegistry, { name: 'x', version: '1' }, { pagesize: 1 }),
    'pageSize',
    'reference.md#createregistry',
  ],
  ['tool "add"', register('tool', 'add', { inputShema: {} }, handler), 'inputSchema', toolHelp],
  ['tool "add"', register('tool', 'add', { visibilty: 'always' }, handler), 'visibility', toolHelp],
  [
    'tool "add" annotations',
    register('tool', 'add', { annotations: { readOnlyHnt: true } }, handler),
    'readOnlyHint',
    toolHelp,
  ],
  ['prompt "ask"', register('prompt', 'ask', { argument: {} }, handler), 'arguments', 'reference.md#prompt'],
  [
    'prompt "ask" argument "style"',
    register('prompt', 'ask', { arguments: { style: { requird: true } } }, handler),
    'required',
    'reference.md#prompt',
  ],
  [
    'resource "notes://all"',
    register('resource', 'notes://all', { mimetype: 'text/plain' }, handler),
    'mimeType',
    'reference.md#resource',
  ],
  [
    'resource template "notes://{id}"',
    register('resourceTemplate', 'notes://{id}', { descripion: 'x' }, handler),
    'description',
    'reference.md#resource-template',
  ],
  [
    'createTestIssuer',
    () => untyped(createTestIssuer, { audiance: resource }),
    'audience',
    'reference.md#createtestissuer',
  ],
  [
    'testClient',
    () => untyped(testClient, createRegistry({ name: 'a', version: '1' }), { scope: [] }),
    'scopes',
    'reference.md#testclient',
  ],
  ['redisStores', () => untyped(redisStores, {}, { prefixx: 'x' }), 'prefix', 'reference.md#redisstores'],
  [
    'devAuthorizationServer',
    () => untyped(devAuthorizationServer, { resource, scope: [] }),
    'scopes',
    'reference.md#devauthorizationserver',
  ],
];

export const stumbles: readonly Stumble[] = [
  ...foreign.map(([option, says]) => ({
    title: `${option} of another library in mcpAuth`,
    write: auth({ [option]: 'x' }),
    says: `mcpAuth: there is no "${option}". ${says}`,
    help: authHelp,
  })),
  ...misspelt.map(([owner, write, meant, help]) => ({
    title: `a misspelt ${meant} of ${owner}`,
    write,
    says: `Did you mean "${meant}"? Known are `,
    help,
  })),
  {
    title: 'a realm of Keycloak in place of an issuer',
    write: () => untyped(mcpAuth, { resource, realm: 'notes' }),
    says: 'For a realm of Keycloak write issuer: "https://keycloak.example.com/realms/<realm>"',
    help: 'errors.md#missing_option',
  },
  {
    title: 'a URL object as resource',
    write: auth({ resource: new URL(resource) }),
    says: 'must be a text, not a URL object. Write "https://api.example.com/mcp".',
    help: optionHelp,
  },
  {
    title: 'a URL object as issuer',
    write: auth({ issuer: new URL(issuer) }),
    says: 'must be a text, not a URL object. Write "https://login.example.com" or "https://login.example.com/", as tokens have it.',
    help: optionHelp,
  },
  {
    title: 'a test issuer as one of issuers',
    write: auth({ issuer: undefined, issuers: [{ issuer, jwks: { keys: [] }, token: handler }] }),
    says: 'there is no "token". Write only what is about the issuer. With createTestIssuer(), that is issuers: [{ issuer, jwks }].',
    help: authHelp,
  },
  {
    title: 'a URL object as jwksUri',
    write: auth({ issuer: undefined, issuers: [{ issuer, jwksUri: new URL('https://login.example.com/jwks') }] }),
    says: 'jwksUri must be a text, not a URL object. Write "https://login.example.com/jwks".',
    help: optionHelp,
  },
  {
    title: 'a URL object as allowed origin',
    write: router({ allowedOrigins: [new URL('https://app.example.com')] }),
    says: 'a URL object is no origin. Write scheme, host and port only, such as "https://app.example.com". Did you mean "https://app.example.com"?',
    help: optionHelp,
  },
  {
    title: 'texts in issuers',
    write: auth({ issuer: undefined, issuers: [issuer] }),
    says: 'issuers takes objects, not "https://login.example.com". Write issuers: [{ issuer: "https://login.example.com" }].',
    help: optionHelp,
  },
  {
    title: 'one text as issuers',
    write: auth({ issuer: undefined, issuers: issuer }),
    says: 'For one authorization server, write issuer: "https://…".',
    help: optionHelp,
  },
  {
    title: 'several issuers in issuer',
    write: auth({ issuer: [issuer] }),
    says: 'not an array. For several, write issuers: [{ issuer: "https://login.example.com" }, …].',
    help: optionHelp,
  },
  {
    title: 'an issuer without https://',
    write: auth({ issuer: 'login.example.com' }),
    says: 'issuer must be a URL with https (http on localhost only), without user, query and fragment, not "login.example.com".',
    help: optionHelp,
  },
  {
    title: 'an option of mcpAuth in mcpRouter',
    write: router({ requiredScopes: ['a'] }),
    says: 'mcpRouter: there is no "requiredScopes". Write it into mcpAuth: app.use(mcpAuth({ … }), mcpRouter(registry)).',
    help: routerHelp,
  },
  {
    title: 'an option of the official transport in mcpRouter',
    write: router({ sessionIdGenerator: handler }),
    says: 'mcpRouter: there is no "sessionIdGenerator". Write sessions: true.',
    help: routerHelp,
  },
  {
    title: "the protocol's array of prompt arguments",
    write: register('prompt', 'ask', { arguments: [{ name: 'style', required: true }] }, handler),
    says: 'arguments is an object of arguments by name, no array. Write arguments: { style: { required: true } }.',
    help: 'reference.md#prompt',
  },
  {
    title: 'an array without names as prompt arguments',
    write: register('prompt', 'ask', { arguments: ['style'] }, handler),
    says: 'Write arguments: { style: { required: true } }.',
    help: 'reference.md#prompt',
  },
  {
    title: 'a description in place of a definition',
    write: register('tool', 'add', 'Adds', {}, handler),
    says: 'tool "add": the description goes into the definition: { description: "Adds" }.',
    help: toolHelp,
  },
  {
    title: 'a handler without a definition',
    write: register('resource', 'notes://all', handler),
    says: 'resource "notes://all": write a definition before the handler, {} if there is nothing to say.',
    help: 'reference.md#resource',
  },
  {
    title: 'scopes by another name in a definition',
    write: register('tool', 'add', { requiredScopes: ['a'] }, handler),
    says: `tool "add": there is no "requiredScopes". Write scopes: ['notes:write'].`,
    help: toolHelp,
  },
  {
    title: 'a schema of zod/mini',
    write: register('tool', 'add', { inputSchema: zodMini.object({ a: zodMini.string() }) }, handler),
    says: "with zod/mini, give z.toJSONSchema(schema, { io: 'input' })",
    help: 'errors.md#invalid_schema',
  },
  {
    title: 'a schema of zod 3',
    write: register('tool', 'add', { inputSchema: zod3.z.object({ a: zod3.z.string() }) }, handler),
    says: 'with zod 3, give zodToJsonSchema(schema) of zod-to-json-schema; or update zod to 4.2 or later',
    help: 'errors.md#invalid_schema',
  },
  {
    title: 'a raw shape of zod',
    write: register('tool', 'add', { inputSchema: { a: zod.string() } }, handler),
    says: 'these are schemas by name. Make one schema of an object of them: z.object({ … }).',
    help: 'errors.md#invalid_schema',
  },
  {
    title: 'a name in place of the server info',
    write: () => untyped(createRegistry, 'notes'),
    says: "createRegistry needs a name and a version: createRegistry({ name: 'notes', version: '1.0.0' }).",
    help: 'reference.md#createregistry',
  },
  {
    title: 'capabilities of the official SDK',
    write: () => untyped(createRegistry, { name: 'notes', version: '1' }, { capabilities: {} }),
    says: 'createRegistry: there is no "capabilities". Write nothing: the server tells clients what the registry has.',
    help: 'reference.md#createregistry',
  },
  {
    title: 'mcpRouter without a registry',
    write: () => untyped(mcpRouter),
    says: 'mcpRouter needs a registry: mcpRouter(createRegistry({ … })).',
    help: 'errors.md#missing_option',
  },
];
