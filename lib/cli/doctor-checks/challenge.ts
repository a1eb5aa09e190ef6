import type { Finding } from '../finding.js';
import { failure, ok, warning } from '../finding.js';
import type { Answer } from '../http-probe.js';
import { headerOf } from '../http-probe.js';
import type { Challenge } from '../parse-challenge-field.js';
import { parseChallengeField } from '../parse-challenge-field.js';
import { quoted } from '../plain-text.js';

/** The challenge that a client would follow: the first for Bearer, or else for DPoP. */
export function challengeOf(answer: Answer): Challenge | undefined {
  const challenges = parseChallengeField(headerOf(answer, 'www-authenticate') ?? '') ?? [];
  return challenges.find(isBearer) ?? challenges.find(({ scheme }) => scheme === 'dpop');
}

/** RFC 6750 §3: a 401 has a Bearer challenge. RFC 9728 §5.1: its `resource_metadata` says where to find out how to sign in. */
export function checkChallenge(answer: Answer): readonly Finding[] {
  const field = headerOf(answer, 'www-authenticate');
  if (field === undefined) {
    return [
      failure(
        'challenge',
        'There is no WWW-Authenticate header.',
        'Let mcpAuth() write the 401, and the proxy hand its headers on.',
      ),
    ];
  }
  const challenges = parseChallengeField(field);
  if (challenges === undefined) return [malformed(field)];
  const bearers = challenges.filter(isBearer);
  if (bearers.length > 1) return [several(field)];
  const challenge = challengeOf(answer);
  if (challenge === undefined) return [otherScheme(field)];
  return [...checkScheme(challenge), ...checkParameters(challenge)];
}

function isBearer({ scheme }: Challenge): boolean {
  return scheme === 'bearer';
}

function malformed(field: string): Finding {
  return failure(
    'challenge',
    `The WWW-Authenticate header cannot be parsed: ${quoted(field)}`,
    'Write it as RFC 9110 §11.6.1 says, Bearer name="value", name="value", each name once; mcpAuth() does.',
  );
}

function several(field: string): Finding {
  return failure(
    'challenge',
    `There are several Bearer challenges, and clients take any of them: ${quoted(field)}`,
    'Let only one of app and proxy write WWW-Authenticate.',
  );
}

function otherScheme(field: string): Finding {
  return failure(
    'challenge',
    `It asks for something else than a Bearer token: ${quoted(field)}`,
    'Put mcpAuth() in front of the middleware or proxy that asks for it.',
  );
}

function checkScheme({ scheme }: Challenge): readonly Finding[] {
  if (scheme === 'bearer') return [];
  return [
    warning(
      'challenge',
      'It asks for DPoP only, which few MCP clients speak.',
      "Unless all of your clients do: dpop: 'supported' takes Bearer tokens as well.",
    ),
  ];
}

function checkParameters({ parameters }: Challenge): readonly Finding[] {
  const error = parameters.get('error');
  // RFC 6750 §3.1: without any authentication information the answer SHOULD NOT include an error code.
  const findings =
    error === undefined
      ? []
      : [
          warning(
            'challenge',
            `It names the error ${quoted(error)} although no token was sent; some clients throw their token away.`,
            'Leave `error` out when there is no Authorization header.',
          ),
        ];
  if (parameters.has('resource_metadata')) return [...findings, ok('challenge', 'It is well-formed.')];
  return [
    ...findings,
    failure(
      'challenge',
      'It has no resource_metadata, and clients of revision 2025-06-18 look nowhere else.',
      'Add resource_metadata="<URL of the metadata document>"; mcpAuth() does.',
    ),
  ];
}
