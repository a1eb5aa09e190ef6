import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { CryptoKey, JWK } from 'jose';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { DpopNonces } from '../../lib/oauth/dpop-nonces.js';
import type { Presented, SenderConstraintOptions } from '../../lib/oauth/sender-constraint.js';
import { BrokenContractError } from '../../lib/oauth/broken-contract-error.js';
import { SenderConstraint } from '../../lib/oauth/sender-constraint.js';
import { memoryReplayStore } from '../../lib/stores/replay-store.js';

const url = new URL('https://api.example.com/mcp');
const token = 'token-1';
const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('base64url');
const certificate = Buffer.from('a certificate');

let privateKey: CryptoKey;
let jwk: JWK;
let jkt: string;

beforeAll(async () => {
  const pair = await generateKeyPair('ES256', { extractable: true });
  privateKey = pair.privateKey;
  jwk = await exportJWK(pair.publicKey);
  jkt = await calculateJwkThumbprint(jwk);
});

const proofWith = (claims: Readonly<Record<string, unknown>> = {}) =>
  new SignJWT({ htm: 'POST', htu: url.href, jti: crypto.randomUUID(), ath: sha256(token), ...claims })
    .setIssuedAt()
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
    .sign(privateKey);

function constraint(more: Partial<SenderConstraintOptions> = {}): SenderConstraint {
  return new SenderConstraint({
    mode: 'supported',
    algorithms: ['ES256'],
    clockToleranceSeconds: 5,
    replay: memoryReplayStore(),
    nonces: undefined,
    ...more,
  });
}

function presented(scheme: Presented['scheme'], proofs: readonly string[], shown?: Uint8Array): Presented {
  return { scheme, token, method: 'POST', url, owner: 'ada', proofs, certificate: () => shown };
}

const bearer = presented('Bearer', []);

/** Turns errors that are thrown at once into rejections. */
const confirming = async (confirm: () => ReturnType<SenderConstraint['confirm']>) => confirm();
const invalidToken = (message: string) => ({ code: 'invalid_token', message });
const invalidProof = (message: string) => ({ code: 'invalid_dpop_proof', message });

describe('a token that is bound to nothing', () => {
  it('is good as it is, where DPoP is not required', async () => {
    for (const mode of ['off', 'supported'] as const) {
      expect(await constraint({ mode }).confirm(undefined, bearer)).toBeUndefined();
    }
    await expect(confirming(() => constraint({ mode: 'required' }).confirm(undefined, bearer))).rejects.toMatchObject(
      invalidToken('Only access tokens that are bound to a key with DPoP are accepted here'),
    );
  });

  it('is no DPoP token', async () => {
    const sent = presented('DPoP', [await proofWith()]);
    await expect(confirming(() => constraint().confirm(undefined, sent))).rejects.toMatchObject(
      invalidToken('The access token is not bound to a DPoP key'),
    );
  });
});

describe('a token that is bound in a strange way', () => {
  it.each([7, 'text', [], {}, { jkt: null }, { kid: 'k' }, { jkt: 7 }, { 'x5t#S256': 7 }, { jkt: 'a', kid: 'b' }])(
    'is refused: %j',
    async (cnf) => {
      await expect(confirming(() => constraint().confirm(cnf, bearer))).rejects.toMatchObject(
        invalidToken('The access token is bound in a way that cannot be checked here'),
      );
    },
  );
});

describe('a token that is bound to a certificate', () => {
  const cnf = { 'x5t#S256': sha256(certificate) };

  it('is good with the certificate, also where it is bound to a key as well', async () => {
    expect(await constraint().confirm(cnf, presented('Bearer', [], certificate))).toBeUndefined();
    const sent = presented('DPoP', [await proofWith()], certificate);
    expect(await constraint().confirm({ ...cnf, jkt }, sent)).toBeUndefined();
  });

  it('is refused with another one, and with none', async () => {
    const other = presented('Bearer', [], Buffer.from('another'));
    await expect(confirming(() => constraint().confirm(cnf, other))).rejects.toMatchObject(
      invalidToken('The access token is bound to another client certificate'),
    );
    await expect(confirming(() => constraint().confirm(cnf, bearer))).rejects.toMatchObject(
      invalidToken('The access token is bound to a client certificate, and none was shown'),
    );
  });
});

