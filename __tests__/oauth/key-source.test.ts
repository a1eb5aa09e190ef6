import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import { TemporarilyUnavailableError } from '../../lib/errors/temporarily-unavailable-error.js';
import { discoveredKeys, givenKeys, remoteKeys } from '../../lib/oauth/key-source.js';
import { discoverMember, issuerMember, metadataUrls } from '../../lib/oauth/issuer-discovery.js';
import { fetchBounded } from '../../lib/oauth/fetch-bounded.js';
import { isLoopbackHost, isTrustworthyUrl } from '../../lib/oauth/trustworthy-url.js';
import type { TestIssuer } from '../../lib/testing/index.js';
import { createTestIssuer } from '../../lib/testing/index.js';
import { FakeIssuer } from '../support/fake-issuer.js';
import { later } from '../support/later.js';

let server: FakeIssuer;
let signer: TestIssuer;

beforeEach(async () => {
  server = await new FakeIssuer().listen();
  signer = await createTestIssuer();
});

afterEach(async () => {
  await server.close();
});

const oauth = '/.well-known/oauth-authorization-server';
const openid = '/.well-known/openid-configuration';

/** Asks a source for the key of a token, as jose does. */
async function keyFor(source: ReturnType<typeof remoteKeys>, issuer = signer): Promise<string> {
  const token = await issuer.token();
  const [header = '', payload = '', signature = ''] = token.split('.');
  const key = await source
    .find(decodeProtectedHeader(token), { protected: header, payload, signature })
    .catch((error: unknown) => {
      // Keys that cannot be had are no fault of the token; why they cannot is in the cause.
      throw error instanceof TemporarilyUnavailableError ? (error.cause as Error) : error;
    });
  return key instanceof Uint8Array ? 'secret' : key.type;
}

describe('the metadata of an issuer', () => {
  it('is looked for at the places of RFC 8414 and OpenID Connect, in this order', () => {
    expect(metadataUrls('https://login.example.com')).toEqual([
      `https://login.example.com${oauth}`,
      `https://login.example.com${openid}`,
    ]);
    expect(metadataUrls('https://login.example.com/tenant/')).toEqual([
      `https://login.example.com${oauth}/tenant`,
      `https://login.example.com${openid}/tenant`,
      `https://login.example.com/tenant${openid}`,
    ]);
  });

  it('is found at the first place that has it', async () => {
    server.json(openid, { issuer: server.origin, jwks_uri: `${server.origin}/jwks` });
    expect(await discoverMember('jwks_uri', server.origin)).toBe(`${server.origin}/jwks`);
    expect(server.requests).toEqual([oauth, openid]);
  });

  it.each<[string, (fake: FakeIssuer) => void]>([
    [
      'names another issuer',
      (fake) => {
        fake.json(oauth, { issuer: `${fake.origin}/`, jwks_uri: `${fake.origin}/jwks` });
      },
    ],
    [
      'has keys without https',
      (fake) => {
        fake.json(oauth, { issuer: fake.origin, jwks_uri: 'http://keys.example/jwks' });
      },
    ],
    [
      'is no object',
      (fake) => {
        fake.json(oauth, null);
      },
    ],
    [
      'is HTML',
      (fake) => {
        fake.routes.set(oauth, (_q, response) => {
          response.writeHead(200).end('<html>');
        });
      },
    ],
    [
      'moved',
      (fake) => {
        fake.routes.set(oauth, (_q, response) => {
          response.writeHead(302, { location: '/x' }).end();
        });
      },
    ],
    [
      'is too large',
      (fake) => {
        fake.routes.set(oauth, (_q, response) => {
          response.end('x'.repeat(1024 * 1024 + 1));
        });
      },
    ],
  ])('is not used when it %s', async (_what, prepare) => {
    prepare(server);
    await expect(discoverMember('jwks_uri', server.origin)).rejects.toThrow('No metadata of the authorization server');
    expect(server.requests).not.toContain('/x');
  });
});

describe('keys that are discovered', () => {
  it('are looked for in every place, and nowhere when none names them', async () => {
    server.json(oauth, { issuer: server.origin });
    const keys = () => keyFor(discoveredKeys(issuerMember('jwks_uri', server.origin)));
    await expect(keys()).rejects.toThrow(
      `No metadata of the authorization server ${server.origin} names a usable jwks_uri`,
    );
    server.publish(signer.jwks);
    server.json(oauth, { issuer: server.origin });
    server.json(openid, { issuer: server.origin, jwks_uri: `${server.origin}/jwks` });
    expect(await keys()).toBe('public');
  });

  it('are asked for once, for all tokens that wait', async () => {
    server.publish(signer.jwks);
    const keys = discoveredKeys(issuerMember('jwks_uri', server.origin));
    expect(await Promise.all([keyFor(keys), keyFor(keys), keyFor(keys)])).toEqual(['public', 'public', 'public']);
    expect(server.requests).toEqual([oauth, '/jwks']);
  });

  it('come back by themselves after an outage, which is not asked about more than once a second', async () => {
    const keys = discoveredKeys(issuerMember('jwks_uri', server.origin));
    await expect(keyFor(keys)).rejects.toThrow('No metadata');
    await expect(keyFor(keys)).rejects.toThrow('No metadata');
    expect(server.requests).toEqual([oauth, openid]);
    server.publish(signer.jwks);
    expect(await later(1001, () => keyFor(keys))).toBe('public');
  });
});

