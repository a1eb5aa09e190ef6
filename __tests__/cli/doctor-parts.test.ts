import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createSecureContext } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import { reasonNotToFollow } from '../../lib/cli/endpoint.js';
import { explainNetworkError } from '../../lib/cli/explain-network-error.js';
import type { NoAnswer } from '../../lib/cli/http-probe.js';
import { httpProbe } from '../../lib/cli/http-probe.js';
import { parseChallengeField } from '../../lib/cli/parse-challenge-field.js';
import { selfSigned } from '../support/certificate.js';

describe('parseChallengeField', () => {
  const parse = (field: string) =>
    parseChallengeField(field)?.map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

  it.each([
    ['', []],
    ['Bearer', [['bearer', {}]]],
    ['Bearer realm="a, b", scope=x', [['bearer', { realm: 'a, b', scope: 'x' }]]],
    ['Bearer error = "say \\"a\\"" ,, SCOPE="b"', [['bearer', { error: 'say "a"', scope: 'b' }]]],
    [
      'Negotiate, Basic dXNlcg==, Bearer a="1", b=2, DPoP algs="ES256"',
      [
        ['negotiate', {}],
        ['basic', {}],
        ['bearer', { a: '1', b: '2' }],
        ['dpop', { algs: 'ES256' }],
      ],
    ],
  ])('takes %j apart', (field, challenges) => {
    expect(parse(field)).toEqual(challenges);
  });

  it.each([
    'Bearer a="b',
    'Bearer a=1, A=2',
    'realm="x"',
    'Bearer a="b" c="d"',
    'Bearer "a"',
    '"Bearer"',
    'Bearer: a=b',
  ])('finds that %j does not follow the grammar', (field) => {
    expect(parseChallengeField(field)).toBeUndefined();
  });

  it('takes no more time for a long field than it is worth', () => {
    const before = process.cpuUsage();
    parseChallengeField(`Bearer ${'a="\\"'.repeat(20_000)}`);
    parseChallengeField(`Bearer ${'a,'.repeat(20_000)}"`);
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
  });
});

describe('reasonNotToFollow', () => {
  const remote = { url: new URL('https://api.example.com/mcp') } as Parameters<typeof reasonNotToFollow>[1];
  const insecure = { url: new URL('http://api.example.com/mcp') } as Parameters<typeof reasonNotToFollow>[1];

  it('lets a remote endpoint name remote https URLs, and its own origin whatever it is', () => {
    expect(reasonNotToFollow('https://login.example.com', remote)).toBeUndefined();
    expect(reasonNotToFollow('http://api.example.com/metadata', insecure)).toBeUndefined();
  });

  it.each([
    ['http://localhost:3000/metadata', 'means the machine of its reader, not yours'],
    ['https://127.0.0.1/metadata', 'means the machine of its reader, not yours'],
    ['http://169.254.169.254/', 'is not https'],
    ['ftp://login.example.com', 'is not https'],
    ['https://:secret@login.example.com', 'has a user name or password in it'],
    ['/metadata', 'is no absolute URL'],
  ])('does not let it name %s', (url, reason) => {
    expect(reasonNotToFollow(url, remote)).toBe(reason);
  });
});

describe('explainNetworkError', () => {
  it.each([
    [{ code: 'CERT_HAS_EXPIRED', message: 'certificate has expired' }, 'has a certificate that expired'],
    [{ code: 'E_OTHER', message: 'something else' }, 'something else'],
    ['a text', 'a text'],
  ])('explains %j', (error, text) => {
    expect(explainNetworkError(error)).toBe(text);
  });
});

describe('httpProbe', () => {
  it('names the server of the URL in TLS, whatever the Host field says, and trusts no certificate of its own', async () => {
    const { key, pem } = selfSigned('localhost');
    const names: string[] = [];
    const server = createServer({
      SNICallback: (name, done) => {
        names.push(name);
        done(null, createSecureContext({ key, cert: pem }));
      },
    });
    await once(server.listen(0, 'localhost'), 'listening');
    const url = `https://localhost:${(server.address() as AddressInfo).port}/mcp`;
    const result = await httpProbe(2000)(url, { headers: { host: 'other.example' } });
    server.close();
    expect(result).toEqual({ url, problem: 'has a certificate that is not trusted (self-signed)' });
    expect(names).toEqual(['localhost']);
  });

  it('looks up the name of an IPv6 address without its brackets', async () => {
    const { problem } = (await httpProbe(2000)('https://[::1]:1/')) as NoAnswer;
    // Not a name that cannot be resolved; where there is no IPv6, it cannot be reached at all.
    expect(problem).toMatch(/refuses connections|EADDRNOTAVAIL|cannot be reached/);
  });
});
