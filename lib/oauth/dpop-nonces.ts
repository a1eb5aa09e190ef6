import { nodeCrypto } from '../builtins/node-crypto.js';

// A nonce of this and of the window before is taken, so that one serves between these times and twice as long.
const windowSeconds = 120;

/**
 * Nonces for DPoP proofs (RFC 9449 §8), made of the time and a secret. So none has to be stored, and processes with the same secret
 * accept each other's.
 */
export class DpopNonces {
  readonly #secret: string;

  /**
   * @param secret - long and random, the same in every process of the endpoint
   */
  constructor(secret: string) {
    this.#secret = secret;
  }

  /** The nonce of this moment. */
  current(): string {
    return this.#nonceOf(thisWindow());
  }

  /** Whether a nonce is one of ours and not over; an old one should be replaced. */
  judge(nonce: string): 'current' | 'old' | 'unknown' {
    if (this.#isOf(thisWindow(), nonce)) return 'current';
    return this.#isOf(thisWindow() - 1, nonce) ? 'old' : 'unknown';
  }

  #nonceOf(window: number): string {
    return nodeCrypto()
      .createHmac('sha256', this.#secret)
      .update(`express-mcp dpop nonce ${window}`)
      .digest('base64url');
  }

  #isOf(window: number, nonce: string): boolean {
    const [expected, actual] = [Buffer.from(this.#nonceOf(window)), Buffer.from(nonce)];
    return expected.length === actual.length && nodeCrypto().timingSafeEqual(expected, actual);
  }
}

function thisWindow(): number {
  return Math.floor(Date.now() / 1000 / windowSeconds);
}
