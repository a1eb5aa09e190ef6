// @ts-check
// Sends what a case of cases.mjs says over a real port, and returns what came back.
import { once } from 'node:events';

/**
 * @typedef {import('./cases.mjs').Sent} Sent
 * @typedef {import('./cases.mjs').Case} Case
 * @typedef {{ express: any, mcp: any, testing: any }} Packages - as the consumer imports them. `any`, since the same code runs on the
 *   sources and on the packed package
 * @typedef {object} Kit
 * @property {any} mcp
 * @property {any} issuer - its tokens are good
 * @property {() => any} app - a new app
 * @property {(options?: object) => any} auth - an `mcpAuth` of the endpoint `/mcp`
 * @property {() => any} registry - an empty one
 * @property {(registry?: any, options?: object) => any} router - an `mcpRouter`; without a registry, of one with the tool `open`
 * @property {(...all: any[]) => void} handler - a handler of the app, which must not run
 * @property {(name: string) => () => string} running - a handler of an item
 * @property {(name: string) => (...all: any[]) => void} passing - middleware of the app
 */

const resource = 'https://api.example.com/mcp';
const version = '2026-07-28';
const _meta = {
  'io.modelcontextprotocol/protocolVersion': version,
  'io.modelcontextprotocol/clientInfo': { name: 'attacker', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

/**
 * Runs a case.
 *
 * @param {Case} one
 * @param {Packages} packages
 * @returns {Promise<{ answers: import('./cases.mjs').Answer[], ran: string[] }>} what came back, and the handlers that ran
 */
export async function runCase({ app: make, sent }, packages) {
  /** @type {string[]} */
  const ran = [];
  const issuer = await packages.testing.createTestIssuer({ audience: resource });
  const app = make(kitOf(packages, issuer, ran));
  const server = app.listen(0);
  await once(server, 'listening');
  try {
    const answers = [];
    for (const each of sent) answers.push(await send(each, server.address().port, issuer));
    return { answers, ran };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** @type {(packages: Packages, issuer: any, ran: string[]) => Kit} */
function kitOf({ express, mcp }, issuer, ran) {
  /** @type {Kit['running']} */
  const running = (name) => () => {
    ran.push(name);
    return `ran ${name}`;
  };
  const withOpen = () => {
    const registry = mcp.createRegistry({ name: 'notes', version: '1.0.0' });
    registry.tool('open', {}, running('open'));
    return registry;
  };
  return {
    mcp,
    issuer,
    running,
    app: () => express().set('env', 'production'),
    registry: () => mcp.createRegistry({ name: 'notes', version: '1.0.0' }),
    router: (registry = withOpen(), options = {}) => mcp.mcpRouter(registry, { onError: () => undefined, ...options }),
    auth: (options = {}) => {
      const keys =
        'verifier' in options || 'issuers' in options
          ? {}
          : { issuers: [{ issuer: issuer.issuer, jwks: issuer.jwks }] };
      return mcp.mcpAuth({ resource, ...keys, onError: () => undefined, onProblem: () => undefined, ...options });
    },
    handler: (_req, res) => {
      ran.push('handler');
      res.json({ ran: 'handler' });
    },
    passing: (name) => (_req, _res, next) => {
      ran.push(name);
      next();
    },
  };
}

/** @type {(sent: Sent, port: number, issuer: any) => Promise<import('./cases.mjs').Answer>} */
async function send(
  { method = 'POST', path = '/mcp', token, call = { name: 'open' }, read, headers = {} },
  port,
  issuer,
) {
  const bearer = typeof token === 'object' ? await issuer.token({ scope: '', ...token }) : token;
  const [mcpMethod, params, name] =
    read === undefined ? ['tools/call', call, call.name] : ['resources/read', { uri: read }, read];
  const response = await fetch(`http://127.0.0.1:${String(port)}${path}`, {
    method,
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': version,
      'Mcp-Method': mcpMethod,
      'Mcp-Name': /^[\x21-\x7e]+$/.test(name) ? name : 'x',
      ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
      ...headers,
    },
    ...(method === 'GET'
      ? {}
      : { body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: mcpMethod, params: { _meta, ...params } }) }),
  });
  const challenge = response.headers.get('www-authenticate');
  return { status: response.status, ...(challenge === null ? {} : { challenge }), body: bodyOf(await response.text()) };
}

/** @type {(text: string) => unknown} */
function bodyOf(text) {
  const plain = text.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<reference>');
  try {
    return JSON.parse(plain);
  } catch {
    return plain;
  }
}
