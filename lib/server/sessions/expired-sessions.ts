import { OldestFirst } from '../../stores/oldest-first.js';
import type { SessionStore } from '../../stores/session-store.js';
import type { CallObservation } from '../calls/call-observation.js';

/** A session that this process used. */
interface UsedSession {
  readonly version: string | undefined;
  /** Milliseconds since the epoch, as is the next one. */
  readonly beganAt: number;
  readonly expiresAt: number;
}

/** Sessions that are watched at once; the one that is closest to its end is forgotten then. */
const maxWatched = 100_000;
/** Milliseconds before its end at which a session is looked at first; shorter for sessions that are kept for seconds. */
const lookAheadMs = 1000;

/**
 * Tells the channel `express-mcp:session` of sessions that expire. The process that used a session last tells of it, so
 * that processes with one store do not tell twice. Costs nothing while the channel has no subscribers.
 */
export class ExpiredSessions {
  readonly #watched = new OldestFirst<UsedSession>();
  readonly #store: SessionStore;
  readonly #calls: CallObservation;
  readonly #idleMs: number;
  #timer: NodeJS.Timeout | undefined;

  /** @param idleSeconds - how long a session is kept without being used */
  constructor(store: SessionStore, idleSeconds: number, calls: CallObservation) {
    this.#store = store;
    this.#idleMs = idleSeconds * 1000;
    this.#calls = calls;
  }

  /** Notes that this process used a session just now. */
  used({
    id,
    version,
    ageMs,
  }: {
    readonly id: string;
    readonly version: string;
    readonly ageMs?: number | undefined;
  }): void {
    if (ageMs === undefined || this.#store.remainingMs === undefined || !this.#calls.hasSessionListeners) return;
    const now = Date.now();
    this.#watched.delete(id);
    this.#watched.add(id, { version, beganAt: now - ageMs, expiresAt: now + this.#idleMs });
    const oldest = this.#watched.size > maxWatched ? this.#watched.oldest() : undefined;
    if (oldest !== undefined) this.#watched.delete(oldest[0]);
    this.#wait();
  }

  /** Forgets a session that its client ended. */
  forget(id: string): void {
    this.#watched.delete(id);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#watched.clear();
  }

  get #aheadMs(): number {
    return Math.min(lookAheadMs, this.#idleMs / 10);
  }

  #wait(): void {
    const oldest = this.#watched.oldest();
    if (this.#timer !== undefined || oldest === undefined) return;
    const dueMs = oldest[1].expiresAt - this.#aheadMs - Date.now();
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#lookAtDue();
        this.#wait();
      },
      Math.max(0, dueMs),
    ).unref();
  }

  #lookAtDue(): void {
    for (let oldest = this.#watched.oldest(); oldest !== undefined; oldest = this.#watched.oldest()) {
      const [id, session] = oldest;
      if (session.expiresAt - this.#aheadMs > Date.now()) return;
      this.#watched.delete(id);
      this.#tellIfItExpires(id, session).catch(() => undefined);
    }
  }

  /** A session that was ended is gone before its time, and one that another process used has more time left. */
  async #tellIfItExpires(id: string, { version, beganAt, expiresAt }: UsedSession): Promise<void> {
    const leftMs = await this.#store.remainingMs?.(id);
    if (leftMs === undefined || leftMs > 2 * this.#aheadMs) return;
    // A little longer than the store says, so that its clock has come to the end as well.
    await new Promise<void>((resolve) => setTimeout(resolve, leftMs + 5).unref());
    if (this.#watched.get(id) !== undefined || (await this.#store.remainingMs?.(id)) !== undefined) return;
    this.#calls.endSession({ id, version }, expiresAt - beganAt);
  }
}
