import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { Authenticate, ClientCredentials } from '../oauth/client-authentication.js';
import { compileCredentials } from '../oauth/client-authentication.js';
import { assertScope } from '../oauth/scope.js';
import { isTrustworthyUrl } from '../oauth/trustworthy-url.js';

/** How the authorization server wants to be asked: by RFC 8693, or by the on-behalf-of flow of Microsoft Entra ID. */
export type ExchangeProfile = 'entra-obo' | 'rfc8693';

/** Options of `tokenExchange`. */
export interface TokenExchangeOptions {
  /** Issuer identifier of the authorization server, a URL with https. Its token endpoint is discovered. */
  readonly issuer: string;
  /** Id of this server at the authorization server, and how it proves who it is. */
  readonly client: ClientCredentials;
  /** Name of the upstream API at the authorization server. For `rfc8693` only. */
  readonly audience?: string;
  /** Scopes of the upstream API. Required for `entra-obo`. */
  readonly scopes?: readonly string[];
  /** Default `rfc8693`. */
  readonly profile?: ExchangeProfile;
  /**
   * Scopes of this server that the client is asked for when the authorization server refuses `scopes`. Default: `scopes`, for
   * an authorization server that has the scopes of both.
   */
  readonly stepUpScopes?: readonly string[];
  /** Issuers whose tokens may be sent to the authorization server. Default: `issuer` only. */
  readonly callerIssuers?: readonly string[];
}

/** The same, checked and complete. */
export interface ResolvedExchange {
  readonly issuer: string;
  readonly clientId: string;
  readonly authenticate: Authenticate;
  readonly audience: string | undefined;
  readonly scopes: readonly string[];
  readonly profile: ExchangeProfile;
  readonly stepUpScopes: readonly string[];
  readonly callerIssuers: ReadonlySet<string>;
}

const optionNames = Object.keys({
  issuer: true,
  client: true,
  audience: true,
  scopes: true,
  profile: true,
  stepUpScopes: true,
  callerIssuers: true,
} satisfies Record<keyof TokenExchangeOptions, true>);

const clientMembers = ['clientId', 'clientSecret', 'privateKey'];

/**
 * Checks the options of `tokenExchange`.
 *
 * @param options - what the developer wrote
 * @throws ConfigurationError `missing_option`, `invalid_option`, `invalid_scope` or `unknown_option`
 */
export function resolveTokenExchangeOptions(options: TokenExchangeOptions): ResolvedExchange {
  assertMembers(options, optionNames, 'tokenExchange');
  const { issuer, audience, profile = 'rfc8693' } = options;
  const client = options.client as ClientCredentials | undefined;
  if (typeof issuer !== 'string' || !isTrustworthyUrl(issuer)) {
    throw invalid('issuer must be the URL of the authorization server with https, such as "https://login.example.com"');
  }
  if (client === undefined) throw missing('needs client, such as { clientId, clientSecret }');
  assertMembers(client, clientMembers, 'tokenExchange: client');
  if (audience !== undefined && !isText(audience)) throw invalid('audience must be a text that is not empty');
  const scopes = scopesIn(options.scopes, 'scopes');
  checkProfile(profile, audience, scopes);
  return Object.freeze({
    issuer,
    clientId: client.clientId,
    authenticate: compileCredentials(client, issuer, 'tokenExchange: client'),
    audience,
    scopes,
    profile,
    stepUpScopes: options.stepUpScopes === undefined ? scopes : scopesIn(options.stepUpScopes, 'stepUpScopes'),
    callerIssuers: issuersIn(options.callerIssuers ?? [issuer]),
  });
}

function checkProfile(profile: unknown, audience: string | undefined, scopes: readonly string[]): void {
  if (profile === 'rfc8693') return;
  if (profile !== 'entra-obo') throw invalid('profile must be "rfc8693" or "entra-obo"');
  if (audience !== undefined) {
    throw invalid('Entra ID has no audience. Write the API into scopes, such as "api://orders/.default"');
  }
  if (scopes.length === 0) throw missing('needs scopes for "entra-obo", such as ["api://orders/.default"]');
}

function scopesIn(value: unknown, member: string): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw invalid(`${member} must be an array of scopes, such as ["orders:read"]`);
  for (const scope of value as readonly unknown[]) assertScope(scope, `tokenExchange: ${member}`);
  return Object.freeze([...new Set(value as readonly string[])]);
}

function issuersIn(value: unknown): ReadonlySet<string> {
  if (Array.isArray(value) && value.length > 0 && value.every(isText)) return new Set<string>(value);
  throw invalid('callerIssuers must be an array of issuers, as mcpAuth has them');
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function invalid(text: string): ConfigurationError {
  return new ConfigurationError('invalid_option', `tokenExchange: ${text}.`);
}

function missing(text: string): ConfigurationError {
  return new ConfigurationError('missing_option', `tokenExchange ${text}.`);
}
