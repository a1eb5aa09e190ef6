import type { Ranked } from './largest-first.js';
import { LargestFirst } from './largest-first.js';

/** One identifier, until its time is over. */
interface Mark extends Ranked {
  readonly id: string;
  readonly until: number;
  readonly share: Share;
}

/** The identifiers of one owner. */
interface Share {
  readonly owner: string;
  /** The one that ends first is the largest. */
  readonly marks: LargestFirst<Mark>;
  /** New identifiers are refused until then, in milliseconds since 1970. */
  refusedUntil: number;
  readonly byNumber: Ranked;
  readonly byEnd: Ranked;
}

/**
 * A bounded set of identifiers, each with an owner and an end. No live identifier can be added twice, also after it made room for
 * others: its owner can add none until it would have ended. So an owner who fills the set loses their own turns only.
 */
export class UsedIdentifiers {
  readonly #marks = new Map<string, Mark>();
  readonly #shares = new Map<string, Share>();
  readonly #largest = new LargestFirst<Share>(
    ({ marks }) => marks.size,
    ({ byNumber }) => byNumber,
  );
  readonly #firstToEnd = new LargestFirst<Share>(
    ({ marks }) => -(marks.largest()?.until ?? 0),
    ({ byEnd }) => byEnd,
  );
  readonly #most: number;

  /** @param most - maximum number of identifiers */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#marks.size;
  }

  /**
   * Adds an identifier.
   *
   * @param owner - whose share of the set it takes
   * @param seconds - until it ends
   * @returns whether it was new
   * @throws Error if there is no room for this owner
   */
  add(id: string, owner: string, seconds: number): boolean {
    const now = Date.now();
    this.#dropEnded(now);
    if (this.#marks.has(id)) return false;
    if (seconds <= 0) return true;
    const share = this.#shares.get(owner) ?? newShare(owner);
    if (share.refusedUntil > now || !this.#hasRoomFor(share)) {
      throw new Error(
        `More than ${String(this.#most)} identifiers are in use at once, so new ones of this owner have to wait`,
      );
    }
    const mark: Mark = { id, until: now + seconds * 1000, share, place: -1 };
    this.#marks.set(id, mark);
    this.#shares.set(owner, share);
    share.marks.update(mark);
    this.#rank(share);
    return true;
  }

  clear(): void {
    this.#marks.clear();
    this.#shares.clear();
    this.#largest.clear();
    this.#firstToEnd.clear();
  }

  #dropEnded(now: number): void {
    for (;;) {
      const mark = this.#firstToEnd.largest()?.marks.largest();
      if (mark === undefined || mark.until > now) return;
      this.#delete(mark);
    }
  }

  /** Makes room at the cost of the owner with the most identifiers, if that one still has as many as this one afterwards. */
  #hasRoomFor(share: Share): boolean {
    if (this.#marks.size < this.#most) return true;
    const largest = this.#largest.largest();
    const mark = largest?.marks.largest();
    if (largest === undefined || mark === undefined || largest.marks.size <= share.marks.size + 1) return false;
    // The others of this owner end later. So the share, and with it this time, is kept for as long as it matters.
    largest.refusedUntil = mark.until;
    this.#delete(mark);
    return true;
  }

  #delete(mark: Mark): void {
    const { share } = mark;
    this.#marks.delete(mark.id);
    share.marks.delete(mark);
    if (share.marks.size > 0) {
      this.#rank(share);
      return;
    }
    this.#shares.delete(share.owner);
    this.#largest.delete(share);
    this.#firstToEnd.delete(share);
  }

  #rank(share: Share): void {
    this.#largest.update(share);
    this.#firstToEnd.update(share);
  }
}

// Shared by all heaps, as there can be as many owners as identifiers.
const endsFirst = ({ until }: Mark): number => -until;
const itself = (mark: Mark): Ranked => mark;

function newShare(owner: string): Share {
  return {
    owner,
    marks: new LargestFirst(endsFirst, itself),
    refusedUntil: 0,
    byNumber: { place: -1 },
    byEnd: { place: -1 },
  };
}
