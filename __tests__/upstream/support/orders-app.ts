import type { Express } from 'express';
import express from 'express';
import type { Response as Answer } from 'supertest';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../../lib/index.js';
import type { McpAuthOptions } from '../../../lib/index.js';
import type { TokenExchange, TokenExchangeOptions } from '../../../lib/upstream/index.js';
import { relayInsufficientScope, tokenExchange } from '../../../lib/upstream/index.js';
import { FakeIssuer } from '../../support/fake-issuer.js';
import { modern } from '../../support/mcp-app.js';
import type { ExchangeServer } from './exchange-server.js';
import { clientId, clientSecret, ordersApi, resource, sendJson } from './exchange-server.js';

/** The upstream API: verifies tokens, and wants `orders:write` for a POST. */
export async function startOrdersApi(server: ExchangeServer): Promise<FakeIssuer> {
  const api = await new FakeIssuer().listen();
  api.routes.set('/orders', (request, response) => {
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    server.verify(token, ordersApi).then(
      ({ sub, scope }) => {
        const wanted = request.method === 'POST' ? 'orders:write' : 'orders:read';
        if (String(scope).split(' ').includes(wanted)) {
          sendJson(response, 200, { of: sub, scope });
          return;
        }
        const challenge = `Bearer realm="orders", error="insufficient_scope", scope="${wanted}"`;
        response.writeHead(403, { 'www-authenticate': challenge }).end();
      },
      () => response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end(),
    );
  });
  return api;
}

/** Options of an exchange with the server. */
export function exchangeOptions(
  server: ExchangeServer,
  more: Partial<TokenExchangeOptions> = {},
): TokenExchangeOptions {
  const client = { clientId, clientSecret };
  return { issuer: server.issuer, client, audience: ordersApi, scopes: ['orders:read'], ...more };
}

export interface OrdersApp {
  readonly app: Express;
  readonly exchange: TokenExchange;
  /** Errors of handlers that are hidden from the caller. */
  readonly reported: unknown[];
  /** Calls `orders` (GET) or `order` (POST) with a token. */
  call(tool: string, token?: string): Promise<Answer>;
}

/** An app with tools that call the upstream API with exchanged tokens. */
export function ordersApp(
  server: ExchangeServer,
  api: FakeIssuer,
  options: Partial<TokenExchangeOptions> = {},
  auth: Partial<McpAuthOptions> = {},
): OrdersApp {
  const exchange = tokenExchange(exchangeOptions(server, options));
  const registry = createRegistry({ name: 'shop', version: '1.0.0' });
  for (const [tool, method] of [
    ['orders', 'GET'],
    ['order', 'POST'],
  ] as const) {
    registry.tool(tool, { scopes: ['shop'] }, async (_args, ctx) => {
      const headers = { authorization: `Bearer ${await exchange.token(ctx)}` };
      const response = relayInsufficientScope(await fetch(`${api.origin}/orders`, { method, headers }), ctx);
      return `${String(response.status)} ${await response.text()}`;
    });
  }
  registry.tool('open', {}, async (_args, ctx) => exchange.token(ctx));
  const reported: unknown[] = [];
  const app = express();
  app.use(
    mcpAuth({ resource, issuer: server.issuer, ...auth }),
    mcpRouter(registry, { onError: (error) => reported.push(error) }),
    mcpErrorHandler(),
  );
  return {
    app,
    exchange,
    reported,
    call: async (name, token) =>
      modern(app, 'tools/call', { name }, token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  };
}

/** The text of the first content block. */
export function textOf({ body }: Answer): string | undefined {
  const { result } = body as { readonly result?: { readonly content?: readonly { readonly text?: string }[] } };
  return result?.content?.[0]?.text;
}
