import type { Endpoint } from '../endpoint.js';
import { knock } from '../endpoint.js';
import type { Finding } from '../finding.js';
import { ok, warning } from '../finding.js';
import type { Answer } from '../http-probe.js';
import { headerOf, isAnswer, listOf } from '../http-probe.js';
import { somePage } from './metadata-place.js';

const asked = ['authorization', 'content-type', 'mcp-protocol-version'];

const advice =
  'Change this only if clients are web pages: then name their origins in `cors` of mcpAuth(). Some may be named already.';

/** Checks the needs of web pages (Fetch standard §3.2). Most clients are not pages, so the findings are only warnings. */
export async function checkBrowser(endpoint: Endpoint): Promise<readonly Finding[]> {
  const preflight = await endpoint.ask(endpoint.url.href, {
    method: 'OPTIONS',
    headers: {
      origin: somePage,
      'access-control-request-method': 'POST',
      'access-control-request-headers': asked.join(','),
    },
  });
  const problem = isAnswer(preflight) ? problemOfPreflight(preflight) : `A preflight ${preflight.problem}.`;
  if (problem !== undefined) return [warning('browser', problem, advice)];
  const refused = await knock(endpoint, { origin: somePage });
  return [isAnswer(refused) ? checkChallengeIsReadable(refused) : warning('browser', `It ${refused.problem}.`, advice)];
}

function problemOfPreflight(answer: Answer): string | undefined {
  const { status } = answer;
  if (!isAllowed(answer)) return `A preflight of ${somePage} is answered with ${status} and does not allow it.`;
  // CORS-preflight fetch: any other status fails, whatever the headers say.
  if (status < 200 || status > 299) return `A preflight is answered with ${status}.`;
  const names = listOf(answer, 'access-control-allow-headers');
  // `*` stands for everything but Authorization.
  const missing = asked.filter((name) => !names.includes(name) && (name === 'authorization' || !names.includes('*')));
  return missing.length === 0 ? undefined : `A preflight does not allow the header ${missing.join(', ')}.`;
}

function isAllowed(answer: Answer): boolean {
  return ['*', somePage].includes(headerOf(answer, 'access-control-allow-origin') ?? '');
}

function checkChallengeIsReadable(answer: Answer): Finding {
  const exposed = listOf(answer, 'access-control-expose-headers');
  if (isAllowed(answer) && (exposed.includes('www-authenticate') || exposed.includes('*'))) {
    return ok('browser', 'They may, and read the challenge.');
  }
  return warning(
    'browser',
    'They may call it, and not read the challenge of a 401.',
    'Send Access-Control-Allow-Origin and Access-Control-Expose-Headers: WWW-Authenticate with errors, too.',
  );
}