describe('a token that is bound to a key', () => {
  it('is good with one proof of the key, and refused without', async () => {
    const proof = await proofWith();
    expect(await constraint().confirm({ jkt }, presented('DPoP', [proof]))).toBeUndefined();
    await expect(confirming(() => constraint().confirm({ jkt }, presented('DPoP', [])))).rejects.toMatchObject(
      invalidProof('The DPoP header is missing'),
    );
    await expect(
      confirming(() => constraint().confirm({ jkt }, presented('DPoP', [proof, proof]))),
    ).rejects.toMatchObject(invalidProof('Send one DPoP header, not several'));
    await expect(
      confirming(() => constraint().confirm({ jkt: 'other' }, presented('DPoP', [proof]))),
    ).rejects.toMatchObject(invalidToken('The access token is bound to another key'));
    await expect(confirming(() => constraint().confirm({ jkt }, bearer))).rejects.toMatchObject(
      invalidToken('The access token is bound to a key and needs the DPoP scheme with a proof'),
    );
  });

  it('is refused when the proof was used before', async () => {
    const sent = presented('DPoP', [await proofWith()]);
    const one = constraint();
    await one.confirm({ jkt }, sent);
    await expect(one.confirm({ jkt }, sent)).rejects.toMatchObject(invalidProof('The DPoP proof was used before'));
  });

  it('has its proof remembered for as long as it would be accepted, under a name that tells nothing', async () => {
    const marked: unknown[] = [];
    const replay = {
      markUsed: (...all: unknown[]) => {
        marked.push(all);
        return Promise.resolve(true);
      },
      close: () => Promise.resolve(),
    };
    await constraint({ replay }).confirm({ jkt }, presented('DPoP', [await proofWith({ jti: 'proof-1' })]));
    // From six seconds before its time to 65 after it.
    expect(marked).toEqual([[sha256(`${jkt} proof-1`), 71, 'ada']]);
  });

  it.each(['no', undefined, 1])('is no proof when the store answers %j instead of true or false', async (answer) => {
    const replay = { markUsed: () => Promise.resolve(answer as unknown as boolean), close: () => Promise.resolve() };
    const sent = presented('DPoP', [await proofWith()]);
    await expect(confirming(() => constraint({ replay }).confirm({ jkt }, sent))).rejects.toBeInstanceOf(
      BrokenContractError,
    );
  });

  it('stays undecided, for five seconds, while nobody can tell whether the proof was used', async () => {
    const cause = new Error('down');
    const replay = { markUsed: () => Promise.reject(cause), close: () => Promise.resolve() };
    const sent = presented('DPoP', [await proofWith()]);
    await expect(confirming(() => constraint({ replay }).confirm({ jkt }, sent))).rejects.toMatchObject({
      code: 'temporarily_unavailable',
      retryAfterSeconds: 5,
      cause,
    });
  });

  it('needs a nonce where there are some, and is given the next one in time', async () => {
    const nonces = new DpopNonces('n'.repeat(32));
    const judged = (verdict: 'current' | 'old' | 'unknown') =>
      Object.assign(Object.create(nonces) as DpopNonces, { judge: () => verdict, current: () => 'next' });
    const confirm = async (verdict: 'current' | 'old' | 'unknown', claims: object) =>
      constraint({ nonces: judged(verdict) }).confirm({ jkt }, presented('DPoP', [await proofWith({ ...claims })]));
    expect(await confirm('current', { nonce: 'n' })).toBeUndefined();
    expect(await confirm('old', { nonce: 'n' })).toBe('next');
    for (const claims of [{ nonce: 'n' }, {}]) {
      await expect(confirm('unknown', claims)).rejects.toMatchObject({ code: 'use_dpop_nonce', nonce: 'next' });
    }
  });
});
