import { channel as plainChannel, tracingChannel } from 'node:diagnostics_channel';
import type { Eventually } from '../../promises/and-then.js';
import { isPromise } from '../../promises/and-then.js';
import type { ErrorReporter } from '../reporting/report-error.js';
import { reportError } from '../reporting/report-error.js';
import type { CallListener, CallRecord, SessionRecord } from './call-record.js';
import type { CallFacts } from './observed-call.js';
import { ObservedCall } from './observed-call.js';

const channel = tracingChannel<CallRecord>('express-mcp:call');

const sessionChannel = plainChannel('express-mcp:session');

/** The end of a call, as far as the call itself does not know it. */
export interface CallEnding {
  readonly isCancelled: boolean;
  readonly responseBytes: number | undefined;
  /** Set if the call stays open, to be ended later. */
  readonly isOpen?: boolean;
}

/** Options of `CallObservation`. */
export interface CallObservationOptions {
  readonly transport: CallRecord['transport'];
  readonly onCall: CallListener | undefined;
  readonly reportError: ErrorReporter;
}

/** Publishes the calls of one endpoint on the tracing channel `express-mcp:call`, and to the app's `onCall`. */
export class CallObservation {
  readonly #options: CallObservationOptions;

  constructor(options: CallObservationOptions) {
    this.#options = options;
  }

  get transport(): CallRecord['transport'] {
    return this.#options.transport;
  }

  /** Whether there are listeners. Without any, no records are made. */
  get isActive(): boolean {
    return this.#options.onCall !== undefined || channel.hasSubscribers;
  }

  /** Whether the channel `express-mcp:session` has subscribers. */
  get hasSessionListeners(): boolean {
    return sessionChannel.hasSubscribers;
  }

  /** Makes the record of a call at its beginning. */
  begin(facts: CallFacts): ObservedCall {
    return new ObservedCall(this.#options.transport, facts);
  }

  /**
   * Does the work of a call, and publishes its course. `start` and `end` surround the synchronous part, `asyncStart` and `asyncEnd`
   * follow the rest. `error` comes before the end unless the outcome is `ok` or `cancelled`.
   *
   * @param work - synchronous or async
   * @param endingOf - tells how the call ended, from the result of the work
   * @throws what the work throws; else the promise rejects with it
   */
  observe<T>(call: ObservedCall, work: () => Eventually<T>, endingOf: (value: T) => CallEnding): Eventually<T> {
    return channel.start.runStores(call, () => {
      let value: Eventually<T>;
      try {
        value = call.within(work);
      } catch (error) {
        this.#fail(call, error);
        channel.end.publish(call);
        this.#tell(call);
        throw error;
      }
      if (isPromise(value)) {
        channel.end.publish(call);
        return this.#observeLater(call, value, endingOf);
      }
      const ending = endingOf(value);
      if (ending.isOpen !== true) this.#finish(call, ending);
      channel.end.publish(call);
      if (ending.isOpen !== true) this.#tell(call);
      return value;
    });
  }

  /**
   * Publishes a call that was refused before any work was done for it.
   *
   * @param error - the reason
   */
  refuse(call: ObservedCall, error: unknown): void {
    channel.start.runStores(call, () => {
      this.#fail(call, error);
      channel.end.publish(call);
    });
    this.#tell(call);
  }

  /**
   * Publishes on the channel `express-mcp:session` that a session is over: its client has ended it or closed its connection on stdio, or
   * it expired.
   *
   * @param durationMs - how long it lasted, in milliseconds; undefined if unknown
   */
  endSession(
    session: { readonly id: string; readonly version: string | undefined },
    durationMs: number | undefined,
  ): void {
    if (durationMs === undefined || !sessionChannel.hasSubscribers) return;
    const { transport } = this.#options;
    const record: SessionRecord = {
      transport,
      sessionId: transport === 'http' ? session.id : undefined,
      protocolVersion: session.version,
      durationMs,
    };
    sessionChannel.publish(record);
  }

  /** Ends a call that stayed open after its work was done. */
  end(call: ObservedCall, ending: CallEnding): void {
    if (call.outcome !== undefined) return;
    this.#finish(call, ending);
    this.#publishAsync(call);
  }

  /** `then` and not `await`: where `AsyncLocalStorage` is in use, each promise costs more than the record. */
  #observeLater<T>(call: ObservedCall, promised: Promise<T>, endingOf: (value: T) => CallEnding): Promise<T> {
    return promised.then(
      (value) => {
        const ending = endingOf(value);
        if (ending.isOpen !== true) {
          this.#finish(call, ending);
          this.#publishAsync(call);
        }
        return value;
      },
      (error: unknown) => {
        this.#fail(call, error);
        this.#publishAsync(call);
        throw error;
      },
    );
  }

  #fail(call: ObservedCall, error: unknown): void {
    call.failed(error, false);
    this.#finish(call, { isCancelled: false, responseBytes: undefined });
  }

  #finish(call: ObservedCall, { isCancelled, responseBytes }: CallEnding): void {
    call.end(isCancelled, responseBytes);
    if (call.outcome !== 'ok' && call.outcome !== 'cancelled') channel.error.publish(call);
  }

  #publishAsync(call: ObservedCall): void {
    channel.asyncStart.publish(call);
    channel.asyncEnd.publish(call);
    this.#tell(call);
  }

  #tell(call: ObservedCall): void {
    const { onCall } = this.#options;
    if (onCall === undefined) return;
    const report = (error: unknown): void => {
      reportError(this.#options.reportError, error, { method: call.method, target: call.target?.name });
    };
    try {
      const told = onCall(call);
      if (isPromise(told)) Promise.resolve(told).catch(report);
    } catch (error) {
      report(error);
    }
  }
}
