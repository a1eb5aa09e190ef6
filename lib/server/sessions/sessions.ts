import { ProtocolError } from '../../errors/protocol-error.js';
import type { Params } from '../../jsonrpc/message.js';
import type { Caller } from '../authorize.js';
import { principalOf } from '../principal.js';
import type { SessionServices } from './session.js';
import { Session } from './session.js';

/** The sessions of an endpoint. */
export class Sessions {
  readonly #services: SessionServices;
  readonly #idleSeconds: number;

  /** @param idleSeconds - how long a session is kept when nobody uses it */
  constructor(services: SessionServices, idleSeconds: number) {
    this.#services = services;
    this.#idleSeconds = idleSeconds;
  }

  /**
   * Begins a session for a caller.
   *
   * @param handshake - the params of `initialize`
   * @param version - the protocol revision that was agreed on
   * @returns its id: visible ASCII and not guessable (#session-management)
   */
  async open(caller: Caller, handshake: Params, version: string): Promise<string> {
    const id = crypto.randomUUID();
    const fields = { principal: principalOf(caller), version, handshake: JSON.stringify(handshake) };
    await attempt(() => this.#services.store.create(id, fields, this.#idleSeconds));
    return id;
  }

  /**
   * The session of an id, for the caller whose it is. For anybody else it does not exist, so that a stolen id is useless.
   *
   * @throws ProtocolError `session_not_found` or `storage_unavailable`
   */
  async find(id: string, caller: Caller): Promise<Session> {
    const fields = await attempt(() => this.#services.store.read(id, this.#idleSeconds));
    const session = fields === undefined ? undefined : new Session(id, fields, this.#services);
    if (session?.principal === principalOf(caller)) return session;
    throw new ProtocolError('session_not_found');
  }

  /** Keeps a session that is in use. */
  async touch({ id }: Session): Promise<void> {
    await this.#services.store.read(id, this.#idleSeconds);
  }
}

async function attempt<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw new ProtocolError('storage_unavailable', undefined, { cause, headers: { 'Retry-After': '5' } });
  }
}
