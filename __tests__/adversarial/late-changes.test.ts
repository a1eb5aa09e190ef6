// An app may keep the object that its function returned, and change it later. The change must not alter what was decided.
import { expect, it } from '@jest/globals';
import express from 'express';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import { authOptions, issuer, modern } from '../support/mcp-app.js';

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

it.each([false, true])(
  'scopes that a function returned are emptied before the record is written (async: %s)',
  async (isAsync) => {
    const registry = createRegistry({ name: 'late', version: '1.0.0' });
    const returned: string[][] = [];
    let runs = 0;
    const scopes = (): string[] => {
      const list = ['notes:admin'];
      returned.push(list);
      return list;
    };
    registry.tool('purge', { scopes: isAsync ? () => Promise.resolve(scopes()) : scopes }, () => {
      runs += 1;
      return 'purged';
    });
    const needed: unknown[] = [];
    const onDecision = (decision: object): void => {
      for (const list of returned) list.length = 0;
      needed.push(JSON.stringify(decision).includes('notes:admin'));
    };
    const app = express();
    app.use(mcpAuth(authOptions({ onDecision })), mcpRouter(registry, { onError: () => undefined }), mcpErrorHandler());
    const token = await issuer.token({ subject: 'ada', scope: 'notes:read' });
    const response = await modern(app, 'tools/call', { name: 'purge' }, bearer(token));
    expect([response.status, runs]).toEqual([403, 0]);
    expect(response.headers['www-authenticate']).toContain('notes:admin');
    expect(needed).toContain(true);
  },
);

it('options that an issuer function returned are changed after its first token', async () => {
  const registry = createRegistry({ name: 'late', version: '1.0.0' });
  registry.tool('open', {}, () => 'open');
  const options = {
    issuer: issuer.issuer,
    jwks: { keys: [...issuer.jwks.keys] },
    audience: ['https://api.example.com/mcp'],
    algorithms: ['ES256'],
  };
  const app = express();
  app.use(mcpAuth(authOptions({ issuers: () => options as never })), mcpRouter(registry), mcpErrorHandler());
  const ask = async (audience: string): Promise<number> =>
    (await modern(app, 'tools/call', { name: 'open' }, bearer(await issuer.token({ subject: 'ada', audience }))))
      .status;
  expect(await ask('https://api.example.com/mcp')).toBe(200);
  options.audience.push('https://other.example.com');
  options.jwks.keys.length = 0;
  options.algorithms.length = 0;
  expect(await ask('https://other.example.com')).toBe(401);
  expect(await ask('https://api.example.com/mcp')).toBe(200);
});
