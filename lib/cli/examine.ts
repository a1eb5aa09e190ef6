import type { ExaminedServer } from './doctor-checks/authorization-server.js';
import { checkAuthorizationServer } from './doctor-checks/authorization-server.js';
import { checkBadTokens, checkQueryToken } from './doctor-checks/bad-tokens.js';
import { checkBrowser } from './doctor-checks/browser.js';
import { challengeOf, checkChallenge } from './doctor-checks/challenge.js';
import { checkClock } from './doctor-checks/clock.js';
import { checkForwardedHost } from './doctor-checks/forwarded-host.js';
import { authorizationServersOf, checkDocument } from './doctor-checks/metadata-document.js';
import type { FoundDocument } from './doctor-checks/metadata-place.js';
import { findMetadata } from './doctor-checks/metadata-place.js';
import { checkNoToken } from './doctor-checks/no-token.js';
import { checkScopes, scopesToAskFor } from './doctor-checks/scopes.js';
import { checkUrl } from './doctor-checks/url.js';
import type { Endpoint } from './endpoint.js';
import { knock } from './endpoint.js';
import type { Finding } from './finding.js';
import { failure } from './finding.js';
import { isAnswer } from './http-probe.js';

/** More than any endpoint has. If a document names thousands, only these are asked. */
const maxAuthorizationServers = 10;

/** The knowledge of a client after its first visit. */
export interface FirstVisit {
  readonly findings: readonly Finding[];
  /** The metadata document that a client would use; undefined if there is none. */
  readonly metadata: FoundDocument | undefined;
  /** The scopes that a client would ask for when it signs in. */
  readonly scopes: readonly string[];
  readonly servers: readonly ExaminedServer[];
}

/**
 * Examines an endpoint in the same order as a new client.
 *
 * @param endpoint - see {@link Endpoint}
 */
export async function examine(endpoint: Endpoint): Promise<FirstVisit> {
  const answer = await knock(endpoint);
  if (!isAnswer(answer)) {
    const mend = 'Start the app, or look at the name, the port, the certificate and the proxy.';
    const findings = [...checkUrl(endpoint), failure('no-token', `The endpoint ${answer.problem}.`, mend)];
    return { findings, metadata: undefined, scopes: [], servers: [] };
  }
  const findings = [...checkUrl(endpoint), ...checkNoToken(answer)];
  // Another status has no challenge, and has already been reported.
  if (answer.status === 401) findings.push(...checkChallenge(answer));
  findings.push(...checkClock(answer, endpoint));
  const parameters = challengeOf(answer)?.parameters;
  const { metadata, findings: ofPlace } = await findMetadata(endpoint, parameters?.get('resource_metadata'));
  findings.push(...ofPlace);
  if (metadata !== undefined) findings.push(...checkDocument(metadata, endpoint));
  findings.push(...(await checkForwardedHost(endpoint, metadata)));
  const servers = metadata === undefined ? [] : await examineServers(endpoint, metadata);
  const advertised = { challenged: parameters?.get('scope'), supported: metadata?.document['scopes_supported'] };
  findings.push(...servers.flatMap((server) => server.findings));
  if (metadata !== undefined) findings.push(...checkScopes(advertised, servers));
  findings.push(...(await checkBadTokens(endpoint)), ...(await checkQueryToken(endpoint, answer)));
  findings.push(...(await checkBrowser(endpoint)));
  return { findings, metadata, scopes: scopesToAskFor(advertised), servers };
}

async function examineServers(endpoint: Endpoint, metadata: FoundDocument): Promise<readonly ExaminedServer[]> {
  const servers: ExaminedServer[] = [];
  for (const issuer of authorizationServersOf(metadata, endpoint).slice(0, maxAuthorizationServers)) {
    servers.push(await checkAuthorizationServer(endpoint, issuer));
  }
  return servers;
}
