import { retryAfterSeconds } from '../errors/retry-after.js';
import { TemporarilyUnavailableError } from '../errors/temporarily-unavailable-error.js';

/** Limits of a {@link QuestionQueue}. */
export interface QueueLimits {
  /** Maximum number of questions in flight. */
  readonly running: number;
  /** Maximum number of questions that wait. */
  readonly waiting: number;
  /** How long a question waits, in milliseconds. */
  readonly waitMs: number;
}

/**
 * The limits for questions to an authorization server.
 *
 * @param running - maximum number in flight
 */
export function queueLimits(running: number): QueueLimits {
  return { running, waiting: running * 16, waitMs: 5000 };
}

/** The origin of a question. */
export interface Asker {
  /** The sender's place, such as an address. Places take turns, however many questions one of them sends. */
  readonly from?: string | undefined;
  /** Whether the answer is nearly certain to be good, as for a token that was good before. Such questions come first. */
  readonly isKnown?: boolean;
}

/** The lane of known questions; no address looks like it. */
const knownLane = ' known';

/**
 * Limits the questions in flight. Any client can send invented tokens, and each is a request to the authorization server with our
 * credentials. So a few run, some wait, and the rest is refused at once. The room is shared fairly: known questions come first, then
 * each place in turn. If the queue is full, the place with the most questions gives one up to a place with fewer.
 */
export class QuestionQueue {
  readonly #limits: QueueLimits;
  /** Waiting questions by place; the place whose turn is next comes first. */
  readonly #lanes = new Map<string, Waiting[]>();
  #waiting = 0;
  #running = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /**
   * Asks a question, or queues it until there is room.
   *
   * @param question - sends it
   * @param asker - see {@link Asker}
   * @throws what the question throws
   * @throws TemporarilyUnavailableError if too many wait already, or it waited too long
   */
  async ask<T>(question: () => Promise<T>, { from = '', isKnown = false }: Asker = {}): Promise<T> {
    if (this.#running < this.#limits.running) this.#running += 1;
    else await this.#room(isKnown ? knownLane : from);
    try {
      return await question();
    } finally {
      this.#leave();
    }
  }

  /** Hands the slot of a finished question to the next that waits, so that no newcomer can take it. */
  #leave(): void {
    const lane = this.#lanes.has(knownLane) ? knownLane : this.#lanes.keys().next().value;
    const next = lane === undefined ? undefined : this.#lanes.get(lane)?.[0];
    if (lane === undefined || next === undefined) {
      this.#running -= 1;
      return;
    }
    this.#remove(next);
    // The place has had its turn and goes to the end.
    const others = this.#lanes.get(lane);
    if (others !== undefined) {
      this.#lanes.delete(lane);
      this.#lanes.set(lane, others);
    }
    next.begin();
  }

  #room(lane: string): Promise<void> {
    const { waiting, waitMs } = this.#limits;
    if (this.#waiting >= waiting && !this.#makeRoom(lane)) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      const refuse = (): void => {
        clearTimeout(timer);
        this.#remove(place);
        reject(busy());
      };
      const begin = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const places = this.#lanes.get(lane) ?? [];
      const place: Waiting = { begin, refuse, lane, places };
      const timer = setTimeout(refuse, waitMs);
      places.push(place);
      this.#lanes.set(lane, places);
      this.#waiting += 1;
    });
  }

  /** Drops the last question of the place with the most, if that is more than the newcomer would then have. */
  #makeRoom(newcomer: string): boolean {
    const own = newcomer === knownLane ? 0 : (this.#lanes.get(newcomer)?.length ?? 0);
    let [largest, most] = [undefined as readonly Waiting[] | undefined, own + 1];
    for (const [lane, places] of this.#lanes) {
      if (lane !== knownLane && places.length > most) [largest, most] = [places, places.length];
    }
    largest?.at(-1)?.refuse();
    return largest !== undefined;
  }

  #remove(place: Waiting): void {
    const { lane, places } = place;
    places.splice(places.indexOf(place), 1);
    this.#waiting -= 1;
    if (places.length === 0) this.#lanes.delete(lane);
  }
}

/** A question that waits. */
interface Waiting {
  readonly begin: () => void;
  readonly refuse: () => void;
  readonly lane: string;
  /** All that wait in the lane. */
  readonly places: Waiting[];
}

function busy(): TemporarilyUnavailableError {
  return new TemporarilyUnavailableError(retryAfterSeconds.callEnds, {
    cause: new Error('Too many tokens wait to be asked about'),
  });
}
