import { ConfigurationError } from '../../errors/configuration-error.js';

/** Browser origins that may read answers: some, or all. */
export type AllowedOrigins = ReadonlySet<string> | '*';

/**
 * Checks a browser origin, which is compared as text. Programs with a scheme of their own have origins too.
 *
 * @param origin - such as `https://app.example.com`, `vscode-file://vscode-app`, or `null` for pages without one
 * @param owner - the option that it stands in
 * @throws ConfigurationError `invalid_option` for what no browser sends
 */
export function assertOrigin(origin: unknown, owner: string): string {
  if (typeof origin === 'string' && isSentByBrowsers(origin)) return origin;
  throw new ConfigurationError(
    'invalid_option',
    `${owner}: ${described(origin)} is no origin. Write scheme, host and port only, such as "https://app.example.com".${adviceFor(origin)}`,
  );
}

/** Schemes whose origins browsers write in one way only (HTML standard, serialization of an origin). */
const webOrigin = /^(?:https?|wss?|ftp):/i;

/** Any other scheme, and its host as the program writes it. */
const appOrigin = /^(?:file:\/\/|[a-z][a-z0-9+.-]*:\/\/[!-~]+)$/;

function isSentByBrowsers(origin: string): boolean {
  if (origin === 'null') return true;
  if (origin.includes('*')) return false;
  if (webOrigin.test(origin)) return URL.canParse(origin) && new URL(origin).origin === origin;
  // Neither user, path, query nor fragment is part of an origin.
  return appOrigin.test(origin) && !/[/?#@,\\]/.test(origin.replace(/^[^:]*:\/\//, ''));
}

function described(origin: unknown): string {
  return origin instanceof URL ? 'a URL object' : JSON.stringify(origin);
}

function adviceFor(given: unknown): string {
  const origin = given instanceof URL ? given.href : given;
  if (typeof origin !== 'string') return '';
  if (origin.includes('*')) return ' Origins are compared as text: list each one.';
  const meant = URL.canParse(origin) ? new URL(origin).origin : 'null';
  return meant === 'null' ? '' : ` Did you mean ${JSON.stringify(meant)}?`;
}
