import { DpopNonceRequiredError } from '../errors/dpop-nonce-required-error.js';
import { InvalidDpopProofError } from '../errors/invalid-dpop-proof-error.js';
import { InvalidTokenError } from '../errors/invalid-token-error.js';
import { retryAfterSeconds } from '../errors/retry-after.js';
import { TemporarilyUnavailableError } from '../errors/temporarily-unavailable-error.js';
import type { Eventually } from '../promises/and-then.js';
import type { ReplayStore } from '../stores/replay-store.js';
import type { AccessCredentials } from './access-credentials.js';
import { BrokenContractError } from './broken-contract-error.js';
import type { DpopNonces } from './dpop-nonces.js';
import type { DpopProof } from './dpop-proof.js';
import { proofSeconds, verifyDpopProof } from './dpop-proof.js';
import { hashToken } from './token-hash.js';
import { nodeCrypto } from '../builtins/node-crypto.js';

/** Whether access tokens may or must be bound to a key of the client (RFC 9449). */
export type DpopMode = 'off' | 'required' | 'supported';

/** The proof and certificate that a client sends with its token. */
export interface Presented extends AccessCredentials {
  /** Method of the request. */
  readonly method: string;
  /** Public URL that the request is for; never made only from parts of the request. */
  readonly url: URL;
  /** Digest of the principal that the token is of. */
  readonly owner: string;
  /** Every `DPoP` header field. */
  readonly proofs: readonly string[];
  /** The certificate of the client, in DER, if it has one. */
  certificate(): Uint8Array | undefined;
}

/** The rules of an endpoint. */
export interface SenderConstraintOptions {
  readonly mode: DpopMode;
  readonly algorithms: readonly string[];
  readonly clockToleranceSeconds: number;
  readonly replay: ReplayStore;
  /** Undefined if proofs need no nonce. */
  readonly nonces: DpopNonces | undefined;
}

interface Confirmation {
  readonly jkt?: string | undefined;
  readonly x5t?: string | undefined;
}

const unbound: Confirmation = {};

/** Checks that the sender of a bound token is the client that it was issued to. */
export class SenderConstraint {
  readonly #options: SenderConstraintOptions;

  constructor(options: SenderConstraintOptions) {
    this.#options = options;
  }

  /**
   * @param cnf - the `cnf` claim of the verified token (RFC 7800 §3.1)
   * @param presented - what came with it
   * @returns or promises a nonce that the client should use from now on, if there is one
   * @throws InvalidTokenError if the token is not bound as it must be, or to another client
   * @throws InvalidDpopProofError or DpopNonceRequiredError if the proof is at fault
   * @throws TemporarilyUnavailableError if the replay store cannot tell whether the proof was used before
   */
  confirm(cnf: unknown, presented: Presented): Eventually<string | undefined> {
    const { jkt, x5t } = readConfirmation(cnf);
    if (x5t !== undefined) confirmCertificate(x5t, presented.certificate());
    if (presented.scheme === 'DPoP') {
      if (jkt === undefined) throw new InvalidTokenError('The access token is not bound to a DPoP key');
      return this.#confirmKey(jkt, presented);
    }
    // RFC 9449 §7.2: stealing bound tokens would pay if they were accepted as Bearer tokens.
    if (jkt !== undefined) {
      throw new InvalidTokenError('The access token is bound to a key and needs the DPoP scheme with a proof');
    }
    if (this.#options.mode === 'required') {
      throw new InvalidTokenError('Only access tokens that are bound to a key with DPoP are accepted here');
    }
    return undefined;
  }

  async #confirmKey(jkt: string, presented: Presented): Promise<string | undefined> {
    const { token, method, proofs, url } = presented;
    const [text, another] = proofs;
    // RFC 9449 §4.3 step 1.
    if (text === undefined) throw new InvalidDpopProofError('The DPoP header is missing');
    if (another !== undefined) throw new InvalidDpopProofError('Send one DPoP header, not several');
    const { algorithms, clockToleranceSeconds } = this.#options;
    const proof = await verifyDpopProof(text, { method, url, token, algorithms, clockToleranceSeconds });
    if (proof.thumbprint !== jkt) throw new InvalidTokenError('The access token is bound to another key');
    const nonce = this.#checkNonce(proof);
    await this.#markUsed(proof, presented.owner);
    return nonce;
  }

  #checkNonce({ nonce }: DpopProof): string | undefined {
    const { nonces } = this.#options;
    if (nonces === undefined) return undefined;
    const verdict = nonce === undefined ? 'unknown' : nonces.judge(nonce);
    if (verdict === 'unknown') throw new DpopNonceRequiredError(nonces.current());
    // RFC 9449 §8.2: the answer brings a new nonce before the old one is refused.
    return verdict === 'old' ? nonces.current() : undefined;
  }

  /** RFC 9449 §11.1: a proof counts once while it would be accepted. */
  async #markUsed({ thumbprint, id }: DpopProof, owner: string): Promise<void> {
    const seconds = proofSeconds + 2 * this.#options.clockToleranceSeconds + 1;
    const isFirst = await this.#askReplay(hashToken(`${thumbprint} ${id}`), seconds, owner);
    if (!isFirst) throw new InvalidDpopProofError('The DPoP proof was used before');
  }

  async #askReplay(key: string, seconds: number, owner: string): Promise<boolean> {
    let isFirst: unknown;
    try {
      isFirst = await this.#options.replay.markUsed(key, seconds, owner);
    } catch (cause) {
      throw new TemporarilyUnavailableError(retryAfterSeconds.outageEnds, { cause, isOfStore: true });
    }
    if (typeof isFirst === 'boolean') return isFirst;
    throw new BrokenContractError('markUsed of a replay store must answer with true or false');
  }
}

/** A binding that this server cannot check must not count as none. */
function readConfirmation(cnf: unknown): Confirmation {
  // Some issuers write null for values they do not have, also beside the member that they have.
  if (cnf === undefined || cnf === null) return unbound;
  const members = Object.entries(cnf).filter(([, value]) => value !== null);
  const isKnown = ([name, value]: [string, unknown]): boolean =>
    (name === 'jkt' || name === 'x5t#S256') && typeof value === 'string';
  if (members.length === 0 || !members.every(isKnown)) {
    throw new InvalidTokenError('The access token is bound in a way that cannot be checked here');
  }
  const { jkt, 'x5t#S256': x5t } = Object.fromEntries(members) as Record<string, string>;
  return { jkt, x5t };
}

/** RFC 8705 §3: the SHA-256 thumbprint of the certificate that the client has shown. */
function confirmCertificate(x5t: string, certificate: Uint8Array | undefined): void {
  if (certificate === undefined) {
    throw new InvalidTokenError('The access token is bound to a client certificate, and none was shown');
  }
  if (nodeCrypto().createHash('sha256').update(certificate).digest('base64url') === x5t) return;
  throw new InvalidTokenError('The access token is bound to another client certificate');
}
