// @ts-check
// The table of issue 14, cell by cell: what is sent, and what is right. run-row.mjs does it over a real port; table.test.ts runs it on the
// sources, and `npm run check:package` on the packed package, from this same file.

/**
 * One input of the table.
 *
 * @typedef {object} Row
 * @property {string} kind - the first cell of its row
 * @property {string} input
 * @property {Readonly<Record<string, unknown>>} [tool] - members of the definition of the tool `run`
 * @property {() => unknown} [returns] - what its handler returns; by default its arguments as text
 * @property {unknown} [args]
 * @property {readonly unknown[]} [valid] - arguments that reach the handler
 * @property {readonly unknown[]} [invalid] - arguments that do not
 * @property {RegExp} [refused] - what registration or start-up throws
 * @property {unknown} [result] - the tool's result holds this
 * @property {RegExp} [told] - the call fails, and the developer is told
 * @property {Readonly<Record<string, unknown>>} [listed] - the listed schema of arguments holds this
 * @property {Readonly<Record<string, unknown>>} [issuer] - options of the issuer of `mcpAuth`
 * @property {Readonly<Record<string, unknown>>} [options] - of `mcpAuth`
 * @property {Readonly<Record<string, unknown>>} [claims] - of a token; undefined for one that is left out
 * @property {string} [typ] - of a token
 * @property {number} [status] - of the answer
 * @property {RegExp} [cause] - what the operator hears of a refusal
 * @property {readonly string[]} [servers] - `authorization_servers` of the resource's metadata
 * @property {Readonly<Record<string, unknown>>} [discovered] - what the issuer publishes; see run-row.mjs
 * @property {Readonly<Record<string, unknown>>} [router] - options of `mcpRouter`
 * @property {Readonly<Record<string, string>>} [headers] - of a request
 * @property {Readonly<Record<string, unknown>>} [message] - a JSON-RPC request
 * @property {unknown} [answer] - its answer holds this
 * @property {string} [template] - the URI of a resource or template
 * @property {string} [uri] - what is read
 * @property {Readonly<Record<string, string>>} [variables] - what its reader gets
 * @property {readonly string[]} [names] - of tools that are registered
 * @property {string} [warning] - code of the process warning
 */

const of = (/** @type {unknown} */ a) => ({ type: 'object', properties: { a } });
const draft = 'https://json-schema.org/draft/2020-12/schema';
const content = (/** @type {Readonly<Record<string, unknown>>} */ block) => () => ({ content: [block] });
const png = 'iVBORw0KGgo=';

/** @type {readonly Row[]} */
const schemas = [
  {
    kind: "the validator's own language",
    input: '$async in inputSchema',
    tool: { inputSchema: { $async: true, type: 'object', properties: { id: { type: 'string' } } } },
    valid: [{ id: 'x' }],
    invalid: [{ id: {} }],
  },
  {
    kind: "the validator's own language",
    input: '$async in outputSchema',
    tool: { outputSchema: { $async: true, type: 'object', properties: { id: { type: 'string' } } } },
    returns: () => ({ id: {} }),
    told: /id must be string/,
  },
  {
    kind: "the validator's own language",
    input: '{"nullable":true,"allOf":[…]}',
    tool: { inputSchema: of({ nullable: true, allOf: [{ type: 'string' }] }) },
    valid: [{ a: 'x' }],
    invalid: [{ a: null }],
  },
  {
    kind: "the validator's own language",
    input: '{"type":["string","null"],"nullable":false}',
    tool: { inputSchema: of({ type: ['string', 'null'], nullable: false }) },
    valid: [{ a: null }, { a: 'x' }],
    invalid: [{ a: 1 }],
  },
  {
    kind: "the validator's own language",
    input: '{"id":"x","type":"string"}',
    tool: { inputSchema: of({ id: 'x', type: 'string' }) },
    valid: [{ a: 'x' }],
    invalid: [{ a: 1 }],
  },
  {
    kind: "the validator's own language",
    input: 'discriminator',
    tool: {
      inputSchema: of({
        discriminator: { propertyName: 'k' },
        oneOf: [{ type: 'object', properties: { k: { const: 1 } }, required: ['k'] }, { type: 'string' }],
      }),
    },
    valid: [{ a: { k: 1 } }, { a: 'x' }],
    invalid: [{ a: { k: 2 } }],
  },
  ...[
    [String.raw`^https\:\/\/`, 'https://x', 'http://x'],
    [String.raw`\#`, '#', 'x'],
    [String.raw`^\_`, '_x', 'x'],
  ].map(([pattern, good, bad]) => ({
    kind: "the validator's own language",
    input: `pattern ${String(pattern)}`,
    tool: { inputSchema: of({ type: 'string', pattern }) },
    valid: [{ a: good }],
    invalid: [{ a: bad }],
  })),
  ...[
    'https://json-schema.org/draft/2019-09/schema',
    'http://json-schema.org/draft/2020-12/schema',
    'https://json-schema.org/draft-07/schema',
  ].map(($schema) => ({
    kind: "the validator's own language",
    input: `$schema ${$schema}`,
    tool: { inputSchema: { $schema, ...of({ type: 'string' }) } },
    listed: { $schema: draft },
    valid: [{ a: 'x' }],
    invalid: [{ a: 1 }],
  })),
  {
    kind: "the validator's own language",
    input: 'a union as the root',
    tool: {
      inputSchema: {
        oneOf: [
          { type: 'object', properties: { k: { const: 'a' } }, required: ['k'] },
          { type: 'object', properties: { k: { const: 'b' } }, required: ['k'] },
        ],
      },
    },
    listed: { type: 'object' },
    valid: [{ k: 'a' }],
    invalid: [{ k: 'c' }],
  },
  {
    kind: "the validator's own language",
    input: 'a $ref as the root',
    tool: { inputSchema: { $ref: '#/$defs/N', $defs: { N: of({ type: 'string' }) } } },
    listed: { type: 'object' },
    valid: [{ a: 'x' }],
    invalid: [{ a: 1 }],
  },
  {
    kind: 'binary fractions',
    input: 'multipleOf 0.01',
    tool: { inputSchema: of({ type: 'number', multipleOf: 0.01 }) },
    valid: [{ a: 143.48 }, { a: 19.99 }],
    invalid: [{ a: 0.005 }],
  },
];

