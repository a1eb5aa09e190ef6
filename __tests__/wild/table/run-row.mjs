// @ts-check
// Does what a row of rows.mjs says, over a real port, and fails where something else comes.
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';

/**
 * @typedef {import('./rows.mjs').Row} Row
 * @typedef {{ express: any, mcp: any, testing: any }} Packages - as the consumer imports them. `any`, since the same code runs on the
 *   sources and on the packed package
 */

const resource = 'https://api.example.com/mcp';
const issuerName = 'https://issuer.example';

/**
 * Runs a row.
 *
 * @param {Row} row
 * @param {Packages} packages
 * @returns {Promise<void>}
 */
export async function runRow(row, packages) {
  /** @type {unknown[]} */
  const codes = [];
  const { emitWarning } = process;
  process.emitWarning = (/** @type {unknown} */ _text, /** @type {any} */ options) => void codes.push(options?.code);
  try {
    if (row.refused !== undefined) {
      await assert.rejects(async () => run(row, packages), row.refused);
      return;
    }
    await run(row, packages);
    // Each name is said once.
    const wanted = row.warning === 'EXPRESS_MCP_TOOL_NAME' ? (row.names ?? []).map(() => row.warning) : [row.warning];
    if (row.warning !== undefined) assert.deepEqual(codes, wanted);
  } finally {
    process.emitWarning = emitWarning;
  }
}

/**
 * @param {Row} row
 * @param {Packages} packages
 */
async function run(row, packages) {
  const { mcp } = packages;
  const registry = mcp.createRegistry({ name: 'table', version: '1.0.0' });
  /** @type {unknown[]} */
  const called = [];
  registerItems(row, registry, called);
  const isAboutTokens = row.issuer !== undefined || row.claims !== undefined || row.discovered !== undefined;
  const login = isAboutTokens ? await loginOf(row, packages) : undefined;
  /** @type {string[]} */
  const told = [];
  /** @type {any[]} */
  const decisions = [];
  const app = packages.express();
  const onError = (/** @type {Error} */ error) => told.push(`${error.message} ${String(error.cause)}`);
  if (login !== undefined) {
    app.use(
      mcp.mcpAuth({
        resource,
        issuers: [login.options],
        onDecision: (/** @type {any} */ decision) => void decisions.push(decision),
        onProblem: () => undefined,
        ...row.options,
      }),
    );
  }
  app.use(mcp.mcpRouter(registry, { onError, ...row.router }), mcp.mcpErrorHandler());
  const server = await listen(app);
  const ask = async (/** @type {Readonly<Record<string, unknown>>} */ message) => {
    const response = await fetch(`${server.origin}/mcp`, {
      method: 'POST',
      headers: {
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        'mcp-protocol-version': '2025-11-25',
        ...(login === undefined ? {} : { authorization: `Bearer ${login.token}` }),
        ...row.headers,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }),
    });
    return { status: response.status, body: bodyOf(await response.text()) };
  };
  const call = (/** @type {unknown} */ args) =>
    ask({ method: 'tools/call', params: { name: 'run', ...(args === undefined ? {} : { arguments: args }) } });
  try {
    if (login !== undefined) await checkToken(row, server.origin, ask, decisions);
    else if (row.uri !== undefined) await checkUri(row, ask, called);
    else if (row.message !== undefined) check(row, await ask(row.message));
    else if (row.names === undefined) await checkTool(row, ask, call, called, told);
  } finally {
    await server.close();
    await login?.close();
  }
}

/**
 * @param {Row} row
 * @param {any} registry
 * @param {unknown[]} called
 */
function registerItems(row, registry, called) {
  for (const name of row.names ?? []) registry.tool(name, {}, () => 'done');
  if (row.names !== undefined) return;
  const definition = row.tool?.['inputSchema'] === 'throws' ? { inputSchema: throwingSchema } : (row.tool ?? {});
  registry.tool('run', definition, (/** @type {unknown} */ args) => {
    called.push(args);
    return row.returns === undefined ? JSON.stringify(args) : row.returns();
  });
  if (row.template === undefined) return;
  const read = (/** @type {any} */ about) => {
    called.push(about.variables);
    return 'found';
  };
  if (row.template.includes('{')) registry.resourceTemplate(row.template, {}, read);
  else registry.resource(row.template, {}, read);
}

/** As `z.preprocess` with a function that throws. */
const throwingSchema = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (/** @type {any} */ value) => ({ value: { a: value.a.getTime() } }),
    jsonSchema: { input: () => ({ type: 'object', properties: { a: {} } }), output: () => ({ type: 'object' }) },
  },
};

/**
 * @param {Row} row
 * @param {(message: Readonly<Record<string, unknown>>) => Promise<any>} ask
 * @param {(args: unknown) => Promise<any>} call
 * @param {unknown[]} called
 * @param {readonly string[]} told
 */
async function checkTool(row, ask, call, called, told) {
  if (row.listed !== undefined) {
    const { body } = await ask({ method: 'tools/list' });
    holds(body.result.tools[0].inputSchema, row.listed);
  }
  for (const args of row.valid ?? []) {
    const { body } = await call(args);
    assert.equal(body.result?.isError, undefined, JSON.stringify(body));
    assert.deepEqual(called.pop(), args);
  }
  for (const args of row.invalid ?? []) {
    const { body } = await call(args);
    assert.equal(body.result?.isError, true, JSON.stringify(body));
    assert.match(body.result.content[0].text, /^Invalid arguments/);
    assert.equal(called.length, 0);
  }
  if (row.valid !== undefined || row.invalid !== undefined) return;
  const given = await call(row.args);
  if (row.told === undefined) {
    if (row.result !== undefined) holds(given.body.result, row.result);
    if (row.answer !== undefined) holds(given.body, row.answer);
    return;
  }
  // The caller learns nothing but a reference.
  const isFailedCall = given.body.result?.isError === true || given.body.error !== undefined;
  assert.ok(isFailedCall, JSON.stringify(given.body));
  assert.equal(given.body.result?.structuredContent, undefined);
  assert.match(told.join('\n'), row.told);
}

