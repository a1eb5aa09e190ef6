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

/** The changes that a subscription wants. */
export interface ChangeFilter {
  readonly lists: ReadonlySet<ChangingList>;
  /** URIs of resources. */
  readonly resources: { has(uri: string): boolean };
}

/** The receiver of notifications. */
export interface ChangeListener {
  readonly caller: Caller;
  readonly interest: ChangeFilter;
  /** Added to every notification. */
  readonly meta?: Params | undefined;
  /** @returns when the client can take more */
  send(message: string): Promise<void>;
}

/** The services of an endpoint that a subscription needs. */
export interface ToldEndpoint extends Pick<ReportedRequest['endpoint'], 'reportError'> {
  readonly catalog: Catalog;
}

/**
 * One client's subscription to changes. A change that happens several times meanwhile is sent once, and only if the client's scopes
 * still let it see the item. For a slow client, one entry for each list or resource waits, never more.
 */
export class ChangeSubscription {
  readonly #endpoint: ToldEndpoint;
  readonly #listener: ChangeListener;
  // Made at the first change: most of the time there is none.
  #waiting: Map<string, CatalogChange> | undefined;
  #isTelling = false;
  #isOver = false;

  constructor(endpoint: ToldEndpoint, listener: ChangeListener) {
    this.#endpoint = endpoint;
    this.#listener = listener;
  }

  /** Records a change. */
  hear(change: CatalogChange): void {
    const { interest } = this.#listener;
    const concerns = change.kind === 'list' ? interest.lists.has(change.list) : interest.resources.has(change.uri);
    if (!concerns || this.#isOver) return;
    // Each visibility of a list counts separately: a client may see one item and not another.
    this.#waiting ??= new Map();
    this.#waiting.set(JSON.stringify(change), change);
    if (this.#isTelling) return;
    this.#isTelling = true;
    // A failed send ends the subscription; the transport reports the cause.
    this.#tellAll().catch(() => {
      this.close();
    });
  }

  /** No notification is sent after this. */
  close(): void {
    this.#isOver = true;
    this.#waiting = undefined;
  }

  async #tellAll(): Promise<void> {
    // Changes that an app makes together are sent in one notification.
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
