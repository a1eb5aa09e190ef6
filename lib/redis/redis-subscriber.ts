import type { MessageListener } from '../stores/message-bus.js';
import type { RedisAdapter, SubscriberConnection } from './redis-adapter.js';
import { within } from '../promises/within.js';

interface Channel {
  readonly listeners: Set<MessageListener>;
  /** Where Redis has confirmed that it is listened to. */
  heardOn: SubscriberConnection | undefined;
}

/** How the subscriber finds out whether what is published still arrives. */
export interface Heartbeat {
  /** A channel of this process. */
  readonly channel: string;
  readonly everyMs: number;
  readonly publish: (channel: string) => Promise<unknown>;
}

// Within two seconds after Redis is back, listeners receive messages again. If this happens in a pause, it takes half a second. With a
// dead connection it takes retryMs, suspicionMs and firstPauseMs, after the client for commands is back.
const firstPauseMs = 50;
const maxPauseMs = 500;
/** Time between two heartbeats if the first could not be sent. */
const retryMs = 100;
/** How long one has to come back after others could not be sent. */
const suspicionMs = 300;

/**
 * Listens to channels on a connection of its own, which is opened with the first channel. When it is lost it is opened again, and
 * every channel is listened to again. A connection can be dead without a sign of it, so a message to itself is sent now and then.
 */
export class RedisSubscriber {
  readonly #adapter: RedisAdapter;
  readonly #heartbeat: Heartbeat;
  readonly #timeoutMs: number;
  readonly #channels = new Map<string, Channel>();
  /** The command under way for each channel; one after the other, since clients mix up commands that overlap. */
  readonly #turns = new Map<string, Promise<void>>();
  readonly #waiting = new Set<() => void>();
  #connection: SubscriberConnection | undefined;
  #lose: () => void = () => undefined;
  #heardAt = 0;
  #isRunning = false;
  #isClosed = false;

  /** @param timeoutMs - how long an answer is waited for */
  constructor(adapter: RedisAdapter, heartbeat: Heartbeat, timeoutMs: number) {
    this.#adapter = adapter;
    this.#heartbeat = heartbeat;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * @returns a function that ends it
   * @throws Error when Redis has not confirmed it in time
   */
  async subscribe(name: string, listener: MessageListener): Promise<() => Promise<void>> {
    if (this.#isClosed) throw new Error('The Redis stores are closed');
    // A listener of its own for each subscription, so that the same function can be there twice.
    const own: MessageListener = (message) => {
      listener(message);
    };
    const channel = this.#channels.get(name) ?? { listeners: new Set(), heardOn: undefined };
    this.#channels.set(name, channel);
    channel.listeners.add(own);
    const stop = async (): Promise<void> => {
      channel.listeners.delete(own);
      await this.#drop(name, channel);
    };
    if (!this.#isRunning) void this.#run();
    try {
      await within(this.#timeoutMs, this.#untilHeard(name, channel), 'Redis did not confirm a subscription');
    } catch (error) {
      await stop().catch(() => undefined);
      throw error;
    }
    return stop;
  }

  /** Whether everything that is to be listened to is; nothing to listen to needs no connection. */
  get isListening(): boolean {
    return !this.#isClosed && (this.#channels.size === 0 || this.#connection !== undefined);
  }

  close(): void {
    this.#isClosed = true;
    this.#channels.clear();
    this.#lose();
    this.#wake();
  }

  async #untilHeard(name: string, channel: Channel): Promise<void> {
    while (channel.listeners.size > 0 && !this.#isClosed) {
      const connection = this.#connection;
      if (connection === undefined) {
        await new Promise<void>((resolve) => this.#waiting.add(resolve));
      } else {
        await this.#inTurn(name, () => this.#listen(connection, name, channel)).catch(this.#lose);
        if (channel.heardOn === connection && this.#connection === connection) return;
      }
    }
    if (this.#isClosed) throw new Error('The Redis stores are closed');
  }

  async #listen(connection: SubscriberConnection, name: string, channel: Channel): Promise<void> {
    if (channel.heardOn === connection) return;
    await connection.subscribe([name]);
    channel.heardOn = connection;
  }

  async #drop(name: string, channel: Channel): Promise<void> {
    await this.#inTurn(name, async () => {
      // A listener may have come meanwhile.
      if (channel.listeners.size > 0 || this.#channels.get(name) !== channel) return;
      this.#channels.delete(name);
      const connection = this.#connection;
      if (connection === undefined || channel.heardOn !== connection) return;
      await within(this.#timeoutMs, connection.unsubscribe(name), 'Redis did not confirm the end of a subscription');
    });
  }

  async #inTurn(name: string, act: () => Promise<void>): Promise<void> {
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(act, act);
    this.#turns.set(name, turn);
    try {
      await turn;
    } finally {
      if (this.#turns.get(name) === turn) this.#turns.delete(name);
    }
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let pauseMs = firstPauseMs; !this.#isClosed; pauseMs = Math.min(2 * pauseMs, maxPauseMs)) {
      if (await this.#live()) pauseMs = firstPauseMs;
      await pause(pauseMs);
    }
  }

  /**
   * One connection, from its beginning to its end.
   *
   * @returns whether it came into being
   */
  async #live(): Promise<boolean> {
    const lost = new Promise<void>((resolve) => (this.#lose = resolve));
    const connection = this.#adapter.createSubscriber({
      hear: (channel, message) => {
        if (connection === this.#connection) this.#hear(channel, message);
      },
      lose: this.#lose,
    });
    try {
      await within(this.#timeoutMs, connection.connect(), 'Redis did not accept a connection');
      // From here on new subscriptions go out by themselves; twice does no harm.
      this.#connection = connection;
      await within(this.#timeoutMs, this.#listenToAll(connection), 'Redis did not confirm the subscriptions');
      this.#wake();
      await Promise.race([lost, this.#watch(connection)]);
      return true;
    } catch {
      return false;
    } finally {
      this.#connection = undefined;
      connection.destroy();
    }
  }

  async #listenToAll(connection: SubscriberConnection): Promise<void> {
    const all = [...this.#channels];
    await connection.subscribe([this.#heartbeat.channel, ...all.map(([name]) => name)]);
    for (const [, channel] of all) channel.heardOn = connection;
  }

  /** Ends when a heartbeat was published but not heard. */
  async #watch(connection: SubscriberConnection): Promise<void> {
    const { channel, everyMs, publish } = this.#heartbeat;
    let waitMs = everyMs;
    while (this.#connection === connection) {
      const sentAt = performance.now();
      const isSent = await publish(channel).then(
        () => true,
        () => false,
      );
      await pause(isSent ? waitMs : retryMs);
      // A command that could not be sent proves nothing.
      if (isSent && this.#heardAt < sentAt) return;
      // Where the one connection failed, the other may be dead for as long: the first word that gets through again tells soon.
      waitMs = isSent ? everyMs : Math.min(everyMs, suspicionMs);
    }
  }

  #hear(name: string, message: string): void {
    if (name === this.#heartbeat.channel) this.#heardAt = performance.now();
    for (const listener of this.#channels.get(name)?.listeners ?? []) {
      try {
        listener(message);
      } catch {
        // Its own affair; the other listeners have nothing to do with it.
      }
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