describe('keys at a known place', () => {
  it.each<[string, (fake: FakeIssuer) => void, string]>([
    ['is down', () => undefined, '/jwks answered 404'],
    [
      'is HTML',
      (fake) => {
        fake.routes.set('/jwks', (_q, response) => {
          response.writeHead(200).end('<html>');
        });
      },
      'is not valid JSON',
    ],
    [
      'is no key set',
      (fake) => {
        fake.json('/jwks', { keys: 'none' });
      },
      '/jwks has no keys',
    ],
    [
      'is empty',
      (fake) => {
        fake.json('/jwks', { keys: [] });
      },
      '/jwks has no keys',
    ],
    [
      'has only what is no key, or is for encryption',
      (fake) => {
        fake.json('/jwks', { keys: [null, 7, {}, { kty: 7 }, { kty: 'EC', use: 'enc' }] });
      },
      '/jwks has no keys',
    ],
    [
      'is too large',
      (fake) => {
        fake.routes.set('/jwks', (_q, response) => {
          response.end('x'.repeat(1024 * 1024 + 1));
        });
      },
      'is larger than 1048576 bytes',
    ],
    [
      'moved',
      (fake) => {
        fake.routes.set('/jwks', (_q, response) => {
          response.writeHead(302, { location: '/x' }).end();
        });
      },
      '/jwks answered 302',
    ],
  ])('cannot be used when it %s', async (_what, prepare, message) => {
    prepare(server);
    await expect(keyFor(remoteKeys(`${server.origin}/jwks`))).rejects.toThrow(message);
    expect(server.requests).toEqual(['/jwks']);
  });

  it.each([undefined, 'sig'])('are used when they are for %j', async (use) => {
    server.json('/jwks', { keys: [{ ...signer.jwks.keys[0], use }] });
    expect(await keyFor(remoteKeys(`${server.origin}/jwks`))).toBe('public');
  });

  it('are used when only one of several is for signatures', async () => {
    server.json('/jwks', { keys: [{ kty: 'EC', use: 'enc' }, ...signer.jwks.keys] });
    expect(await keyFor(remoteKeys(`${server.origin}/jwks`))).toBe('public');
  });

  it('are asked for as a key set', async () => {
    let accept: string | undefined;
    server.routes.set('/jwks', (request, response) => {
      accept = request.headers.accept;
      response.end(JSON.stringify(signer.jwks));
    });
    await keyFor(remoteKeys(`${server.origin}/jwks`));
    expect(accept).toBe('application/jwk-set+json, application/json');
  });

  it('are not asked for again because several fit a token', async () => {
    const [jwk] = signer.jwks.keys;
    server.json('/jwks', { keys: [jwk, { ...jwk, kid: 'other' }] });
    const keys = remoteKeys(`${server.origin}/jwks`);
    const found = keys.find({ alg: 'ES256' }, { protected: '', payload: '', signature: '' });
    await expect(found).rejects.toMatchObject({ code: 'ERR_JWKS_MULTIPLE_MATCHING_KEYS' });
    expect(server.requests).toEqual(['/jwks']);
  });

  it('have another version only when they are other keys', async () => {
    server.json('/jwks', signer.jwks);
    const keys = remoteKeys(`${server.origin}/jwks`);
    await keyFor(keys);
    const { version } = keys;
    await keyFor(keys);
    expect(keys.version).toBe(version);
  });

  describe('as time goes by', () => {
    beforeEach(() => {
      jest.useFakeTimers({
        doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'setTimeout', 'clearTimeout', 'Date'],
      });
    });
    afterEach(() => {
      jest.useRealTimers();
    });

    const minutes = (count: number): void => {
      jest.advanceTimersByTime(count * 60_000);
    };
    const settle = () => new Promise((resolve) => setTimeout(resolve, 50));

    it('are looked for again at once when a token is signed with a new one, but not more than once in 5 seconds', async () => {
      server.json('/jwks', signer.jwks);
      const keys = remoteKeys(`${server.origin}/jwks`);
      await keyFor(keys);
      const rotated = await createTestIssuer();
      server.json('/jwks', { keys: [...signer.jwks.keys, ...rotated.jwks.keys] });
      expect(await Promise.all([keyFor(keys, rotated), keyFor(keys, rotated), keyFor(keys)])).toHaveLength(3);
      expect(server.requests).toHaveLength(2);
      const again = await createTestIssuer();
      for (let count = 0; count < 3; count += 1) {
        await expect(keyFor(keys, again)).rejects.toThrow('no applicable key');
      }
      expect(server.requests).toHaveLength(2);
      server.json('/jwks', again.jwks);
      minutes(5 / 60);
      expect(await keyFor(keys, again)).toBe('public');
      expect(server.requests).toHaveLength(3);
    });

    it('are refreshed in the background, while nobody waits', async () => {
      server.json('/jwks', signer.jwks);
      const keys = remoteKeys(`${server.origin}/jwks`);
      await keyFor(keys);
      const { version } = keys;
      server.json('/jwks', (await createTestIssuer()).jwks);
      minutes(4.9);
      expect(await keyFor(keys)).toBe('public');
      await settle();
      expect(server.requests).toHaveLength(1);
      minutes(0.1);
      expect(await keyFor(keys)).toBe('public');
      await settle();
      expect(server.requests).toHaveLength(2);
      expect(keys.version).toBeGreaterThan(version);
      await expect(keyFor(keys)).rejects.toThrow('no applicable key');
    });

    it('keep their version when they come again unchanged', async () => {
      server.json('/jwks', signer.jwks);
      const keys = remoteKeys(`${server.origin}/jwks`);
      await keyFor(keys);
      const { version } = keys;
      minutes(10);
      await keyFor(keys);
      expect(server.requests).toHaveLength(2);
      expect(keys.version).toBe(version);
    });

    it('are waited for when nobody has used them for long, so that none serves that was taken back', async () => {
      server.json('/jwks', signer.jwks);
      const keys = remoteKeys(`${server.origin}/jwks`);
      await keyFor(keys);
      server.json('/jwks', (await createTestIssuer()).jwks);
      minutes(10);
      await expect(keyFor(keys)).rejects.toThrow('no applicable key');
    });

    it('serve through an outage while they are fresh, and not longer', async () => {
      server.json('/jwks', signer.jwks);
      const keys = remoteKeys(`${server.origin}/jwks`);
      await keyFor(keys);
      server.routes.clear();
      minutes(59);
      expect(await keyFor(keys)).toBe('public');
      await settle();
      await expect(keyFor(keys, await createTestIssuer())).rejects.toThrow('answered 404');
      minutes(1);
      await expect(keyFor(keys)).rejects.toThrow('answered 404');
      server.json('/jwks', signer.jwks);
      minutes(1);
      expect(await keyFor(keys)).toBe('public');
    });
  });
});

