import { LimitError } from '../../errors/limit-error.js';
import { ProtocolError } from '../../errors/protocol-error.js';
import type { Params, RequestId } from '../../jsonrpc/message.js';
import { parseJson } from '../../jsonrpc/parse-message.js';
import type { LogLevel } from '../../registry/log-level.js';
import type { MessageBus } from '../../stores/message-bus.js';
import type { SessionFields, SessionQuota, SessionStore } from '../../stores/session-store.js';
import type { Connection } from '../transport/connection.js';
import type { LimitHits } from '../limits/limit-hits.js';
import { maxUriCharacters, maxUris } from '../limits/limits.js';
import { publishQuietly, tolerant } from '../../stores/best-effort-bus.js';
import type { RunningRequests } from '../cancellation/running-requests.js';
import { fromStorage } from '../../stores/storage-unavailable.js';

/** Services for sessions. */
export interface SessionServices {
  /** Counts sessions that were refused because their principal has too many. */
  readonly hits?: LimitHits;
  readonly store: SessionStore;
  readonly bus: MessageBus;
  readonly running: RunningRequests;
}

const uriPrefix = 'uri ';

/** A session of a legacy client, as one request finds it (2025-11-25 `basic/transports#session-management`). */
export class Session implements Connection {
  readonly id: string;
  readonly #fields: SessionFields;
  readonly #services: SessionServices;
  readonly #quota: SessionQuota | undefined;
  readonly #uris: Set<string>;

  /** @param quota - the limits of its principal */
  constructor(id: string, fields: SessionFields, services: SessionServices, quota?: SessionQuota) {
    this.id = id;
    this.#fields = fields;
    this.#services = services;
    this.#quota = quota;
    const names = Object.keys(fields).filter((name) => name.startsWith(uriPrefix));
    this.#uris = new Set(names.map((name) => name.slice(uriPrefix.length)));
  }

  /** The owner of the session. */
  get principal(): string | undefined {
    return this.#fields['principal'];
  }

  /** The protocol revision that was agreed on. */
  get version(): string {
    return this.#fields['version'] ?? '';
  }

  /** Milliseconds since it began; undefined for sessions of an older version of this package, which did not store it. */
  get ageMs(): number | undefined {
    const openedAt = Number(this.#fields['openedAt']);
    return Number.isFinite(openedAt) ? Math.max(0, Date.now() - openedAt) : undefined;
  }

  get handshake(): Params {
    return parseJson(this.#fields['handshake'] ?? '{}') as Params;
  }

  get isReady(): boolean {
    return this.#fields['ready'] !== undefined;
  }

  get logLevel(): LogLevel | undefined {
    return this.#fields['logLevel'] as LogLevel | undefined;
  }

  /** The resources that the client subscribed to. Kept up to date while `watch` runs. */
  get uris(): ReadonlySet<string> {
    return this.#uris;
  }

  async beReady(): Promise<void> {
    await this.#change({ ready: '' });
  }

  async setLogLevel(level: LogLevel): Promise<void> {
    await this.#change({ logLevel: level });
  }

  async subscribe(uri: string): Promise<void> {
    const uris = new Set([...this.#uris, uri]);
    if (uris.size > maxUris) throw tooMuch(`${maxUris} subscriptions`);
    if ([...uris].reduce((sum, { length }) => sum + length, 0) > maxUriCharacters) {
      throw tooMuch(`subscriptions to URIs of ${maxUriCharacters} characters together`);
    }
    await this.#change({ [uriPrefix + uri]: '' });
    this.#tell({ subscribed: uri });
  }

  async unsubscribe(uri: string): Promise<void> {
    await this.#change({ [uriPrefix + uri]: undefined });
    this.#tell({ unsubscribed: uri });
  }

  cancel(requestId: RequestId, reason?: string): void {
    this.#services.running.cancel(this.id, requestId, reason);
  }

  /** Ends it, in all processes. @throws ProtocolError `storage_unavailable` */
  async end(): Promise<void> {
    await fromStorage(() => this.#services.store.delete(this.id, this.principal));
    this.#tell({ ended: true });
  }

  /**
   * Keeps this object up to date, and reports when the client opens another stream or ends the session. A message MUST NOT go to more
   * than one stream (#multiple-connections), so the newest stream gets them all.
   *
   * @param streamId - the stream that watches
   * @param onReplaced - called when it has to end
   * @returns a function that ends it
   * @throws ProtocolError `storage_unavailable`
   */
  async watch(streamId: string, onReplaced: () => void): Promise<() => Promise<void>> {
    const { bus } = this.#services;
    // All processes receive messages in the same order, so that two streams opened at once agree which one is the newest.
    let isOpen = false;
    const listener = tolerant((text) => {
      const news = parseJson(text) as Readonly<Partial<Record<string, unknown>>>;
      if (typeof news['subscribed'] === 'string') this.#uris.add(news['subscribed']);
      if (typeof news['unsubscribed'] === 'string') this.#uris.delete(news['unsubscribed']);
      const isReplaced = isOpen && news['opened'] !== undefined && news['opened'] !== streamId;
      if (news['opened'] === streamId) isOpen = true;
      if (isReplaced || news['ended'] === true) onReplaced();
    });
    const unsubscribe = await fromStorage(() => bus.subscribe(topicOf(this.id), listener));
    try {
      await fromStorage(() => bus.publish(topicOf(this.id), JSON.stringify({ opened: streamId })));
    } catch (error) {
      await unsubscribe().catch(() => undefined);
      throw error;
    }
    return unsubscribe;
  }

  async #change(changes: Readonly<Record<string, string | undefined>>): Promise<void> {
    const isChanged = await fromStorage(() => this.#services.store.change(this.id, changes, this.#quota));
    if (isChanged !== false) return;
    this.#services.hits?.count('too_many_bytes');
    throw new LimitError('too_many_bytes');
  }

  #tell(news: object): void {
    publishQuietly(this.#services.bus, topicOf(this.id), JSON.stringify(news));
  }
}

function tooMuch(most: string): ProtocolError {
  return new ProtocolError('invalid_params', `Invalid params: a session has at most ${most}`);
}

function topicOf(id: string): string {
  return `session.${id}`;
}
