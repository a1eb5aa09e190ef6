// Credentials of several kinds at one endpoint, attacked by strangers and mishandled by careless verifiers.
import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { McpAuthOptions, TokenVerdict, TokenVerifier } from '../../lib/index.js';
import { apiKeyVerifier, jwtVerifier } from '../../lib/index.js';
import { createTestIssuer } from '../../lib/testing/index.js';
import { issuer, modern, protectedApp } from '../support/mcp-app.js';

const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const jwts = jwtVerifier({ issuer: issuer.issuer, jwks: issuer.jwks });

/** The arguments of each key lookup, so that a test sees the app's input. */
const lookedUp: string[] = [];
const owners = new Map([
  [sha256('nk_key'), { subject: 'ada', clientId: 'cron', scopes: ['notes:read'] }],
  [sha256('nk_key2'), { subject: 'bob', clientId: 'cron', scopes: [] }],
]);
const keys = apiKeyVerifier({
  prefix: 'nk_',
  find: (key, hash) => {
    lookedUp.push(key);
    return owners.get(hash);
  },
});

async function whoIs(token: string, auth: Partial<McpAuthOptions> = { verifiers: [keys, jwts] }) {
  const response = await modern(protectedApp({ auth }), 'tools/call', { name: 'open' }, bearer(token));
  const text = (response.body as { result?: { content: { text: string }[] } }).result?.content[0]?.text;
  return { status: response.status, text, all: response.text };
}

describe('an API key', () => {
  it('that begins as another does is another', async () => {
    expect(await whoIs('nk_key')).toMatchObject({ status: 200, text: 'Hello ada' });
    expect(await whoIs('nk_key2')).toMatchObject({ status: 200, text: 'Hello bob' });
    for (const key of ['nk_ke', 'nk_key22', 'nk_key=', 'NK_key', 'nk_KEY', 'xnk_key']) {
      expect([key, (await whoIs(key)).status]).toEqual([key, 401]);
    }
  });

  it('of more than 8 KiB is refused, and never looked up', async () => {
    lookedUp.length = 0;
    const refused = await whoIs(`nk_${'a'.repeat(8 * 1024)}`);
    expect([refused.status, lookedUp]).toEqual([401, []]);
  });

  it('in the query is refused, also beside a good one', async () => {
    const app = protectedApp({ auth: { verifiers: [keys] } });
    for (const headers of [{}, bearer('nk_key')]) {
      const response = await modern(app, 'tools/call', { name: 'open' }, headers).query({ access_token: 'nk_key' });
      expect([response.status, response.text.includes('Hello')]).toEqual([400, false]);
    }
  });

  it('is in no answer and no decision', async () => {
    const decisions: unknown[] = [];
    const auth = { verifiers: [keys, jwts], onDecision: (decision: unknown) => decisions.push(decision) };
    const good = await whoIs('nk_key', auth);
    const bad = await whoIs('nk_secretsecret', auth);
    expect(`${good.all}${bad.all}${JSON.stringify(decisions)}`).not.toMatch(/nk_key|secretsecret/);
  });

  it('in the shape of a JWT goes to the issuers, and a JWT with the prefix to the keys', async () => {
    lookedUp.length = 0;
    const token = await issuer.token({ subject: 'eve' });
    expect(await whoIs(token)).toMatchObject({ status: 200, text: 'Hello eve' });
    expect(lookedUp).toEqual([]);
    // A good JWT behind the prefix of a key is an unknown key.
    expect((await whoIs(`nk_${token}`)).status).toBe(401);
    expect(lookedUp).toEqual([`nk_${token}`]);
  });
});

describe('a token that two verifiers recognise', () => {
  it('is decided about by the first alone: a refusal is not asked about again', async () => {
    const asked: string[] = [];
    const verifierThat = (name: string, verdict: TokenVerdict | undefined): TokenVerifier => ({
      recognizes: (token) => token.startsWith('t-'),
      verify: () => {
        asked.push(name);
        return verdict;
      },
    });
    const good = { subject: 'eve', clientId: 'cli', scopes: ['notes:admin'], claims: {} };
    const auth = { verifiers: [verifierThat('strict', undefined), verifierThat('lax', good)] };
    expect((await whoIs('t-1', auth)).status).toBe(401);
    expect(asked).toEqual(['strict']);
  });

  it('by the issuer that it names, though another issuer has the same key', async () => {
    const twin = await createTestIssuer({ issuer: 'https://twin.test' });
    const auth = {
      verifiers: [jwtVerifier({ issuer: 'https://twin.test', jwks: issuer.jwks, audience: 'other' }), jwts],
    };
    expect(await whoIs(await issuer.token({ subject: 'ada' }), auth)).toMatchObject({ text: 'Hello ada' });
    // Signed with the shared key, for the audience of the other: neither accepts it.
    expect((await whoIs(await issuer.token({ issuer: 'https://twin.test' }), auth)).status).toBe(401);
    expect((await whoIs(await twin.token({ audience: 'other' }), auth)).status).toBe(401);
  });
});

