import type { WeighedKeys } from './key-space.js';
import { digestOf, timeToLive } from './key-space.js';
import type { RedisCommands, RedisScript } from './redis-commands.js';
import { evictScript, heaviestScript, settleScript, weighScript } from './weighing-scripts.js';

// Number of entries that are checked or evicted at once, and how often. The limits bound the work of one request.
const candidates = 100;
const maxRounds = 10;
// The answer of PTTL for a key that does not exist.
const gone = '-2';

/** An entry whose weight changes. */
export interface WeighedEntry {
  readonly id: string;
  /** Any text. */
  readonly owner: string;
  /** How long it is kept from now on. */
  readonly seconds: number;
}

/** Limits for the entries of one owner. */
export interface OwnerLimits {
  /** Number of entries. */
  readonly entries: number;
  readonly bytes: number;
  /** Whether the oldest entries of the owner make room for a new one. Otherwise there is none. */
  readonly evicts: boolean;
}

/** The limits of all entries of one kind together. */
interface Together {
  /** Bytes of all owners together. */
  readonly bytes: number;
  /** The key of the entry itself, which is in another slot. */
  keyOf(id: string): string;
}

/** Room that is missing. */
interface Missing {
  readonly isOfOwner: boolean;
  readonly bytes: number;
  /** Entries whose time seems to be over, as digest and id. */
  readonly over: readonly (readonly [string, string])[];
}

/**
 * Weighs entries of one kind, such as sessions, over all processes: for each owner, and together. In a cluster, entries are spread over
 * all slots, and their weights are in one. So the weights only know when an entry would end unused. If there is no room, entries whose
 * time seems to be over are checked. If all owners together have too much, the one who has most loses the oldest entries.
 */
export class WeighedEntries {
  readonly #commands: RedisCommands;
  readonly #keys: WeighedKeys;
  readonly #together: Together;
  #evicted = 0;

  constructor(commands: RedisCommands, keys: WeighedKeys, together: Together) {
    this.#commands = commands;
    this.#keys = keys;
    this.#together = together;
  }

  /** How many entries this process has evicted to make room for others. */
  get evicted(): number {
    return this.#evicted;
  }

  /**
   * Notes what an entry weighs.
   *
   * @param how - whether `bytes` is its weight (`set`), or what it gains or loses (`grow`)
   * @returns false, and nothing is noted, if there is no room for it
   */
  async weigh(entry: WeighedEntry, how: 'set' | 'grow', bytes: number, limits: OwnerLimits): Promise<boolean> {
    let checks = 0;
    let evictions = 0;
    for (;;) {
      const missing = await this.#try(entry, how, bytes, limits);
      if (missing === undefined) return true;
      if (missing.over.length > 0 && checks++ < maxRounds) await this.#check(missing.over);
      else if ((missing.isOfOwner && !limits.evicts) || evictions++ >= maxRounds) return false;
      else if (!(await this.#evict(entry, missing))) return false;
    }
  }

  /** Forgets the weight of an entry. */
  async forget(id: string, owner: string): Promise<void> {
    await this.#settle([[digestOf(owner), id]], [gone]);
  }

  async #try(
    { id, owner, seconds }: WeighedEntry,
    how: 'set' | 'grow',
    bytes: number,
    limits: OwnerLimits,
  ): Promise<Missing | undefined> {
    const most = [limits.entries, limits.bytes, this.#together.bytes];
    const answer = await this.#evaluate(
      weighScript,
      [digestOf(owner)],
      ...[id, digestOf(owner), how, String(bytes), timeToLive(seconds)],
      ...most.map((limit) => String(Math.min(limit, Number.MAX_SAFE_INTEGER))),
      String(candidates),
    );
    if (answer === null) return undefined;
    const [what, missing, ...over] = (answer as readonly unknown[]).map(String);
    return { isOfOwner: what === 'owner', bytes: Number(missing), over: over.map(partsOf) };
  }

  async #check(over: Missing['over']): Promise<void> {
    const left = over.map(async ([, id]) => {
      const key = this.#together.keyOf(id);
      return String(await this.#commands.call(['PTTL', key], key));
    });
    await this.#settle(over, await Promise.all(left));
  }

  async #settle(entries: Missing['over'], left: readonly string[]): Promise<void> {
    const args = entries.flatMap(([digest, id], index) => [digest, id, left[index] ?? gone]);
    await this.#evaluate(
      settleScript,
      entries.map(([digest]) => digest),
      ...args,
    );
  }

  /** @returns whether another attempt makes sense */
  async #evict({ id, owner }: WeighedEntry, missing: Missing): Promise<boolean> {
    const heaviest = missing.isOfOwner ? digestOf(owner) : await this.#heaviest();
    if (heaviest === undefined) return false;
    const args = [heaviest, id, String(missing.bytes), String(candidates)];
    const answer = await this.#evaluate(evictScript, [heaviest], ...args);
    const evicted = (answer as readonly unknown[]).map((name) => this.#together.keyOf(String(name)));
    const unlinked = await Promise.all(evicted.map((key) => this.#commands.call(['UNLINK', key], key)));
    // One whose time was over meanwhile was not evicted.
    this.#evicted += unlinked.filter((count) => Number(count) > 0).length;
    // Another owner without entries is no longer known as the heaviest.
    return evicted.length > 0 || heaviest !== digestOf(owner);
  }

  async #heaviest(): Promise<string | undefined> {
    const answer = await this.#evaluate(heaviestScript, []);
    return typeof answer === 'string' ? answer : undefined;
  }

  #evaluate(script: RedisScript, digests: readonly string[], ...args: readonly string[]): Promise<unknown> {
    const { ends, sizes, owners, of } = this.#keys;
    return this.#commands.evaluate(script, [ends, sizes, owners, ...digests.map(of)], ...args);
  }
}

function partsOf(member: string): readonly [string, string] {
  const space = member.indexOf(' ');
  return [member.slice(0, space), member.slice(space + 1)];
}
