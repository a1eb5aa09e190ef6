import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { discoverMember, issuerMember, metadataUrls } from '../../lib/oauth/issuer-discovery.js';
import { FakeIssuer } from '../support/fake-issuer.js';

const oauth = '/.well-known/oauth-authorization-server';
const openid = '/.well-known/openid-configuration';

let server: FakeIssuer;

beforeEach(async () => {
  server = await new FakeIssuer().listen();
});

afterEach(async () => {
  await server.close();
});

/** The failure at each place, if none has usable metadata. */
async function failures(): Promise<readonly string[]> {
  const error = await discoverMember('jwks_uri', server.origin).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AggregateError);
  expect(error).toHaveProperty(
    'message',
    `No metadata of the authorization server ${server.origin} names a usable jwks_uri`,
  );
  return (error as AggregateError).errors.map((each) => (each as Error).message);
}

describe('the metadata of an issuer', () => {
  it('with a path of several parts is looked for behind and in front of all of it', () => {
    expect(metadataUrls('https://login.example.com/a/b/')).toEqual([
      `https://login.example.com${oauth}/a/b`,
      `https://login.example.com${openid}/a/b`,
      `https://login.example.com/a/b${openid}`,
    ]);
  });

  it('is asked for as JSON', async () => {
    let accept: string | undefined;
    server.routes.set(oauth, (request, response) => {
      accept = request.headers.accept;
      response.end(JSON.stringify({ issuer: server.origin, jwks_uri: `${server.origin}/jwks` }));
    });
    expect(await discoverMember('jwks_uri', server.origin)).toBe(`${server.origin}/jwks`);
    expect(accept).toBe('application/json');
  });

  it('is searched for the member that is needed, and no other member decides', async () => {
    const [keys, introspect] = [`${server.origin}/jwks`, `${server.origin}/introspect`];
    server.json(oauth, { issuer: server.origin, jwks_uri: keys, introspection_endpoint: null });
    server.json(openid, { issuer: server.origin, jwks_uri: 7, introspection_endpoint: introspect });
    expect(await discoverMember('jwks_uri', server.origin)).toBe(keys);
    expect(server.requests).toEqual([oauth]);
    expect(await discoverMember('introspection_endpoint', server.origin)).toBe(introspect);
    expect(server.requests).toEqual([oauth, oauth, openid]);
  });

  it('may name the server, or the issuer of its access tokens', async () => {
    const [iss, server1] = ['http://fs.example.com/adfs/services/trust', server.origin];
    const keys = `${server.origin}/jwks`;
    const find = () => discoverMember('jwks_uri', iss, { server: server1 });
    server.json(oauth, { issuer: server1, jwks_uri: keys });
    expect(await find()).toBe(keys);
    server.json(oauth, { issuer: iss, jwks_uri: keys });
    expect(await find()).toBe(keys);
    server.json(oauth, { issuer: 'https://else.example', access_token_issuer: iss, jwks_uri: keys });
    expect(await find()).toBe(keys);
    server.json(oauth, { issuer: 'https://else.example', jwks_uri: keys });
    await expect(find()).rejects.toMatchObject({
      errors: [
        { message: `The metadata names the issuer "https://else.example" instead of "${server1}" or "${iss}"` },
        { message: `${server.origin}${openid} answered 404` },
      ],
    });
  });

  it('may be at a place of its own, which alone is asked then', async () => {
    server.json('/tenant/metadata', { issuer: 'urn:issuer', jwks_uri: 'http://keys.example/jwks' });
    const metadataUrl = `${server.origin}/tenant/metadata`;
    await expect(discoverMember('jwks_uri', 'urn:issuer', { metadataUrl })).rejects.toThrow('No metadata');
    const isTrusted = () => true;
    const found = await discoverMember('jwks_uri', 'urn:issuer', { metadataUrl, isTrusted });
    expect(found).toBe('http://keys.example/jwks');
    expect(server.requests).toEqual(['/tenant/metadata', '/tenant/metadata']);
  });

  it('says what is wrong with it in each place', async () => {
    expect(await failures()).toEqual([
      `${server.origin}${oauth} answered 404`,
      `${server.origin}${openid} answered 404`,
    ]);
    const instead = `instead of "${server.origin}"`;
    server.json(oauth, { issuer: 'https://evil.example' });
    server.json(openid, null);
    expect(await failures()).toEqual([
      `The metadata names the issuer "https://evil.example" ${instead}`,
      `The metadata names the issuer undefined ${instead}`,
    ]);
    server.json(oauth, { issuer: server.origin, jwks_uri: 'http://keys.example/jwks' });
    server.json(openid, { issuer: server.origin, introspection_endpoint: 7 });
    expect(await failures()).toEqual([
      'The jwks_uri of the metadata is no URL with https',
      'The metadata names no jwks_uri',
    ]);
    server.json(openid, { issuer: server.origin, jwks_uri: ['https://keys.example/jwks'] });
    expect(await failures()).toEqual([
      'The jwks_uri of the metadata is no URL with https',
      'The jwks_uri of the metadata is no URL with https',
    ]);
  });

  describe('that is kept', () => {
    beforeEach(() => {
      jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'setTimeout', 'clearTimeout'] });
    });
    afterEach(() => {
      jest.useRealTimers();
    });

    const minutes = (count: number): void => {
      jest.advanceTimersByTime(count * 60_000);
    };
    const answered = async (count: number): Promise<void> => {
      while (server.requests.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
      await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const publish = (name: string): void => {
      server.json(oauth, { issuer: server.origin, jwks_uri: `${server.origin}/${name}` });
    };

    it('is asked for again in the background after an hour', async () => {
      publish('one');
      const metadata = issuerMember('jwks_uri', server.origin);
      expect(await metadata.get()).toBe(`${server.origin}/one`);
      publish('two');
      minutes(59);
      expect(await metadata.get()).toBe(`${server.origin}/one`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(server.requests).toEqual([oauth]);
      minutes(1);
      expect(await metadata.get()).toBe(`${server.origin}/one`);
      await answered(2);
      expect(await metadata.get()).toBe(`${server.origin}/two`);
    });

    it('is not waited for within a day', async () => {
      publish('one');
      const metadata = issuerMember('jwks_uri', server.origin);
      await metadata.get();
      publish('two');
      minutes(24 * 60 - 1);
      expect(await metadata.get()).toBe(`${server.origin}/one`);
      await answered(2);
      minutes(24 * 60);
      publish('three');
      expect(await metadata.get()).toBe(`${server.origin}/three`);
    });

    it('serves through an outage of a day, and not longer', async () => {
      publish('one');
      const metadata = issuerMember('jwks_uri', server.origin);
      await metadata.get();
      server.routes.clear();
      minutes(24 * 60 - 1);
      expect(await metadata.get()).toBe(`${server.origin}/one`);
      await answered(3);
      minutes(1);
      await expect(metadata.get()).rejects.toThrow('No metadata');
    });
  });
});
