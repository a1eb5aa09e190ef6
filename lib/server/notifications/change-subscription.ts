import { buildNotification } from '../../jsonrpc/build-message.js';
import type { Eventually } from '../../promises/and-then.js';
import { gather } from '../../promises/gather.js';
import type { Params } from '../../jsonrpc/message.js';
import type { Catalog } from '../../registry/catalog.js';
import type { CatalogChange, ChangingList } from '../../registry/catalog-changes.js';
import type { Caller } from '../authorization/caller.js';
import { mayHear } from '../authorization/visible-items.js';
import type { ReportedRequest } from '../reporting/internal-error.js';
import { reporterOf } from '../reporting/internal-error.js';

/** What somebody wants to hear of. */
export interface ChangeFilter {
  readonly lists: ReadonlySet<ChangingList>;
  /** URIs of resources. */
  readonly resources: { has(uri: string): boolean };
}

/** Whom to tell, and how. */
export interface ChangeListener {
  readonly caller: Caller;
  readonly interest: ChangeFilter;
  /** Added to every notification. */
  readonly meta?: Params | undefined;
  /** @returns when the client can take more */
  send(message: string): Promise<void>;
}

/** What a subscription needs of its endpoint. */
export interface ToldEndpoint extends Pick<ReportedRequest['endpoint'], 'reportError'> {
  readonly catalog: Catalog;
}

/**
 * One client's share of the changes: each is told once however often it happened meanwhile, and only while the client's scopes let
 * it see the item. What waits for a slow client is one entry for each thing that it listens to, never more.
 */
export class ChangeSubscription {
  readonly #endpoint: ToldEndpoint;
  readonly #listener: ChangeListener;
  // Made when something changes: most of the time nothing does.
  #waiting: Map<string, CatalogChange> | undefined;
  #isTelling = false;
  #isOver = false;

  constructor(endpoint: ToldEndpoint, listener: ChangeListener) {
    this.#endpoint = endpoint;
    this.#listener = listener;
  }

  /** Something changed. */
  hear(change: CatalogChange): void {
    const { interest } = this.#listener;
    const concerns = change.kind === 'list' ? interest.lists.has(change.list) : interest.resources.has(change.uri);
    if (!concerns || this.#isOver) return;
    // Of a list, each kind of visibility counts for itself: who may not see one item may see the other.
    this.#waiting ??= new Map();
    this.#waiting.set(JSON.stringify(change), change);
    if (this.#isTelling) return;
    this.#isTelling = true;
    // Who cannot be told is not told any more; why is known to whom the connection belongs.
    this.#tellAll().catch(() => {
      this.close();
    });
  }

  /** Nothing is told after this. */
  close(): void {
    this.#isOver = true;
    this.#waiting = undefined;
  }

  async #tellAll(): Promise<void> {
    // What an app changes in one go, it tells in one notification.
    await new Promise(setImmediate);
    for (let waiting = this.#take(); waiting !== undefined; waiting = this.#take()) {
      const messages = await this.#messagesAbout(waiting);
      for (const message of messages) await this.#listener.send(message);
    }
    this.#isTelling = false;
  }

  #take(): Map<string, CatalogChange> | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }

  async #messagesAbout(waiting: ReadonlyMap<string, CatalogChange>): Promise<ReadonlySet<string>> {
    const { caller, meta } = this.#listener;
    const changes = [...waiting.values()];
    const hears = await gather(changes.map((change) => this.#mayHear(change, caller)));
    const audible = changes.filter((_change, index) => hears[index] === true);
    return new Set(audible.map((change) => notificationOf(change, meta)));
  }

  #mayHear(change: CatalogChange, caller: Caller): Eventually<boolean> {
    const { catalog, reportError } = this.#endpoint;
    const about = { endpoint: { reportError }, request: { method: methodOf(change) } };
    return mayHear(change, caller, catalog, reporterOf(about));
  }
}

function methodOf(change: CatalogChange): string {
  return change.kind === 'list' ? `notifications/${change.list}/list_changed` : 'notifications/resources/updated';
}

function notificationOf(change: CatalogChange, meta: Params | undefined): string {
  const about = meta === undefined ? {} : { _meta: meta };
  const method = methodOf(change);
  return change.kind === 'list'
    ? buildNotification(method, meta === undefined ? undefined : about)
    : buildNotification(method, { ...about, uri: change.uri });
}
