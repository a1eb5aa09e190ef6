/** The doctor's checks: names as shown in the report, each with its subject. */
export const checks = {
  url: 'the URL of the endpoint',
  'no-token': 'the answer to a request without a token',
  challenge: 'the challenge of that answer',
  clock: 'the clock of the server',
  'metadata-place': 'where the metadata document is (RFC 9728 §3.1)',
  'metadata-link': 'where the challenge says that it is (RFC 9728 §5.1)',
  'metadata-type': 'the content type of the document',
  'metadata-cors': 'whether web pages may read the document',
  resource: 'the `resource` of the document',
  'authorization-servers': 'the `authorization_servers` of the document',
  'forwarded-host': 'whether a request can make the server name another host',
  issuer: "an authorization server's metadata (RFC 8414, OpenID Connect Discovery)",
  'issuer-endpoints': 'where users sign in and codes become tokens',
  pkce: 'PKCE with S256',
  grants: 'the grant by which users sign in',
  registration: 'how a client becomes known to the authorization server',
  'public-clients': 'whether clients without a secret may get tokens',
  'issuer-cors': 'whether web pages may read the metadata of the authorization server',
  keys: 'the keys of the authorization server',
  scopes: 'the scopes that a first sign-in asks for',
  'bad-token': 'the answer to a token that no issuer made',
  'query-token': 'the answer to a token in the query',
  browser: 'whether web pages may call the endpoint and read its challenge',
  'sign-in': 'a sign-in at the authorization server',
  token: 'whether the endpoint takes the token',
  issued: 'the issuer of the token',
  audience: 'the audience of the token',
  lifetime: 'the life of the token',
  held: 'the scopes of the token',
  list: 'the list of tools that the token shows',
  'tool-names': 'the names of tools',
  tool: 'what a tool needs, and whether the token has it',
} as const;

/** Name of a check. */
export type CheckName = keyof typeof checks;

/** The result of a check. */
export interface Finding {
  readonly check: CheckName;
  /** A `failure` stops clients or endangers users; a `warning` stops some clients, or none yet. */
  readonly status: 'failure' | 'ok' | 'warning';
  /** One line. */
  readonly finding: string;
  /** The remedy. */
  readonly mend?: string;
}

/** A check that passed. */
export function ok(check: CheckName, finding: string): Finding {
  return { check, status: 'ok', finding };
}

/** Some clients have trouble with it, or all will after some other change. */
export function warning(check: CheckName, finding: string, mend: string): Finding {
  return { check, status: 'warning', finding, mend };
}

/** Clients stop here, or their users are in danger. */
export function failure(check: CheckName, finding: string, mend: string): Finding {
  return { check, status: 'failure', finding, mend };
}
