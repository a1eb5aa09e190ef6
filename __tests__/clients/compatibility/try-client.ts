import { equal, ok } from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { ProtocolVersion } from 'express-mcp';
import type { ClientKind } from './driven-client.js';
import type { Endpoint } from './endpoint.js';
import { scopes, startEndpoint } from './endpoint.js';
import type { Feature } from './features.js';
import type { Outcome, Outcomes } from './outcome.js';
import { lacksIt, no, yes } from './outcome.js';
import { probeRefusal, probes, same, textOf } from './probes.js';

/** One client with its results. */
export interface Tried {
  readonly name: string;
  readonly package: string;
  readonly version: string;
  readonly how: string;
  /** The revision negotiated with an endpoint that supports all of them. */
  readonly revision: string;
  /** The revision negotiated with one that only supports 2025-03-26; `none` if the client gave up. */
  readonly oldRevision: string;
  readonly outcomes: Outcomes;
}

/** Tries everything with a client. */
export async function tryClient(kind: ClientKind): Promise<Tried> {
  const [{ revision, outcomes }, oldRevision, refusal, signingIn] = await Promise.all([
    atEndpoint((endpoint) => tryFeatures(kind, endpoint)),
    atEndpoint((endpoint) => revisionOf(kind, endpoint).catch(() => 'none'), ['2025-03-26']),
    atEndpoint((endpoint) => attempt(kind, 'refusal', () => probeRefusal(kind, endpoint))),
    atEndpoint((endpoint) => trySigningIn(kind, endpoint)),
  ]);
  const { name, package: packageName, version, how } = kind;
  const all = { ...outcomes, refusal, ...signingIn };
  return { name, package: packageName, version, how, revision, oldRevision, outcomes: all };
}

/** Uses an endpoint of its own. */
export async function atEndpoint<T>(
  use: (endpoint: Endpoint) => Promise<T>,
  protocolVersions?: readonly ProtocolVersion[],
): Promise<T> {
  const endpoint = await startEndpoint(protocolVersions);
  try {
    return await use(endpoint);
  } finally {
    await endpoint.close();
  }
}

async function tryFeatures(
  kind: ClientKind,
  endpoint: Endpoint,
): Promise<{ readonly revision: string; readonly outcomes: Outcomes }> {
  const client = await kind.connect(endpoint, await endpoint.token(scopes.join(' ')));
  try {
    const revision = String(textOf(await client.call('revision')));
    const outcomes: Record<string, Outcome> = {};
    for (const [feature, probe] of Object.entries(probes)) {
      outcomes[feature] = await attempt(kind, feature as Feature, (patienceMs) =>
        probe({ kind, endpoint, client, patienceMs }),
      );
    }
    return { revision, outcomes };
  } finally {
    await client.close();
  }
}

async function revisionOf(kind: ClientKind, endpoint: Endpoint): Promise<string> {
  const client = await kind.connect(endpoint, await endpoint.token(scopes.join(' ')));
  try {
    return String(textOf(await client.call('revision')));
  } finally {
    await client.close();
  }
}

/**
 * Tries one feature. Known missing features are tried as well, with a shorter timeout, so that a release that added one shows as `yes`.
 *
 * @param act - receives the timeout in milliseconds
 */
async function attempt(
  kind: ClientKind,
  feature: Feature,
  act: (patienceMs: number) => Promise<void> | void,
): Promise<Outcome> {
  const why = kind.lacks[feature];
  const limit = new AbortController();
  try {
    // Some clients wait forever for a missing event.
    const late = wait(why === undefined ? 60_000 : 5000, undefined, { signal: limit.signal }).then(() => {
      throw new Error('It did not come about in time');
    });
    late.catch(() => undefined);
    await Promise.race([act(why === undefined ? 10_000 : 1500), late]);
    return yes;
  } catch (error) {
    return why === undefined ? no(error) : lacksIt(why);
  } finally {
    limit.abort();
  }
}

async function trySigningIn(
  kind: ClientKind,
  endpoint: Endpoint,
): Promise<Readonly<Record<'signIn' | 'stepUp' | 'stepUpScopes', Outcome>>> {
  const { asked, written } = await kind.signIn(endpoint).catch((error: unknown) => ({ asked: [], written: error }));
  const [first, second] = asked;
  const signIn = await attempt(kind, 'signIn', () => {
    same(first, ['mcp'], String(written));
  });
  const stepUp = await attempt(kind, 'stepUp', () => {
    equal(written, 'written', String(written));
  });
  const scopesAskedFor = await attempt(kind, 'stepUpScopes', () => {
    ok(second !== undefined, String(written));
  });
  const isAsked = second !== undefined && scopesAskedFor === yes;
  return { signIn, stepUp, stepUpScopes: isAsked ? { cell: second.join(' ') } : scopesAskedFor };
}