/** @type {readonly Row[]} */
const values = [
  {
    kind: 'what is validated is not what is sent',
    input: '{at: new Date(0)}',
    tool: { outputSchema: of({ type: 'string' }) },
    returns: () => ({ a: new Date(0) }),
    result: { structuredContent: { a: '1970-01-01T00:00:00.000Z' } },
  },
  {
    kind: 'what is validated is not what is sent',
    input: '{n: NaN}',
    tool: { outputSchema: of({ type: 'number' }) },
    returns: () => ({ a: NaN }),
    told: /NaN/,
  },
  {
    kind: 'what is validated is not what is sent',
    input: '{a: "x", b: undefined}',
    tool: { outputSchema: { ...of({ type: 'string' }), additionalProperties: false } },
    returns: () => ({ a: 'x', b: undefined }),
    result: { structuredContent: { a: 'x' } },
  },
  ...[
    { type: 'image', data: `data:image/png;base64,${png}`, mimeType: 'image/png' },
    { type: 'audio', data: 'a-b_', mimeType: 'audio/wav' },
    { type: 'image', data: 'https://example.com/x.png', mimeType: 'image/png' },
    { type: 'resource', resource: { uri: 'x://y', blob: `data:;base64,${png}` } },
  ].map((block) => ({
    kind: 'what is checked on the way out',
    input: `${block.type} that is no raw base64: ${JSON.stringify(block).slice(0, 60)}`,
    returns: content(block),
    told: /raw base64|base64/,
  })),
  ...[
    { type: 'text', text: 'x', annotations: null },
    { type: 'text', text: 'x', annotations: { priority: 5 } },
    { type: 'resource_link', uri: 'x://y', name: 'x', size: 'large' },
    { type: 'resource_link', uri: 'x://y', name: 'x', icons: [{}] },
    { type: 'text', text: 'x', _meta: 'x' },
  ].map((block) => ({
    kind: 'what is checked on the way out',
    input: JSON.stringify(block),
    returns: content(block),
    told: /annotations|priority|size|icons|_meta/,
  })),
  {
    kind: 'a shape that is almost a result',
    input: '{structuredContent} without content',
    tool: { outputSchema: of({ type: 'string' }) },
    returns: () => ({ structuredContent: { a: 'x' } }),
    result: { structuredContent: { a: 'x' }, content: [{ type: 'text', text: '{"a":"x"}' }] },
  },
  {
    kind: 'a shape that is almost a result',
    input: 'an image block where outputSchema has only optional members',
    tool: { outputSchema: of({ type: 'string' }) },
    returns: () => ({ type: 'image', data: png, mimeType: 'image/png' }),
    told: /content without structuredContent/,
  },
  { kind: 'a shape that is almost a result', input: 'an Error', returns: () => new Error('secret'), told: /secret/ },
  {
    kind: 'a shape that is almost a result',
    input: 'a Response',
    returns: () => new Response('x'),
    told: /Response/,
  },
  {
    kind: 'a shape that is almost a result',
    input: 'a generator',
    returns: () =>
      (function* () {
        yield 'x';
      })(),
    told: /[Gg]enerator|iterator/,
  },
];