describe('a verdict that changes after it was given', () => {
  it('changes nothing: neither who calls nor what they may', async () => {
    const verdict = { subject: 'ada', clientId: 'cli', scopes: ['notes:read'], claims: { roles: ['reader'] } };
    const verifier: TokenVerifier = {
      verify: () => {
        setImmediate(() => {
          verdict.subject = 'root';
          verdict.scopes.push('notes:write', 'notes:admin');
          verdict.claims.roles.push('admin');
        });
        return verdict;
      },
    };
    const seen: unknown[] = [];
    const auth: Partial<McpAuthOptions> = {
      verifier,
      // Time for the change to happen, between authentication and the decision.
      onDecision: async ({ subject, grantedScopes }) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        seen.push([subject, grantedScopes]);
      },
    };
    const app = protectedApp({ auth });
    const refused = await modern(app, 'tools/call', { name: 'write' }, bearer('t'));
    expect(refused.status).toBe(403);
    expect(seen).toEqual([
      ['ada', ['notes:read']],
      ['ada', ['notes:read']],
    ]);
  });

  it('has no member that is looked at twice', async () => {
    let reads = 0;
    const verifier: TokenVerifier = {
      verify: () =>
        Object.defineProperty({ subject: 'ada', clientId: 'cli', claims: {} }, 'scopes', {
          enumerable: true,
          get: () => ((reads += 1) === 1 ? [] : ['notes:read', 'notes:write', 'notes:admin']),
        }) as unknown as TokenVerdict,
    };
    expect(
      (await modern(protectedApp({ auth: { verifier } }), 'tools/call', { name: 'write' }, bearer('t'))).status,
    ).toBe(403);
  });

  it('has no scope that is looked at twice', async () => {
    let reads = 0;
    const verifier: TokenVerifier = {
      verify: () => {
        const scopes = Object.defineProperty(['none'], 0, {
          get: () => ((reads += 1) === 1 ? 'notes:read' : 'notes:write'),
        });
        return { subject: 'ada', clientId: 'cli', scopes, claims: {} };
      },
    };
    const app = protectedApp({ auth: { verifier } });
    expect((await modern(app, 'tools/call', { name: 'write' }, bearer('t'))).status).toBe(403);
    expect(reads).toBe(1);
  });
});

describe('what another function of the app returned, and changes afterwards,', () => {
  /** Something that says less at the first look than at any other, and less at first than later. */
  const escalating = <T extends object>(honest: T, escalated: Partial<T>): T => {
    const looks = new Map<PropertyKey, number>();
    setImmediate(() => Object.assign(honest, escalated));
    return new Proxy(honest, {
      get: (target, name) => {
        looks.set(name, (looks.get(name) ?? 0) + 1);
        const late =
          (looks.get(name) ?? 0) > 1 ? (escalated as Readonly<Record<PropertyKey, unknown>>)[name] : undefined;
        return late ?? (Reflect.get(target, name) as unknown);
      },
    });
  };
  const reader = () =>
    escalating(
      { subject: 'ada', clientId: 'cli', scopes: ['notes:read'] },
      { subject: 'root', scopes: ['notes:write'] },
    );
  const key = `key_${'x'.repeat(32)}`;
  const later = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 20));
  };

  it.each<[string, Partial<McpAuthOptions>, string]>([
    ['authenticate', { authenticate: () => reader() }, 't'],
    ['find of apiKeyVerifier', { verifiers: [apiKeyVerifier({ prefix: 'key_', find: reader })] }, key],
    [
      'find of apiKeyVerifier, promised',
      { verifiers: [apiKeyVerifier({ prefix: 'key_', find: () => Promise.resolve(reader()) })] },
      key,
    ],
  ])('gives no access that it did not give at once: %s', async (_hook, auth, token) => {
    const seen: unknown[] = [];
    const onDecision: McpAuthOptions['onDecision'] = async ({ subject, grantedScopes }) => {
      await later();
      seen.push([subject, grantedScopes]);
    };
    const app = protectedApp({ auth: { ...auth, onDecision } });
    expect((await modern(app, 'tools/call', { name: 'write' }, bearer(token))).status).toBe(403);
    expect(seen).toEqual([
      ['ada', ['notes:read']],
      ['ada', ['notes:read']],
    ]);
  });

  it('gives no access that it did not give at once: claims.scope', async () => {
    const scope = (): readonly string[] => {
      const scopes = ['notes:read'];
      setImmediate(() => scopes.push('notes:write'));
      return scopes;
    };
    const issuers = [{ issuer: issuer.issuer, jwks: issuer.jwks, claims: { scope } }];
    const app = protectedApp({ auth: { issuers, onDecision: later } });
    const token = await issuer.token({ subject: 'ada' });
    for (let times = 0; times < 2; times++) {
      expect((await modern(app, 'tools/call', { name: 'write' }, bearer(token))).status).toBe(403);
    }
  });
});
