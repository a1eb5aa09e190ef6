import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fetchBounded } from '../../lib/oauth/fetch-bounded.js';
import { FakeIssuer } from '../support/fake-issuer.js';

let server: FakeIssuer;

beforeEach(async () => {
  server = await new FakeIssuer().listen();
});

afterEach(async () => {
  await server.close();
});

const limits = { timeoutMs: 1000, maxBytes: 100 };

describe('a bounded request', () => {
  it('may have an answer as large as the limit, and of any number of pieces', async () => {
    server.routes.set('/', (_request, response) => {
      response.write('x'.repeat(60));
      setImmediate(() => response.end('y'.repeat(40)));
    });
    const answer = await fetchBounded(`${server.origin}/`, {}, limits);
    expect(await answer.text()).toBe('x'.repeat(60) + 'y'.repeat(40));
  });

  it('is given up when the answer is larger, and says so', async () => {
    server.routes.set('/', (_request, response) => response.end('x'.repeat(101)));
    await expect(fetchBounded(`${server.origin}/`, {}, limits)).rejects.toThrow(
      new Error(`The answer of ${server.origin}/ is larger than 100 bytes`),
    );
  });

  it('does not go where it is sent, and gives back what it was answered', async () => {
    server.routes.set('/', (_request, response) => response.writeHead(302, { location: '/x', 'x-y': 'z' }).end());
    const answer = await fetchBounded(`${server.origin}/`, {}, limits);
    expect([answer.status, answer.headers.get('x-y'), await answer.text()]).toEqual([302, 'z', '']);
    expect(server.requests).toEqual(['/']);
  });

  it('sends what it is told', async () => {
    server.routes.set('/', (request, response) =>
      response.end(`${request.method ?? ''} ${request.headers.accept ?? ''}`),
    );
    const answer = await fetchBounded(`${server.origin}/`, { method: 'PUT', headers: { accept: 'a/b' } }, limits);
    expect(await answer.text()).toBe('PUT a/b');
  });

  it('is given up when it takes too long', async () => {
    server.routes.set('/', () => undefined);
    await expect(fetchBounded(`${server.origin}/`, {}, { ...limits, timeoutMs: 30 })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });
});