describe('a bounded request', () => {
  it('is given up when it takes too long', async () => {
    server.routes.set('/slow', () => undefined);
    const slow = fetchBounded(`${server.origin}/slow`, {}, { timeoutMs: 50, maxBytes: 100 });
    await expect(slow).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('is given up when the body never ends', async () => {
    server.routes.set('/endless', (_request, response) => {
      response.write('{');
    });
    const endless = fetchBounded(`${server.origin}/endless`, {}, { timeoutMs: 50, maxBytes: 100 });
    await expect(endless).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('gives back status and body', async () => {
    server.json('/some', { a: 1 });
    const response = await fetchBounded(`${server.origin}/some`, {}, { timeoutMs: 1000, maxBytes: 100 });
    expect(await response.json()).toEqual({ a: 1 });
    server.routes.set('/none', (_request, empty) => {
      empty.writeHead(204).end();
    });
    expect((await fetchBounded(`${server.origin}/none`, {}, { timeoutMs: 1000, maxBytes: 100 })).status).toBe(204);
  });
});

describe('keys that are given', () => {
  it('never become others', () => {
    expect(givenKeys(signer.jwks).version).toBe(0);
  });
});

describe('a URL', () => {
  it.each([
    ['https://login.example.com', true],
    ['http://localhost:3000', true],
    ['http://app.localhost', true],
    ['http://127.0.0.1', true],
    ['http://[::1]:8080', true],
    ['http://login.example.com', false],
    ['http://localhost.example.com', false],
    ['http://127.0.0.1.example.com', false],
    ['ftp://localhost', false],
    ['javascript:alert(1)', false],
    ['login.example.com', false],
  ])('%s is trusted with keys and tokens: %s', (url, isTrusted) => {
    expect(isTrustworthyUrl(url)).toBe(isTrusted);
  });

  it('names this machine or does not', () => {
    expect(isLoopbackHost('localhost')).toBe(true);
    expect(isLoopbackHost('evil.example')).toBe(false);
  });
});
