import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { assertScope } from '../oauth/scope.js';
import { isTrustworthyUrl } from '../oauth/trustworthy-url.js';

/** Options of `devAuthorizationServer`. */
export interface DevAuthorizationServerOptions {
  /** The resources that tokens can be issued for: what `mcpAuth` calls `resource`. */
  readonly resource: string | readonly string[];
  /** The scopes that there are, or sentences for the consent page by scope. */
  readonly scopes: Readonly<Record<string, string>> | readonly string[];
  /** Default: any free one. */
  readonly port?: number;
  /** Host name to listen on and to be found at. Default `localhost`. */
  readonly host?: '127.0.0.1' | 'localhost';
  /** Life of an access token in seconds. Default 300, short enough to see refresh at work. */
  readonly accessTokenSeconds?: number;
}

/** The options with everything decided. */
export interface ResolvedDevOptions {
  readonly resources: readonly string[];
  /** Scopes with their sentences. */
  readonly scopes: ReadonlyMap<string, string>;
  readonly port: number;
  readonly host: string;
  readonly accessTokenSeconds: number;
}

const optionNames = Object.keys({
  resource: true,
  scopes: true,
  port: true,
  host: true,
  accessTokenSeconds: true,
} satisfies Record<keyof DevAuthorizationServerOptions, true>);

const loopbackNames: readonly string[] = ['localhost', '127.0.0.1'];

/**
 * Checks the options of `devAuthorizationServer`.
 *
 * @throws ConfigurationError `unknown_option`, `invalid_option` or `invalid_scope`
 */
export function resolveDevOptions(options: DevAuthorizationServerOptions): ResolvedDevOptions {
  assertMembers(options, optionNames, 'devAuthorizationServer');
  const { host = 'localhost', port = 0, accessTokenSeconds = 300 } = options;
  // This server lets anybody in. It must not be found by anybody but this machine.
  if (!loopbackNames.includes(host)) throw wrong('host', '"localhost" or "127.0.0.1"');
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw wrong('port', 'a port number');
  if (!Number.isInteger(accessTokenSeconds) || accessTokenSeconds < 1) {
    throw wrong('accessTokenSeconds', 'a whole number of seconds from 1');
  }
  return {
    resources: resolveResources(options.resource),
    scopes: resolveScopes(options.scopes),
    port,
    host,
    accessTokenSeconds,
  };
}

function resolveResources(resource: unknown): readonly string[] {
  const resources: unknown[] = Array.isArray(resource) ? resource : [resource];
  const isUsable = resources.length > 0 && resources.every((one) => typeof one === 'string' && isTrustworthyUrl(one));
  if (isUsable) return resources as readonly string[];
  throw wrong('resource', 'the URL that you give to mcpAuth as resource, or an array of such');
}

function resolveScopes(scopes: unknown): ReadonlyMap<string, string> {
  if (typeof scopes !== 'object' || scopes === null) throw wrong('scopes', 'an array of scopes, or sentences by scope');
  const entries = Array.isArray(scopes) ? scopes.map((scope: unknown) => [scope, scope]) : Object.entries(scopes);
  return new Map(
    entries.map(([scope, sentence]) => {
      assertScope(scope, 'devAuthorizationServer scopes');
      return [scope, String(sentence)];
    }),
  );
}

function wrong(option: string, wanted: string): ConfigurationError {
  return new ConfigurationError('invalid_option', `devAuthorizationServer: ${option} must be ${wanted}.`);
}
