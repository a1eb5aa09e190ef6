import type { Finding } from '../finding.js';
import { ok, warning } from '../finding.js';
import { quoted } from '../plain-text.js';
import type { ExaminedServer } from './authorization-server.js';

/** Where a client looks for the scopes that it needs. */
export interface AdvertisedScopes {
  /** `scope` of the challenge; undefined without one. */
  readonly challenged: string | undefined;
  /** `scopes_supported` of the endpoint's metadata document. */
  readonly supported: unknown;
}

/**
 * The scopes that a client asks for when it signs in: those of the challenge, else those of the document (MCP
 * `basic/authorization#scope-selection-strategy`).
 */
export function scopesToAskFor({ challenged, supported }: AdvertisedScopes): readonly string[] {
  if (challenged !== undefined) return challenged.split(' ').filter((scope) => scope !== '');
  return Array.isArray(supported) ? supported.filter((scope): scope is string => typeof scope === 'string') : [];
}

/** Whether clients learn what to ask for, and whether the authorization servers have it. */
export function checkScopes(advertised: AdvertisedScopes, servers: readonly ExaminedServer[]): readonly Finding[] {
  const asked = scopesToAskFor(advertised);
  if (asked.length === 0) {
    return [
      warning(
        'scopes',
        'Neither the challenge nor scopes_supported names any: clients ask for none, or for all of the authorization server.',
        'If tools need scopes, name them: mcpAuth({ scopesSupported: ["…"] }). Many clients never ask for more later.',
      ),
    ];
  }
  const unknown = servers.flatMap(({ issuer, document }) => {
    const offered: unknown = document?.['scopes_supported'];
    if (!Array.isArray(offered)) return [];
    const missing = asked.filter((scope) => !offered.includes(scope));
    return missing.length === 0
      ? []
      : [
          warning(
            'scopes',
            `Clients ask for ${quoted(asked.join(' '))}, and ${issuer} does not offer ${quoted(missing.join(' '))}.`,
            'Let the authorization server have these scopes and list them; some refuse a sign-in that asks for others (invalid_scope).',
          ),
        ];
  });
  if (unknown.length > 0) return unknown;
  const later = scopesToAskFor({ challenged: undefined, supported: advertised.supported }).filter(
    (scope) => !asked.includes(scope),
  );
  if (later.length === 0) return [ok('scopes', `Clients ask for ${quoted(asked.join(' '))}.`)];
  return [
    warning(
      'scopes',
      `Clients ask for ${quoted(asked.join(' '))}, since the challenge comes first; scopes_supported has ${quoted(later.join(' '))} besides.`,
      'Leave it if clients are to ask for these later. Many never do: for them, name the scopes in challengeScopes of mcpAuth().',
    ),
  ];
}
