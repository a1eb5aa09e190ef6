import type { Endpoint } from '../endpoint.js';
import { reasonNotToFollow } from '../endpoint.js';
import type { Finding } from '../finding.js';
import { failure, ok, warning } from '../finding.js';
import type { Answer } from '../http-probe.js';
import { headerOf } from '../http-probe.js';
import { quoted } from '../plain-text.js';
import type { FoundDocument } from './metadata-place.js';

/** RFC 9728 §2 and §3.2: what the document says, and how it is sent. */
export function checkDocument({ answer, document }: FoundDocument, endpoint: Endpoint): readonly Finding[] {
  return [
    checkType(answer),
    checkCors(answer),
    checkResource(document['resource'], endpoint),
    ...checkAuthorizationServers(document['authorization_servers'], endpoint),
  ];
}

/**
 * The authorization servers that a client would ask.
 *
 * @param document - the metadata document
 */
export function authorizationServersOf({ document }: FoundDocument, endpoint: Endpoint): readonly string[] {
  return stringsOf(document['authorization_servers']).filter((url) => reasonNotToFollow(url, endpoint) === undefined);
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

function checkType(answer: Answer): Finding {
  const type = headerOf(answer, 'content-type');
  // RFC 9728 §3.2: application/json
  if (type?.split(';')[0]?.trim().toLowerCase() === 'application/json') return ok('metadata-type', 'It is JSON.');
  return failure(
    'metadata-type',
    `It is ${quoted(type)}.`,
    'Send the document as application/json; some clients parse nothing else.',
  );
}

function checkCors(answer: Answer): Finding {
  const allowed = headerOf(answer, 'access-control-allow-origin');
  if (allowed === '*') return ok('metadata-cors', 'Every page may read it.');
  return warning(
    'metadata-cors',
    `Access-Control-Allow-Origin is ${quoted(allowed)}.`,
    'Send Access-Control-Allow-Origin: * with it: it is public, and clients that are web pages need it.',
  );
}

/** RFC 9728 §3.3: it MUST be identical to the URL that the client asked, or else the document is not used. */
function checkResource(resource: unknown, { typed, url }: Endpoint): Finding {
  if (resource === typed || resource === url.href) return ok('resource', 'It is the URL that was asked.');
  return failure(
    'resource',
    `It is ${quoted(resource)} instead of ${quoted(typed)}.`,
    `Set \`resource\` of mcpAuth() to ${quoted(typed)}${differenceOf(resource, url)}; or give clients the other URL.`,
  );
}

function differenceOf(resource: unknown, url: URL): string {
  if (typeof resource !== 'string' || !URL.canParse(resource)) return '';
  const other = new URL(resource);
  if (other.host !== url.host) return ' (another host: a proxy changes it, or the app goes by the Host header)';
  if (other.protocol !== url.protocol) return ' (another scheme: a proxy speaks https for the app)';
  const withoutSlash = (text: string): string => text.replace(/\/$/, '');
  return withoutSlash(other.href) === withoutSlash(url.href) ? ' (a slash at the end makes another URL)' : '';
}

/** MCP `basic/authorization#authorization-server-location`: the document MUST name at least one. */
function checkAuthorizationServers(value: unknown, endpoint: Endpoint): readonly Finding[] {
  const servers = stringsOf(value);
  if (servers.length === 0) {
    return [
      failure(
        'authorization-servers',
        `It is ${quoted(value)}, so that clients do not know where to sign in.`,
        'Name the issuer: mcpAuth({ issuer: "https://…" }).',
      ),
    ];
  }
  const findings = servers.flatMap((server) => {
    const reason = reasonNotToFollow(server, endpoint);
    return reason === undefined
      ? []
      : [failure('authorization-servers', `${quoted(server)} ${reason}.`, 'Name the public https URL of the issuer.')];
  });
  return findings.length > 0 ? findings : [ok('authorization-servers', `It names ${servers.map(quoted).join(', ')}.`)];
}
