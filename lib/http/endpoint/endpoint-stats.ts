import { sumOfHoldings } from '../../oauth/verifier-holdings.js';
import { sumOfCounts } from '../../server/authorization/decision-counts.js';
import type { EndpointServices } from '../../server/call/call.js';
import type { EndpointStats } from '../../server/calls/endpoint-stats.js';
import type { ProtectedResource } from '../resource/protected-resource.js';
import type { ResolvedRouterOptions } from './router-options.js';

/** Numbers of the endpoint over HTTP, and where to find more. */
interface HttpNumbers {
  readonly options: ResolvedRouterOptions;
  readonly requests: number;
  readonly streams: number;
  /** The protected resource of the guard in front, once a request came from there. */
  readonly resource: ProtectedResource | undefined;
}

/** The numbers of `router.stats()`. */
export function endpointStats(
  { decisions, limits, tasks }: EndpointServices,
  { options, requests, streams, resource }: HttpNumbers,
): EndpointStats {
  const { sessions, stores } = options;
  const { tokens, keyAgeSeconds } = sumOfHoldings([resource?.verifier]);
  return {
    requests,
    streams,
    sessions: sessions === undefined ? 0 : stores.sessions.count?.(),
    tasks: tasks.running.size,
    tokens,
    keyAgeSeconds,
    decisions: sumOfCounts([decisions.byCode, resource?.decisions.byCode ?? {}]),
    limits: { ...limits.hits.byCode, session_store_full: stores.sessions.dropped?.() ?? 0 },
  };
}
