import { describe, expect, it } from '@jest/globals';
import { configure } from '@codegenie/serverless-express';
import express from 'express';
import serverlessHttp from 'serverless-http';
import { mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import { requestOf } from '../support/dispatching.js';
import { authOptions, issuer, notesRegistry } from '../support/mcp-app.js';

function app() {
  const registry = notesRegistry();
  registry.tool('steps', { timeoutMs: 5000 }, async (_args, ctx) => {
    await ctx.progress(1, 2);
    await ctx.progress(2, 2);
    return 'done';
  });
  const served = express();
  served.use(mcpAuth(authOptions()), mcpRouter(registry), mcpErrorHandler());
  return served;
}

/** The event that an API gateway of AWS sends to a function (payload format 2.0). */
async function eventFor(name: string, scope: string, meta: object = {}) {
  const body = JSON.stringify(requestOf('2026-07-28', 'tools/call', { name, ...meta }));
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/mcp',
    rawQueryString: '',
    headers: {
      host: 'api.example.com',
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': name,
      authorization: `Bearer ${await issuer.token({ scope })}`,
    },
    requestContext: {
      http: { method: 'POST', path: '/mcp', protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      stage: '$default',
    },
    body,
    isBase64Encoded: false,
  };
}

interface Answer {
  readonly statusCode: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

type Invoke = (event: object) => Promise<Answer>;

const platforms: readonly (readonly [string, () => Invoke])[] = [
  [
    'serverless-http',
    () => {
      const handler = serverlessHttp(app());
      return async (event) => (await handler(event, {})) as Answer;
    },
  ],
  [
    '@codegenie/serverless-express',
    () => {
      // Its types import a module that only a project with AWS's own types has.
      const handler = (configure as (options: object) => (event: object, context: object) => Promise<Answer>)({
        app: app(),
      });
      return (event) => handler(event, {});
    },
  ],
];

describe.each(platforms)('behind %s', (_platform, platform) => {
  const invoke = platform();

  it('a good token calls a tool', async () => {
    const { statusCode, body } = await invoke(await eventFor('read', 'notes:read'));
    expect([statusCode, JSON.parse(body)]).toMatchObject([200, { result: { content: [{ text: 'a note' }] } }]);
  });

  it('a lacking scope gets 403 with the challenge', async () => {
    const { statusCode, headers } = await invoke(await eventFor('write', 'notes:read'));
    expect(statusCode).toBe(403);
    expect(headers['www-authenticate']).toContain('scope="notes:read notes:write"');
  });

  it('progress does not keep a tool waiting', async () => {
    const meta = { _meta: { progressToken: 'p' } };
    const { statusCode, body } = await invoke(await eventFor('steps', 'notes:read', meta));
    expect(statusCode).toBe(200);
    expect(body).toContain('"method":"notifications/progress"');
    expect(body).toContain('"text":"done"');
  });
});
