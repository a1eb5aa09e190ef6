import { isObject } from '../../jsonrpc/parse-message.js';
import type { Catalog } from '../../registry/catalog.js';
import type { CatalogChange } from '../../registry/catalog-changes.js';
import { ExpiringMap } from '../../stores/expiring-map.js';
import type { MessageBus } from '../../stores/message-bus.js';
import type { ChangeInterest, ChangeListener } from './change-listeners.js';
import { ChangeListeners } from './change-listeners.js';
import { publishQuietly, subscribeQuietly } from '../../stores/best-effort-bus.js';

const topic = 'changes';
const maxProcesses = 1000;
const aDay = 86_400;

/** A message between processes. By its number, a change that several routers of a process publish is delivered once. */
interface Announcement {
  readonly origin: string;
  /** The endpoint: others may use the same bus, and their changes must not reach its callers. */
  readonly endpoint: string;
  readonly number: number;
  readonly change: CatalogChange;
}

/** Delivers changes of the catalog, in this process and in others, to the listeners. */
export class ChangeNotifier {
  readonly #origin: string;
  readonly #endpoint: string;
  readonly #listeners = new ChangeListeners();
  readonly #heard = new ExpiringMap<number>(maxProcesses);
  readonly #stopWatching: () => void;
  readonly #subscribed: Promise<() => Promise<void>>;

  /**
   * @param bus - connects the processes that share the endpoint
   * @param endpoint - its name, the same in all of them
   */
  constructor({ changes }: Catalog, bus: MessageBus, endpoint: string) {
    this.#origin = changes.origin;
    this.#endpoint = endpoint;
    this.#stopWatching = changes.listen((change, number) => {
      this.#listeners.tell(change);
      const announcement: Announcement = { origin: this.#origin, endpoint, number, change };
      // If the bus loses it, listeners miss one notification.
      publishQuietly(bus, topic, JSON.stringify(announcement));
    });
    this.#subscribed = subscribeQuietly(bus, topic, (text) => {
      this.#hear(text);
    });
  }

  /** Number of listeners. */
  get size(): number {
    return this.#listeners.all.size;
  }

  /**
   * @param listener - receives changes until it is removed
   * @param interest - the changes that it wants. Default: all
   */
  listen(listener: ChangeListener, interest?: ChangeInterest): void {
    this.#listeners.add(listener, interest);
  }

  /** @param interest - the one that it was added with */
  forget(listener: ChangeListener, interest?: ChangeInterest): void {
    this.#listeners.remove(listener, interest);
  }

  async close(): Promise<void> {
    this.#stopWatching();
    this.#listeners.clear();
    const unsubscribe = await this.#subscribed;
    await unsubscribe();
  }

  #hear(text: string): void {
    const { origin, endpoint, number, change } = readAnnouncement(text);
    if (endpoint !== this.#endpoint) return;
    if (origin === this.#origin || number <= (this.#heard.get(origin) ?? 0)) return;
    this.#heard.set(origin, number, aDay);
    this.#listeners.tell(change);
  }
}

/** Processes of the same deployment trust each other, so only the types are checked. */
function readAnnouncement(text: string): Announcement {
  const announcement: unknown = JSON.parse(text);
  if (isObject(announcement) && 'change' in announcement) return announcement as unknown as Announcement;
  throw new TypeError(`The bus carries something that is no change on the topic "${topic}"`);
}