/** @type {readonly Row[]} */
const tokens = [
  ...['https://login.microsoftonline.com/common/v2.0', 'https://login.microsoftonline.com/organizations/v2.0', '*'].map(
    (issuer) => ({
      kind: 'a configuration that can never work',
      input: issuer,
      issuer: { issuer },
      refused: /stands for many/,
    }),
  ),
  {
    kind: 'the first answer wins',
    input: 'RFC 8414 without jwks_uri, OpenID with it',
    discovered: { oauth: { jwks_uri: undefined }, openid: {} },
    status: 200,
  },
  {
    kind: 'null is not absent',
    input: 'scope: null beside scp',
    claims: { scope: null, scp: ['notes:read'] },
    status: 200,
  },
  {
    kind: 'one option for three things',
    input: 'iss of AD FS',
    issuer: {
      issuer: 'http://fs.example.com/adfs/services/trust',
      authorizationServer: 'https://fs.example.com/adfs',
    },
    status: 200,
    servers: ['https://fs.example.com/adfs'],
  },
  {
    kind: 'one option for three things',
    input: 'iss of Azure AD B2C',
    issuer: {
      issuer: 'https://t.b2clogin.example/id/v2.0/',
      authorizationServer: 'https://t.b2clogin.example/id/b2c_1_signin/v2.0',
    },
    status: 200,
    servers: ['https://t.b2clogin.example/id/b2c_1_signin/v2.0'],
  },
  {
    kind: 'one option for three things',
    input: 'an issuer that is no URL',
    issuer: { issuer: 'notes-login' },
    status: 200,
  },
  {
    kind: 'one option for three things',
    input: 'keys over http in a cluster',
    issuer: { issuer: 'http://keycloak:8080/realms/acme', jwks: undefined },
    refused: /dangerouslyAllowHttp/,
  },
  {
    kind: 'one option for three things',
    input: 'keys over http in a cluster, allowed for the issuer',
    issuer: { issuer: 'http://keycloak:8080/realms/acme', dangerouslyAllowHttp: true },
    status: 200,
  },
  {
    kind: 'a heuristic without an override',
    input: 'at_hash and nonce in an access token',
    claims: { at_hash: 'x', nonce: 'n' },
    typ: 'JWT',
    status: 401,
  },
  {
    kind: 'a heuristic without an override',
    input: 'at_hash and nonce, with the mark of the issuer',
    issuer: { accessTokenMark: { claim: 'token_type', value: 'access' } },
    claims: { at_hash: 'x', nonce: 'n', token_type: 'access' },
    typ: 'JWT',
    status: 200,
  },
  {
    kind: 'an option that never worked',
    input: "algorithms: ['HS256'] with an oct key",
    issuer: { algorithms: ['HS256'], secret: 'c'.repeat(43) },
    status: 200,
  },
  {
    kind: 'an option that never worked',
    input: "algorithms: ['HS256'] without one",
    issuer: { algorithms: ['HS256'] },
    refused: /HS256 needs a key with kty/,
  },
  {
    kind: 'a fixed limit',
    input: 'a token of 157 groups',
    claims: { groups: Array.from({ length: 190 }, (_none, index) => `group-${String(index)}`.padEnd(36, '-')) },
    status: 200,
  },
  {
    kind: 'a fixed limit',
    input: 'the same, beyond maxTokenLength',
    options: { maxTokenLength: 8192 },
    claims: { groups: Array.from({ length: 190 }, (_none, index) => `group-${String(index)}`.padEnd(36, '-')) },
    status: 401,
  },
  ...[
    ['an RSA key of 1,024 bits', { key: { kty: 'RSA', kid: 'k', e: 'AQAB', n: 'y'.repeat(171) } }],
    ['a private key', { isPrivate: true }],
    ['key_ops without verify', { key_ops: ['sign'] }],
    ['another use', { use: 'tls' }],
  ].map(([input, keys]) => ({
    kind: 'what is left is called temporary',
    input: String(input),
    discovered: { oauth: {}, keys },
    status: 401,
  })),
  {
    kind: 'members that nobody needs decide',
    input: 'introspection_endpoint: null',
    discovered: { oauth: { introspection_endpoint: null } },
    status: 200,
  },
  ...[
    ['aud with a slash at the end', { aud: 'https://api.example.com/mcp/' }],
    ['aud in another case', { aud: 'https://api.example.com/MCP' }],
    ['aud with a port', { aud: 'https://api.example.com:8443/mcp' }],
  ].map(([input, claims]) => ({
    kind: 'nobody is told which two values differ',
    input: String(input),
    claims: /** @type {Record<string, unknown>} */ (claims),
    status: 401,
    cause:
      /The aud claim of a token is "https:\/\/api\.example\.com.+", and must be "https:\/\/api\.example\.com\/mcp"/,
  })),
  {
    kind: 'nobody is told which two values differ',
    input: 'iss with a slash at the end',
    claims: { iss: 'https://issuer.example/' },
    status: 401,
    cause: /The iss claim of a token is "https:\/\/issuer\.example\/", and must be/,
  },
];

