import { invalidOption } from '../../errors/invalid-option.js';
import { mustBe } from '../../errors/describe-value.js';
import type { DiscoveryOptions } from '../../oauth/issuer-discovery.js';
import { isTrustworthyUrl } from '../../oauth/trustworthy-url.js';
import type { IssuerOptions } from './issuer-options.js';

const secureUrl = 'a URL with https (http on localhost only)';

// RFC 8615 §3.
const wellKnown = '/.well-known/';
const metadataNames = /\/\.well-known\/(?:openid-configuration|oauth-authorization-server)/;

/** Checked URLs of an issuer. */
export interface IssuerPlaces {
  /** The URL that clients are told; undefined without one. */
  readonly authorizationServer: string | undefined;
  readonly discovery: DiscoveryOptions;
  readonly isTrusted: (url: string) => boolean;
}

/**
 * Checks the name of an issuer, and the places of its server, its metadata and its keys.
 *
 * @throws ConfigurationError `invalid_option`
 */
export function resolvePlaces(options: IssuerOptions): IssuerPlaces {
  const { issuer, authorizationServer, metadataUrl, jwks, jwksUri, dangerouslyAllowHttp = false } = options;
  if (typeof dangerouslyAllowHttp !== 'boolean') {
    throw invalidOption('mcpAuth', 'dangerouslyAllowHttp must be true or false');
  }
  const isTrusted = dangerouslyAllowHttp ? isWebUrl : isTrustworthyUrl;
  const assertUrl = (value: unknown, option: string): void => {
    if (value === undefined || (typeof value === 'string' && isTrusted(value) && isPlain(value))) return;
    throw invalidOption('mcpAuth', mustBe(option, secureUrl, value) + insideCluster(value));
  };
  assertIssuerText(issuer);
  assertUrl(metadataUrl, 'metadataUrl');
  assertUrl(jwksUri, 'jwksUri');
  assertUrl(authorizationServer, 'authorizationServer');
  if (jwksUri !== undefined && metadataNames.test(jwksUri)) {
    throw invalidOption(
      'mcpAuth',
      'jwksUri is the address of a metadata document. Write metadataUrl, or the jwks_uri of that document',
    );
  }
  const isElsewhere = [authorizationServer, metadataUrl, jwks, jwksUri].some((place) => place !== undefined);
  const isServer = isTrusted(issuer) && isPlain(issuer);
  if (!isServer && (!isElsewhere || isDisguised(issuer))) {
    throw invalidOption(
      'mcpAuth',
      `${mustBe('issuer', `${secureUrl}, without user, query and fragment`, issuer)}. ` +
        'If tokens do have this iss, say where the keys are: authorizationServer, metadataUrl, jwksUri or jwks' +
        insideCluster(issuer),
    );
  }
  return {
    authorizationServer: authorizationServer ?? (isServer ? issuer : undefined),
    discovery: { server: authorizationServer, metadataUrl, isTrusted },
    isTrusted,
  };
}

/** Advice for a service that has no certificate, such as `http://keycloak:8080`. */
function insideCluster(url: unknown): string {
  if (typeof url !== 'string' || !/^http:/i.test(url)) return '';
  return '. If it is reached inside a network that you trust alone, write dangerouslyAllowHttp: true';
}

function adviceAbout(issuer: unknown): string {
  if (Array.isArray(issuer)) return '. For several, write issuers: [{ issuer: "https://login.example.com" }, …]';
  // `devAuthorizationServer` and `createTestIssuer` return an object that has it.
  const isServer = typeof issuer === 'object' && issuer !== null && 'issuer' in issuer;
  return isServer ? '. Write the issuer of this object' : '';
}

function assertIssuerText(issuer: unknown): asserts issuer is string {
  if (typeof issuer !== 'string' || issuer === '') {
    throw invalidOption('mcpAuth', mustBe('issuer', secureUrl, issuer) + adviceAbout(issuer));
  }
  assertIdentifier(issuer);
  if (!isWildcard(issuer)) return;
  throw invalidOption(
    'mcpAuth',
    `the issuer ${JSON.stringify(issuer)} stands for many, and no token has it as its iss. Name the issuer of each tenant: ` +
      'issuers: [{ issuer: "https://login.microsoftonline.com/<tenant id>/v2.0" }, …], or give a function that knows them: ' +
      'issuers: (iss) => ({ issuer: iss, … })',
  );
}

/** Refuses what no token has as its `iss`, as `iss` is compared as text. */
function assertIdentifier(issuer: string): void {
  if (/\s/.test(issuer)) {
    throw invalidOption(
      'mcpAuth',
      `the issuer ${JSON.stringify(issuer)} has a space or a line break, which no iss has`,
    );
  }
  const place = issuer.indexOf(wellKnown);
  if (place === -1) return;
  throw invalidOption(
    'mcpAuth',
    `the issuer ${JSON.stringify(issuer)} is the address of a metadata document, and no token has it as its iss. Write the ` +
      `"issuer" of that document, such as ${JSON.stringify(issuer.slice(0, place))}`,
  );
}

// Microsoft publishes metadata at these places whose issuer is a placeholder; tokens name the tenant.
const sharedTenants: ReadonlySet<string> = new Set(['common', 'organizations', 'consumers']);

/** Whether an issuer is a pattern: it has a placeholder, or is one of Microsoft's places for all tenants. */
function isWildcard(issuer: string): boolean {
  if (/[*{}<>]|%7[bd]|\/:[a-z_]/i.test(issuer)) return true;
  if (!URL.canParse(issuer)) return false;
  const { hostname, pathname } = new URL(issuer);
  const [, tenant = '', version] = pathname.toLowerCase().split('/');
  const isMicrosoft = /(?:^|\.)(?:microsoftonline\.(?:com|us|de)|partner\.microsoftonline\.cn|windows\.net)$/.test(
    hostname,
  );
  return sharedTenants.has(tenant) && (isMicrosoft || version === 'v2.0');
}

function isWebUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** RFC 8414 §2: an issuer identifier has no query and no fragment; user and password do not belong into it either. */
function isPlain(text: string): boolean {
  const { username, password, hash } = new URL(text);
  return username === '' && password === '' && hash === '' && !/[?#]/.test(text);
}

/** A URL with parts that no issuer identifier has is a mistake, wherever the keys are. */
function isDisguised(issuer: string): boolean {
  return URL.canParse(issuer) && /^https?:$/.test(new URL(issuer).protocol) && !isPlain(issuer);
}
