import { nodeCrypto } from '../builtins/node-crypto.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { ProtocolError } from '../errors/protocol-error.js';

/** Facts that sealed state is bound to. It opens for the same facts only. */
export type SealBinding = readonly unknown[];

const keyBytes = 32;

/** Seconds for which a sealed state can be brought back: how long a person may take over a form. */
export const requestStateSeconds = 900;

/** A state that was opened again. */
export interface OpenedState {
  readonly state: unknown;
  /** Tells one sealed state from all others, whatever was sealed. */
  readonly id: string;
}

/**
 * Seals a state that clients carry between two requests (MCP `basic/patterns/mrtr#server-requirements-basic-workflow`). It is encrypted
 * and authenticated (A256GCM, RFC 7518 §5.3), ends after a short time, and is bound to one caller and request.
 */
export class StateSealer {
  readonly #key: Uint8Array;
  readonly #seconds: number;

  /**
   * @param key - 32 bytes, or base64url of them; the same in all processes that share an endpoint. Undefined makes one that
   *   lasts as long as the process
   * @param seconds - for which a state can be brought back
   * @throws ConfigurationError `invalid_option`
   */
  constructor(key: Uint8Array | string | undefined, seconds = requestStateSeconds) {
    this.#key = key === undefined ? nodeCrypto().randomBytes(keyBytes) : keyOf(key);
    this.#seconds = seconds;
  }

  /**
   * @param state - any JSON value
   * @param binding - what it belongs to
   */
  async seal(state: unknown, binding: SealBinding): Promise<string> {
    // Loaded here: few apps ask their clients for anything.
    const { EncryptJWT } = await import('jose/jwt/encrypt');
    return new EncryptJWT({ state })
      .setJti(nodeCrypto().randomBytes(16).toString('base64url'))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setSubject(digest(binding))
      .setExpirationTime(Math.floor(Date.now() / 1000) + this.#seconds)
      .encrypt(this.#key);
  }

  /**
   * @param sealed - what a client brought back
   * @param binding - what it is brought back for
   * @throws ProtocolError `invalid_params` when it is not ours, was changed, is too old, or belongs to something else
   */
  async open(sealed: string, binding: SealBinding): Promise<OpenedState> {
    const { jwtDecrypt } = await import('jose/jwt/decrypt');
    try {
      const { payload } = await jwtDecrypt(sealed, this.#key, {
        subject: digest(binding),
        requiredClaims: ['exp', 'jti'],
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      return { state: payload['state'], id: String(payload.jti) };
    } catch (cause) {
      const text = 'Invalid params: requestState is not valid for this request; start again without it';
      throw new ProtocolError('invalid_params', text, { cause });
    }
  }
}

function keyOf(key: Uint8Array | string): Uint8Array {
  const bytes = typeof key === 'string' ? Buffer.from(key, 'base64url') : key;
  if (bytes instanceof Uint8Array && bytes.length === keyBytes) return bytes;
  throw new ConfigurationError(
    'invalid_option',
    `requestStateKey must be ${String(keyBytes)} random bytes, or base64url of them: ` +
      'node -p "crypto.randomBytes(32).toString(\'base64url\')".',
  );
}

function digest(binding: SealBinding): string {
  return nodeCrypto().createHash('sha256').update(JSON.stringify(binding, sortedMembers)).digest('base64url');
}

/** The order of members says nothing (RFC 8259 §4), and a client may write them in another one the next time. */
function sortedMembers(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
