import { LimitError } from '../../errors/limit-error.js';
import { ProtocolError } from '../../errors/protocol-error.js';
import type { Params } from '../../jsonrpc/message.js';
import type { Caller } from '../authorization/caller.js';
import { principalOf } from '../authorization/principal.js';
import { readClientInfo } from '../revisions/client-info.js';
import type { SessionQuota } from '../../stores/session-store.js';
import { fromStorage } from '../../stores/storage-unavailable.js';
import type { SessionServices } from './session.js';
import { Session } from './session.js';

/** In UTF-16 units. Handshakes of real clients have fewer than a thousand. */
const maxHandshakeLength = 16_384;

/** Limits for one principal; undefined for none. */
export interface SessionLimits {
  readonly count?: number | undefined;
  /** For all sessions together. */
  readonly bytes?: number | undefined;
}

/** The sessions of an endpoint. */
export class Sessions {
  readonly #services: SessionServices;
  readonly #idleSeconds: number;
  readonly #limits: SessionLimits;

  /**
   * @param idleSeconds - how long an unused session is kept
   * @param limits - for each principal
   */
  constructor(services: SessionServices, idleSeconds: number, limits: SessionLimits = {}) {
    this.#services = services;
    this.#idleSeconds = idleSeconds;
    this.#limits = limits;
  }

  /**
   * Opens a session for a caller.
   *
   * @param handshake - the params of `initialize`
   * @param version - the negotiated protocol revision
   * @returns its id: visible ASCII and not guessable (#session-management)
   * @throws ProtocolError `storage_unavailable`, or `invalid_params` if the handshake is too large to store
   * @throws LimitError `too_many_sessions`
   */
  async open(caller: Caller, handshake: Params, version: string): Promise<string> {
    const id = crypto.randomUUID();
    const owner = principalOf(caller);
    const fields = { principal: owner, version, handshake: textOf(handshake), openedAt: String(Date.now()) };
    const quota = this.#quotaOf(owner);
    if (await fromStorage(() => this.#services.store.create(id, fields, this.#idleSeconds, quota))) return id;
    this.#services.hits?.count('too_many_sessions');
    throw new LimitError('too_many_sessions', { method: 'initialize' });
  }

  /**
   * The session of an id, for its owner. For any other caller it does not exist, so that a stolen id is useless.
   *
   * @throws ProtocolError `session_not_found` or `storage_unavailable`
   */
  async find(id: string, caller: Caller): Promise<Session> {
    const fields = await fromStorage(() => this.#services.store.read(id, this.#idleSeconds));
    const session =
      fields === undefined ? undefined : new Session(id, fields, this.#services, this.#quotaOf(principalOf(caller)));
    if (session?.principal === principalOf(caller)) return session;
    throw new ProtocolError('session_not_found');
  }

  /** Always given, because a full store drops sessions of the owner who has most. */
  #quotaOf(owner: string): SessionQuota {
    const { count, bytes } = this.#limits;
    return { owner, most: count ?? Infinity, mostBytes: bytes };
  }

  /**
   * Keeps a session alive.
   *
   * @returns whether it still exists
   * @throws ProtocolError `storage_unavailable`
   */
  async touch({ id }: Session): Promise<boolean> {
    return (await fromStorage(() => this.#services.store.read(id, this.#idleSeconds))) !== undefined;
  }
}

/** The parts of a handshake that are read later. Many sessions are stored, so each must be small. */
function textOf({ clientInfo, capabilities }: Params): string {
  const { name, version } = readClientInfo(clientInfo, capabilities);
  const text = JSON.stringify({ clientInfo: { name, version }, capabilities });
  if (text.length <= maxHandshakeLength) return text;
  throw new ProtocolError('invalid_params', 'Invalid params: clientInfo and capabilities are too large');
}
