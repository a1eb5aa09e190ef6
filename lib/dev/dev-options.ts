import path from 'node:path';
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
  /** Default: the port of the last run if `stateFile` has it, otherwise any free one. */
  readonly port?: number;
  /** Host name to listen on and to be found at. Default `localhost`. */
  readonly host?: '127.0.0.1' | 'localhost';
  /** Life of an access token in seconds. Default 300, short enough to see refresh at work. */
  readonly accessTokenSeconds?: number;
  /**
   * Authentication context classes that a sign-in can reach when a client asks for them as `acr_values` (RFC 9470). A
   * request for others only is refused. Default: none.
   */
  readonly acrValues?: readonly string[];
  /**
   * Where port, keys, clients and sessions are kept between restarts, or `false` to forget them. The file is readable by
   * its owner only. Default: a file in `node_modules/.cache/express-mcp`; `false` in tests (`NODE_ENV` is `test`, or the
   * process runs under `node --test`).
   */
  readonly stateFile?: string | false;
}

/** The options with everything decided. */
export interface ResolvedDevOptions {
  readonly resources: readonly string[];
  /** Scopes with their sentences. */
  readonly scopes: ReadonlyMap<string, string>;
  /** 0 for the port of the last run, or any free one. */
  readonly port: number;
  readonly host: string;
  readonly accessTokenSeconds: number;
  readonly acrValues: readonly string[];
  /** Absolute path; `false` for none, undefined for the default file. */
  readonly stateFile: string | false | undefined;
}

const optionNames = Object.keys({
  resource: true,
  scopes: true,
  port: true,
  host: true,
  accessTokenSeconds: true,
  acrValues: true,
  stateFile: true,
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
  // This server lets anyone in, so only this machine may reach it.
  if (!loopbackNames.includes(host)) throw invalid('host', '"localhost" or "127.0.0.1"');
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw invalid('port', 'a port number');
  if (!Number.isInteger(accessTokenSeconds) || accessTokenSeconds < 1) {
    throw invalid('accessTokenSeconds', 'a whole number of seconds from 1');
  }
  return {
    resources: resolveResources(options.resource),
    scopes: resolveScopes(options.scopes),
    port,
    host,
    accessTokenSeconds,
    acrValues: resolveAcrValues(options.acrValues),
    stateFile: resolveStateFile(options.stateFile),
  };
}

function resolveResources(resource: unknown): readonly string[] {
  const resources: unknown[] = Array.isArray(resource) ? resource : [resource];
  const isUsable = resources.length > 0 && resources.every((one) => typeof one === 'string' && isTrustworthyUrl(one));
  if (isUsable) return resources as readonly string[];
  throw invalid('resource', 'the URL that you give to mcpAuth as resource, or an array of such');
}

function resolveScopes(scopes: unknown): ReadonlyMap<string, string> {
  if (typeof scopes !== 'object' || scopes === null) {
    throw invalid('scopes', 'an array of scopes, or sentences by scope');
  }
  const entries = Array.isArray(scopes) ? scopes.map((scope: unknown) => [scope, scope]) : Object.entries(scopes);
  return new Map(
    entries.map(([scope, sentence]) => {
      assertScope(scope, 'devAuthorizationServer scopes');
      return [scope, String(sentence)];
    }),
  );
}

/** `acr_values` are separated by spaces (RFC 9470 §3). */
function resolveAcrValues(values: unknown = []): readonly string[] {
  const isWord = (value: unknown): boolean => typeof value === 'string' && /^[\x21\x23-\x5B\x5D-\x7E]+$/.test(value);
  if (Array.isArray(values) && values.every(isWord)) return values as readonly string[];
  throw invalid('acrValues', 'an array of authentication context classes, each without spaces');
}

function resolveStateFile(file: unknown): string | false | undefined {
  if (file === false) return false;
  if (file === undefined) return isUnderTest() ? false : undefined;
  if (typeof file === 'string' && file !== '') return path.resolve(file);
  throw invalid('stateFile', 'the path of a file, or false');
}

/** Tests expect a server that knows nothing, and several of them run at once. */
function isUnderTest(): boolean {
  return process.env['NODE_ENV'] === 'test' || process.env['NODE_TEST_CONTEXT'] !== undefined;
}

function invalid(option: string, wanted: string): ConfigurationError {
  return new ConfigurationError('invalid_option', `devAuthorizationServer: ${option} must be ${wanted}.`);
}
