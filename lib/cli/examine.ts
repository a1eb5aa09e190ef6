import { checkAuthorizationServer } from './doctor-checks/authorization-server.js';
import { checkBadTokens, checkQueryToken } from './doctor-checks/bad-tokens.js';
import { checkBrowser } from './doctor-checks/browser.js';
import { challengeOf, checkChallenge } from './doctor-checks/challenge.js';
import { checkClock } from './doctor-checks/clock.js';
import { checkForwardedHost } from './doctor-checks/forwarded-host.js';
import { authorizationServersOf, checkDocument } from './doctor-checks/metadata-document.js';
import { findMetadata } from './doctor-checks/metadata-place.js';
import { checkNoToken } from './doctor-checks/no-token.js';
import { checkUrl } from './doctor-checks/url.js';
import type { Endpoint } from './endpoint.js';
import { knock } from './endpoint.js';
import type { Finding } from './finding.js';
import { failure } from './finding.js';
import { isAnswer } from './http-probe.js';

/** More than any endpoint has; a document that names thousands does not make us ask them all. */
const mostAuthorizationServers = 10;

/**
 * Looks at an endpoint as a client does that comes for the first time, in the order in which a client goes.
 *
 * @param endpoint - see {@link Endpoint}
 */
export async function examine(endpoint: Endpoint): Promise<readonly Finding[]> {
  const answer = await knock(endpoint);
  if (!isAnswer(answer)) {
    const mend = 'Start the app, or look at the name, the port, the certificate and the proxy.';
    return [...checkUrl(endpoint), failure('no-token', `The endpoint ${answer.problem}.`, mend)];
  }
  const findings = [...checkUrl(endpoint), ...checkNoToken(answer)];
  // Another status has no challenge, and has been complained about.
  if (answer.status === 401) findings.push(...checkChallenge(answer));
  findings.push(...checkClock(answer, endpoint));
  const place = await findMetadata(endpoint, challengeOf(answer)?.parameters.get('resource_metadata'));
  findings.push(...place.findings);
  if (place.metadata !== undefined) findings.push(...checkDocument(place.metadata, endpoint));
  findings.push(...(await checkForwardedHost(endpoint, place.metadata)));
  const servers = place.metadata === undefined ? [] : authorizationServersOf(place.metadata, endpoint);
  for (const server of servers.slice(0, mostAuthorizationServers)) {
    findings.push(...(await checkAuthorizationServer(endpoint, server)));
  }
  findings.push(...(await checkBadTokens(endpoint)), ...(await checkQueryToken(endpoint, answer)));
  return [...findings, ...(await checkBrowser(endpoint))];
}
