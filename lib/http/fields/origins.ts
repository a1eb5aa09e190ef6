import { ConfigurationError } from '../../errors/configuration-error.js';

/** Browser origins that may read answers: some, or all. */
export type AllowedOrigins = ReadonlySet<string> | '*';

/**
 * Checks a browser origin.
 *
 * @param origin - such as `https://app.example.com`
 * @param owner - the option that it stands in
 * @throws ConfigurationError `invalid_option`
 */
export function assertOrigin(origin: unknown, owner: string): string {
  if (typeof origin === 'string' && URL.canParse(origin) && new URL(origin).origin === origin) return origin;
  throw new ConfigurationError(
    'invalid_option',
    `${owner}: ${JSON.stringify(origin)} is no origin. Write scheme, host and port only, such as "https://app.example.com".`,
  );
}
