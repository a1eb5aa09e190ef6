import { InvalidTokenError } from '../errors/invalid-token-error.js';
import { retryAfterSeconds } from '../errors/retry-after.js';
import { TemporarilyUnavailableError } from '../errors/temporarily-unavailable-error.js';
import { ExpiringMap } from '../stores/expiring-map.js';
import type { VersionedVerifier } from './caching-verifier.js';
import type { Claims, ReadClaims } from './claim-mapping.js';
import type { Authenticate } from './client-authentication.js';
import { fetchBounded, metadataLimits } from './fetch-bounded.js';
import type { QuestionQueue } from './question-queue.js';
import { assertAudience, assertIssuer, assertTimes, isThere } from './registered-claims.js';
import { hashToken } from './token-hash.js';
import type { Sender, VerifiedToken } from './token-verifier.js';

/** How the tokens of one issuer are introspected. */
export interface IntrospectionVerifierOptions {
  /** The value of `iss`, if the answer has one. */
  readonly issuer: string;
  /** Accepted values of `aud`; one of them must be there. */
  readonly audiences: readonly string[];
  /** Whether an answer without `aud` is accepted, too. */
  readonly allowMissingAudience: boolean;
  readonly clockToleranceSeconds: number;
  /** Finds the URL to ask. */
  readonly endpoint: () => Promise<string>;
  readonly authenticate: Authenticate;
  readonly readClaims: ReadClaims;
  /** Bounds the questions in flight. */
  readonly queue: QuestionQueue;
}

// Long enough to relieve the issuer when a client repeats one bad token, short enough for a token that becomes good.
const refusedSeconds = 5;
const maxRemembered = 10_000;
// Lifetime of most tokens.
const goodSeconds = 3600;

/** Verifies access tokens of any format by asking their issuer (RFC 7662). */
export class IntrospectionVerifier implements VersionedVerifier {
  /** The issuer decides anew every time; there are no keys that could change. */
  readonly version = 0;
  readonly #options: IntrospectionVerifierOptions;
  readonly #refused = new ExpiringMap<InvalidTokenError>(maxRemembered);
  /** Tokens that were good before, only for their place in the queue: the issuer decides whether they still are. */
  readonly #good = new ExpiringMap<true>(maxRemembered);
  readonly #asking = new Map<string, Promise<VerifiedToken>>();

  constructor(options: IntrospectionVerifierOptions) {
    this.#options = options;
  }

  /** Checks that the endpoint's URL is known. Only a token can show whether it answers. */
  async check(): Promise<void> {
    await this.#options.endpoint();
  }

  /** Requests with one token wait for one answer. */
  verify(token: string, sender?: Sender): Promise<VerifiedToken> {
    const key = hashToken(token);
    const refused = this.#refused.get(key);
    if (refused !== undefined) return Promise.reject(refused);
    const asking = this.#asking.get(key) ?? this.#decide(key, token, sender).finally(() => this.#asking.delete(key));
    this.#asking.set(key, asking);
    return asking;
  }

  async #decide(key: string, token: string, sender: Sender | undefined): Promise<VerifiedToken> {
    const from = sender?.ip ?? sender?.socket.remoteAddress;
    const asker = { from, isKnown: this.#good.get(key) === true };
    try {
      const verified = await this.#judge(await this.#options.queue.ask(() => this.#ask(token), asker));
      this.#good.set(key, true, goodSeconds);
      return verified;
    } catch (error) {
      if (error instanceof InvalidTokenError) {
        this.#good.delete(key);
        this.#refused.set(key, error, refusedSeconds);
      }
      throw error;
    }
  }

  async #ask(token: string): Promise<Claims> {
    try {
      const { headers, parameters } = await this.#options.authenticate();
      const endpoint = await this.#options.endpoint();
      // RFC 7662 §2.1. fetch writes the media type of URLSearchParams itself.
      const body = new URLSearchParams({ token, token_type_hint: 'access_token', ...parameters });
      const init = { method: 'POST', headers: { accept: 'application/json', ...headers }, body };
      const response = await fetchBounded(endpoint, init, metadataLimits);
      if (response.status !== 200) throw new Error(`${endpoint} answered ${String(response.status)}`);
      return readAnswer(await response.json());
    } catch (cause) {
      // Also when our own credentials are refused: the token is not to blame.
      throw new TemporarilyUnavailableError(retryAfterSeconds.outageEnds, { cause });
    }
  }

  async #judge(answer: Claims): Promise<VerifiedToken> {
    // RFC 7662 §2.2: `active` is the answer; everything else is left out when it is false.
    if (answer['active'] !== true) throw new InvalidTokenError('The access token is not active');
    this.#checkOrigin(answer);
    const { readClaims, issuer } = this.#options;
    const expiresAt = assertTimes(answer, this.#options);
    const { active: _active, ...claims } = answer;
    return { ...(await readClaims(claims)), expiresAt, issuer, claims };
  }

  /** Checks the issuer, type and audience of a token. */
  #checkOrigin(answer: Claims): void {
    const { aud, token_type: type } = answer;
    assertIssuer(answer, this.#options);
    // An authorization server introspects refresh tokens, too.
    if (isThere(type) && !(typeof type === 'string' && /^(?:bearer|dpop)$/i.test(type))) {
      throw new InvalidTokenError('The token is not an access token');
    }
    if (isThere(aud) || !this.#options.allowMissingAudience) assertAudience(answer, this.#options);
  }
}

/** RFC 7662 §2.2: a JSON object whose `active` is a boolean. Anything else is not an answer. */
function readAnswer(answer: unknown): Claims {
  const claims = (answer ?? {}) as Claims;
  if (typeof claims['active'] === 'boolean') return claims;
  throw new Error('The answer of the introspection endpoint has no boolean member active');
}
