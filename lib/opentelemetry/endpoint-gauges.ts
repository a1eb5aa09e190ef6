import type { Attributes, Meter, Observable, ObservableResult } from '@opentelemetry/api';
import type { EndpointStats, ObservableEndpoint } from '../server/calls/endpoint-stats.js';
import { observableEndpoints } from '../server/calls/endpoint-stats.js';

/** One number, or several with an attribute each. */
type Reading = number | undefined | Readonly<Record<string, number>>;

interface Instrument {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly kind: 'Counter' | 'Gauge' | 'UpDownCounter';
  /** The attribute that tells several numbers apart. */
  readonly by?: string;
  readonly read: (stats: EndpointStats) => Reading;
}

const instruments: readonly Instrument[] = [
  {
    name: 'express_mcp.requests',
    description: 'Requests that are worked on, open streams included',
    unit: '{request}',
    kind: 'UpDownCounter',
    read: ({ requests }) => requests,
  },
  {
    name: 'express_mcp.streams',
    description: 'Open streams',
    unit: '{stream}',
    kind: 'UpDownCounter',
    read: ({ streams }) => streams,
  },
  {
    name: 'express_mcp.sessions',
    description: 'Sessions of legacy clients',
    unit: '{session}',
    kind: 'UpDownCounter',
    read: ({ sessions }) => sessions,
  },
  {
    name: 'express_mcp.tasks',
    description: 'Runs of tasks',
    unit: '{run}',
    kind: 'UpDownCounter',
    read: ({ tasks }) => tasks,
  },
  {
    name: 'express_mcp.tokens',
    description: 'Tokens whose verdict is remembered',
    unit: '{token}',
    kind: 'UpDownCounter',
    read: ({ tokens }) => tokens,
  },
  {
    name: 'express_mcp.keys.age',
    description: 'Time since the keys of an issuer were fetched',
    unit: 's',
    kind: 'Gauge',
    by: 'express_mcp.issuer',
    read: ({ keyAgeSeconds }) => keyAgeSeconds,
  },
  {
    name: 'express_mcp.decisions',
    description: 'Decisions about requests',
    unit: '{decision}',
    kind: 'Counter',
    by: 'express_mcp.decision.code',
    read: ({ decisions }) => decisions,
  },
  {
    name: 'express_mcp.limit.hits',
    description: 'Times that a limit was reached',
    unit: '{hit}',
    kind: 'Counter',
    by: 'express_mcp.limit.code',
    read: ({ limits }) => limits,
  },
];

/**
 * Lets a meter read the numbers of every endpoint of this process.
 *
 * @returns a function that ends it
 */
export function observeEndpoints(meter: Meter): () => void {
  const made = instruments.map((each): readonly [Instrument, Observable] => {
    const { name, description, unit, kind } = each;
    return [each, meter[`createObservable${kind}`](name, { description, unit })];
  });
  const stops = made.map(([instrument, observable]) => {
    const observe = (result: ObservableResult): void => {
      for (const [attributes, value] of readingsOf(instrument)) result.observe(value, attributes);
    };
    observable.addCallback(observe);
    return () => {
      observable.removeCallback(observe);
    };
  });
  return () => {
    for (const stop of stops) stop();
  };
}

/** Two endpoints that nothing tells apart count together. */
function readingsOf({ by, read }: Instrument): Iterable<readonly [Attributes, number]> {
  const readings = new Map<string, [Attributes, number]>();
  for (const endpoint of observableEndpoints()) {
    for (const [key, value] of numbersOf(read(endpoint.stats()))) {
      const attributes = { ...attributesOf(endpoint), ...(by === undefined ? {} : { [by]: key }) };
      const text = JSON.stringify(attributes);
      const known = readings.get(text);
      if (known === undefined) readings.set(text, [attributes, value]);
      // Ages count by their greatest, all others by their sum.
      else known[1] = by === 'express_mcp.issuer' ? Math.max(known[1], value) : known[1] + value;
    }
  }
  return readings.values();
}

function numbersOf(reading: Reading): readonly (readonly [string, number])[] {
  if (reading === undefined) return [];
  return typeof reading === 'number' ? [['', reading]] : Object.entries(reading);
}

function attributesOf({ name, path }: ObservableEndpoint): Attributes {
  return { 'express_mcp.server.name': name, ...(path === undefined ? {} : { 'express_mcp.endpoint.path': path }) };
}