const listing = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };

/** @type {readonly Row[]} */
const requests = [
  {
    kind: "the caller's fault is told as ours",
    input: 'a schema that throws on a text of the model',
    tool: { inputSchema: 'throws' },
    args: { a: 'x' },
    answer: {
      result: {
        isError: true,
        content: [{ text: 'Invalid arguments for tool "run": /a cannot be read as the schema wants it' }],
      },
    },
  },
  {
    kind: "the caller's fault is told as ours",
    input: 'an id beyond 2^53',
    message: { ...listing, id: 2 ** 53 },
    answer: { error: { code: -32600, message: /2\^53/ } },
  },
  ...['2025-11-25, 2025-11-25', '2025-11-25,2025-11-25,2025-11-25'].map((header) => ({
    kind: 'repeated header fields',
    input: header,
    message: listing,
    headers: { 'MCP-Protocol-Version': header },
    answer: { result: { tools: [{ name: 'run' }] } },
  })),
  ...['tools/list', 'initialize'].flatMap((method) =>
    ['2025-11-25, 2025-06-18', '2099-01-01'].map((header) => ({
      kind: 'repeated header fields',
      input: `${header} of ${method}`,
      message: { ...listing, method },
      headers: { 'MCP-Protocol-Version': header },
      answer: { error: { code: -32022, data: { supported: /2025-11-25/ } } },
    })),
  ),
  ...[
    { method: 'tools/list', params: null },
    { method: 'tools/list', params: { cursor: null } },
    { method: 'tools/list', params: { _meta: null } },
    { method: 'tools/call', params: { name: 'run', arguments: null } },
  ].map((message) => ({
    kind: 'null is not absent',
    input: JSON.stringify(message),
    tool: {},
    returns: () => 'done',
    message: { jsonrpc: '2.0', id: 1, ...message },
    answer: { result: {} },
  })),
  ...['vscode-file://vscode-app', 'chrome-extension://abcdefgh', 'app://obsidian.md', 'tauri://localhost', 'null'].map(
    (origin) => ({
      kind: 'URL.origin as a test for origins',
      input: origin,
      router: { allowedOrigins: [origin] },
      message: listing,
      headers: { Origin: origin },
      status: 200,
    }),
  ),
  {
    kind: 'URL.origin as a test for origins',
    input: 'https://*.example.com',
    router: { allowedOrigins: ['https://*.example.com'] },
    refused: /\*/,
  },
  ...[
    ['mail://{address}', 'mail://a@b.com', { address: 'a@b.com' }],
    ['book://{title}', 'book://a+b', { title: 'a+b' }],
    ['book://{title}', "book://a:,=()'!;*&", { title: "a:,=()'!;*&" }],
    ['book://{title}', 'book://a b', { title: 'a b' }],
    ['book://{title}', 'book://é', { title: 'é' }],
    ['https://example.com', 'https://example.com/', undefined],
  ].map(([template, uri, variables]) => ({
    kind: 'the matcher knows only what an expander would write',
    input: `${String(template)} and ${String(uri)}`,
    template: String(template),
    uri: String(uri),
    ...(variables === undefined ? {} : { variables: /** @type {Record<string, string>} */ (variables) }),
  })),
  {
    kind: 'legal names that hosts refuse',
    input: 'a dot, and 65 characters',
    names: ['notes.read', 'n'.repeat(65)],
    warning: 'EXPRESS_MCP_TOOL_NAME',
  },
  {
    kind: 'defaults that nobody knows of',
    input: '101 tools',
    names: Array.from({ length: 101 }, (_none, index) => `tool-${String(index)}`),
    message: listing,
    answer: { result: { nextCursor: undefined } },
  },
  {
    kind: 'defaults that nobody knows of',
    input: '1,001 tools',
    names: Array.from({ length: 1001 }, (_none, index) => `tool-${String(index)}`),
    warning: 'EXPRESS_MCP_PAGE_SIZE',
  },
  {
    kind: 'defaults that nobody knows of',
    input: 'a Host that is not allowed',
    router: { allowedHosts: ['api.example.com'] },
    message: listing,
    status: 403,
    answer: { error: { message: /allowedHosts/ } },
  },
];

export const rows = [...schemas, ...values, ...tokens, ...requests];