/**
 * @param {Row} row
 * @param {(message: Readonly<Record<string, unknown>>) => Promise<any>} ask
 * @param {readonly unknown[]} called
 */
async function checkUri(row, ask, called) {
  const { body } = await ask({ method: 'resources/read', params: { uri: row.uri } });
  assert.equal(body.result?.contents?.[0]?.text, 'found', JSON.stringify(body));
  if (row.variables !== undefined) assert.deepEqual({ .../** @type {object} */ (called[0]) }, row.variables);
}

/**
 * @param {Row} row
 * @param {string} origin
 * @param {(message: Readonly<Record<string, unknown>>) => Promise<any>} ask
 * @param {readonly any[]} decisions
 */
async function checkToken(row, origin, ask, decisions) {
  const answer = await ask({ method: 'tools/list' });
  check(row, answer);
  if (row.cause !== undefined) {
    assert.match(String(decisions[0]?.cause?.message), row.cause);
    assert.doesNotMatch(JSON.stringify(answer.body), /and must be/);
  }
  if (row.servers === undefined) return;
  const document = await fetch(`${origin}/.well-known/oauth-protected-resource/mcp`);
  holds(await document.json(), { authorization_servers: row.servers });
}

/**
 * @param {Row} row
 * @param {{ readonly status: number, readonly body: unknown }} answer
 */
function check(row, { status, body }) {
  if (row.status !== undefined) assert.equal(status, row.status, JSON.stringify(body));
  if (row.answer !== undefined) holds(body, row.answer);
}

/**
 * A token, and the issuer that it is from: with its keys given, a shared secret, or all of it discovered over HTTP.
 *
 * @param {Row} row
 * @param {Packages} packages
 */
async function loginOf(row, { testing }) {
  const { secret, ...options } = /** @type {any} */ (row.issuer ?? {});
  const name = options.issuer ?? issuerName;
  if (secret !== undefined) {
    const jwks = { keys: [{ kty: 'oct', k: secret }] };
    const token = hmacToken(name, Buffer.from(secret, 'base64url'));
    return { token, options: { issuer: name, jwks, ...options }, close: () => Promise.resolve() };
  }
  if (row.discovered !== undefined) return discoveredLogin(row.discovered);
  const issuer = await testing.createTestIssuer({ audience: resource });
  const token = await issuer.token({
    issuer: row.claims?.['iss'] ?? name,
    claims: row.claims ?? {},
    ...(row.typ === undefined ? {} : { type: row.typ }),
  });
  return { token, options: { issuer: name, jwks: issuer.jwks, ...options }, close: () => Promise.resolve() };
}

/** @param {any} discovered - metadata by RFC 8414 and OpenID Connect, and what is odd about the key */
async function discoveredLogin({ oauth, openid, keys = {} }) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { key, isPrivate, ...members } = keys;
  const own = (isPrivate === true ? privateKey : publicKey).export({ format: 'jwk' });
  const published = key ?? { ...own, kid: 'k', ...members };
  const server = createServer((request, response) => {
    const places = new Map(
      Object.entries({
        '/.well-known/oauth-authorization-server': oauth,
        '/.well-known/openid-configuration': openid,
      }),
    );
    const metadata = places.get(request.url ?? '');
    const body =
      request.url === '/jwks' ? { keys: [published] } : { issuer: origin, jwks_uri: `${origin}/jwks`, ...metadata };
    const isThere = metadata !== undefined || request.url === '/jwks';
    response.writeHead(isThere ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const { origin, close } = await listen(server);
  const alg = key === undefined ? 'ES256' : 'RS256';
  const unsigned = tokenText({ alg, kid: 'k' }, origin);
  const signature =
    key === undefined
      ? sign('sha256', Buffer.from(unsigned), { key: privateKey, dsaEncoding: 'ieee-p1363' })
      : Buffer.alloc(128, 1);
  return { token: `${unsigned}.${signature.toString('base64url')}`, options: { issuer: origin }, close };
}

/**
 * @param {string} issuer
 * @param {Buffer} secret
 */
function hmacToken(issuer, secret) {
  const unsigned = tokenText({ alg: 'HS256' }, issuer);
  return `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`;
}

/**
 * @param {object} header
 * @param {string} iss
 */
function tokenText(header, iss) {
  const claims = { iss, aud: resource, sub: 'ada', exp: Math.floor(Date.now() / 1000) + 60 };
  return [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
}

/** @param {any} handler */
async function listen(handler) {
  const server = typeof handler.listen === 'function' && handler.use === undefined ? handler : createServer(handler);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return { origin: `http://127.0.0.1:${String(server.address().port)}`, close };
}

/** @param {string} text - JSON, or one event of a stream */
function bodyOf(text) {
  const data = /^data: (.*)$/m.exec(text)?.[1] ?? text;
  return data === '' ? undefined : JSON.parse(data);
}

/**
 * Whether a value has what another one has; a regular expression is looked for in the text of the value.
 *
 * @param {any} value
 * @param {any} wanted
 */
function holds(value, wanted) {
  if (wanted instanceof RegExp) assert.match(JSON.stringify(value), wanted);
  else if (typeof wanted === 'object' && wanted !== null) {
    assert.ok(typeof value === 'object' && value !== null, `${JSON.stringify(value)} is no object`);
    for (const [key, member] of Object.entries(wanted)) holds(value[key], member);
  } else assert.deepEqual(value, wanted);
}
