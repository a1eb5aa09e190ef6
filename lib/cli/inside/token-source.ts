import { isTrustworthyUrl } from '../../oauth/trustworthy-url.js';
import type { CommandEnvironment } from '../command.js';
import type { Endpoint } from '../endpoint.js';
import type { FirstVisit } from '../examine.js';
import { UsageError } from '../usage-error.js';
import type { Obtained } from './caller-token.js';
import { callerToken } from './caller-token.js';
import { signIn } from './sign-in.js';

/** Gets a token, once it is known where to sign in. */
export type TokenSource = (visit: FirstVisit) => Promise<Obtained>;

/** The options of the command that say where the token comes from. */
export interface TokenOptions {
  readonly 'token-from-env'?: string | undefined;
  readonly 'sign-in'?: boolean | undefined;
  readonly 'client-id'?: string | undefined;
  readonly 'call-tools'?: boolean | undefined;
}

/**
 * Where the token comes from; undefined if the doctor is to look from outside only.
 *
 * @throws UsageError if the options do not fit each other, or the endpoint is one to which no token may go
 */
export function tokenSourceOf(
  options: TokenOptions,
  endpoint: Endpoint,
  environment: CommandEnvironment,
): TokenSource | undefined {
  const { 'token-from-env': variable, 'sign-in': signsIn, 'client-id': clientId } = options;
  if (variable !== undefined && signsIn === true) {
    throw new UsageError('Write --token-from-env or --sign-in, not both.');
  }
  if (signsIn !== true && clientId !== undefined) throw new UsageError('--client-id goes with --sign-in.');
  if (variable === undefined && signsIn !== true) {
    if (options['call-tools'] === true) throw new UsageError('--call-tools goes with --token-from-env or --sign-in.');
    return undefined;
  }
  // MCP basic/authorization#communication-security
  if (!isTrustworthyUrl(endpoint.url.href)) {
    throw new UsageError('The doctor sends no token over http. Write the https URL.');
  }
  if (variable === undefined) return (visit) => signIn(endpoint, visit, { environment, clientId });
  const value = process.env[variable]?.trim() ?? '';
  if (value === '') {
    throw new UsageError(`The environment variable ${variable} is not set. Put the access token there.`);
  }
  const token = callerToken(value);
  return () => Promise.resolve({ token, findings: [] });
}
