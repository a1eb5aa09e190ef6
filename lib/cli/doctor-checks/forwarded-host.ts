import type { Endpoint } from '../endpoint.js';
import { knock } from '../endpoint.js';
import type { Finding } from '../finding.js';
import { failure, ok } from '../finding.js';
import type { Answer, NoAnswer, ProbeRequest } from '../http-probe.js';
import { headerOf, isAnswer } from '../http-probe.js';
import type { FoundDocument } from './metadata-place.js';

const stranger = 'express-mcp-doctor.example';

// Header fields that a proxy passes on or sets, depending on its configuration.
const disguises: readonly NonNullable<ProbeRequest['headers']>[] = [
  { host: stranger },
  { 'x-forwarded-host': stranger },
  { forwarded: `host=${stranger}` },
];

/**
 * Checks that clients cannot make the server name another host in a challenge or a document. Through a cache, an attacker could send
 * other clients to sign in at a server of their own. A refusal is fine, and so is an answer with the right names.
 *
 * @param metadata - the document that clients would use
 */
export async function checkForwardedHost(
  endpoint: Endpoint,
  metadata: FoundDocument | undefined,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const headers of disguises) {
    const [name = ''] = Object.keys(headers);
    if (echoes(await knock(endpoint, headers))) findings.push(echoed('challenge', name));
    if (metadata === undefined) continue;
    const answer = await endpoint.ask(metadata.answer.url, { headers: { accept: 'application/json', ...headers } });
    if (echoes(answer)) findings.push(echoed('metadata document', name));
  }
  return findings.length > 0 ? findings : [ok('forwarded-host', 'Host, X-Forwarded-Host and Forwarded do not.')];
}

function echoes(answer: Answer | NoAnswer): boolean {
  if (!isAnswer(answer)) return false;
  const isRefusal = answer.status !== 401 && answer.status !== 200;
  if (isRefusal) return false;
  const said = `${headerOf(answer, 'www-authenticate') ?? ''} ${answer.status === 200 ? answer.body : ''}`;
  return said.includes(stranger);
}

function echoed(what: string, header: string): Finding {
  return failure(
    'forwarded-host',
    `The ${what} names the host that the request says in ${header}.`,
    'Make both of the configured `resource`, as mcpAuth() does, and never of req.host or req.hostname.',
  );
}
