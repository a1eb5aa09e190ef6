import { metadataUrls } from '../../oauth/issuer-discovery.js';
import type { Endpoint } from '../endpoint.js';
import { reasonNotToFollow } from '../endpoint.js';
import type { Finding } from '../finding.js';
import { failure, ok, warning } from '../finding.js';
import type { Answer } from '../http-probe.js';
import { headerOf, isAnswer, jsonOf } from '../http-probe.js';
import { quoted } from '../plain-text.js';
import { somePage } from './metadata-place.js';

/** The metadata of an authorization server. */
export type IssuerDocument = Readonly<Record<string, unknown>>;

/** The findings about an authorization server, and its metadata. */
export interface ExaminedServer {
  readonly issuer: string;
  readonly findings: readonly Finding[];
  /** Undefined if there is none. */
  readonly document: IssuerDocument | undefined;
}

/**
 * Checks the prerequisites of a sign-in: the metadata that clients need.
 *
 * @param issuer - as the metadata of the endpoint names it
 */
export async function checkAuthorizationServer(endpoint: Endpoint, issuer: string): Promise<ExaminedServer> {
  const failures: string[] = [];
  for (const url of metadataUrls(issuer)) {
    const answer = await endpoint.ask(url, { headers: { accept: 'application/json', origin: somePage } });
    const document = isAnswer(answer) && answer.status === 200 ? jsonOf(answer) : undefined;
    if (document !== undefined && isAnswer(answer)) {
      const findings = [
        checkIssuer(issuer, document, url),
        checkEndpoints(issuer, document, endpoint),
        checkPkce(issuer, document),
        checkGrants(issuer, document),
        checkRegistration(issuer, document),
        checkPublicClients(issuer, document),
        checkIssuerCors(issuer, answer),
        await checkKeys(issuer, document, endpoint),
      ];
      return { issuer, findings, document };
    }
    const status =
      isAnswer(answer) && answer.status !== 200 ? `answers ${answer.status}` : 'answers with no JSON object';
    failures.push(`${url} ${isAnswer(answer) ? status : answer.problem}`);
  }
  const finding = failure(
    'issuer',
    `${issuer} has no metadata: ${failures.join('; ')}.`,
    'Publish it at one of these places, and give mcpAuth() the issuer exactly as the authorization server names itself.',
  );
  return { issuer, findings: [finding], document: undefined };
}

/** RFC 8414 §3.3: it MUST be identical, or else the metadata is not used. */
function checkIssuer(issuer: string, { issuer: named }: IssuerDocument, url: string): Finding {
  if (named === issuer) return ok('issuer', `${issuer} has its metadata at ${url}.`);
  return failure(
    'issuer',
    `${url} names the issuer ${quoted(named)} instead of ${quoted(issuer)}.`,
    `Give mcpAuth() exactly ${quoted(named)}, if that is the issuer that you mean.`,
  );
}

function checkEndpoints(issuer: string, document: IssuerDocument, endpoint: Endpoint): Finding {
  const wrong = ['authorization_endpoint', 'token_endpoint'].flatMap((name) => {
    const value = document[name];
    if (typeof value !== 'string') return [`${name} is missing`];
    const reason = reasonNotToFollow(value, endpoint);
    return reason === undefined ? [] : [`${name} ${quoted(value)} ${reason}`];
  });
  if (wrong.length === 0) return ok('issuer-endpoints', `${issuer} names both.`);
  return failure(
    'issuer-endpoints',
    `${issuer}: ${wrong.join('; ')}.`,
    'Configure the public https URL of the authorization server in the authorization server itself.',
  );
}

/** MCP `basic/authorization#authorization-code-protection`: clients MUST refuse to continue if it is not announced. */
function checkPkce(issuer: string, document: IssuerDocument): Finding {
  const methods = document['code_challenge_methods_supported'];
  if (Array.isArray(methods) && methods.includes('S256')) return ok('pkce', `${issuer} announces it.`);
  return failure(
    'pkce',
    `${issuer}: code_challenge_methods_supported is ${quoted(methods)}, and clients must refuse to go on.`,
    'Let the authorization server announce S256. If it does PKCE unannounced, it needs a metadata document that says so.',
  );
}

/** RFC 8414 §2: without `grant_types_supported`, authorization_code is among them. Users sign in only by that grant. */
function checkGrants(issuer: string, document: IssuerDocument): Finding {
  const grants = document['grant_types_supported'];
  const responses = document['response_types_supported'];
  const lacks = (value: unknown, word: string): boolean => Array.isArray(value) && !value.includes(word);
  if (!lacks(grants, 'authorization_code') && !lacks(responses, 'code')) {
    return ok('grants', `${issuer} has the authorization code grant.`);
  }
  const member = lacks(grants, 'authorization_code') ? 'grant_types_supported' : 'response_types_supported';
  return failure(
    'grants',
    `${issuer}: ${member} is ${quoted(document[member])}, and users cannot sign in.`,
    'Turn on the grant authorization_code with the response type code.',
  );
}

/** RFC 8414 §2: without the member, only `client_secret_basic` is accepted. Clients on people's machines have no secret. */
function checkPublicClients(issuer: string, document: IssuerDocument): Finding {
  const methods = document['token_endpoint_auth_methods_supported'];
  if (Array.isArray(methods) && methods.includes('none')) return ok('public-clients', `${issuer} takes them.`);
  return warning(
    'public-clients',
    `${issuer}: token_endpoint_auth_methods_supported is ${quoted(methods)}, without none.`,
    'Let it announce none, which stands for clients without a secret: most MCP clients are such, and some believe the list.',
  );
}

function checkIssuerCors(issuer: string, answer: Answer): Finding {
  if (['*', somePage].includes(headerOf(answer, 'access-control-allow-origin') ?? '')) {
    return ok('issuer-cors', `${issuer} lets every page read it.`);
  }
  return warning(
    'issuer-cors',
    `${issuer} does not let web pages read its metadata.`,
    'Change this only if clients are web pages: then let the authorization server allow their origins (CORS).',
  );
}

function checkRegistration(issuer: string, document: IssuerDocument): Finding {
  if (document['client_id_metadata_document_supported'] === true) {
    return ok('registration', `${issuer} takes client ID metadata documents.`);
  }
  if (typeof document['registration_endpoint'] === 'string') {
    return ok('registration', `${issuer} registers clients dynamically.`);
  }
  return warning(
    'registration',
    `${issuer} knows only clients that were registered by hand.`,
    'Turn on client ID metadata documents or dynamic registration, or tell your users which client_id to enter.',
  );
}

async function checkKeys(issuer: string, { jwks_uri: url }: IssuerDocument, endpoint: Endpoint): Promise<Finding> {
  if (typeof url !== 'string') {
    return warning(
      'keys',
      `${issuer} publishes no jwks_uri, so that its tokens can only be verified by introspection.`,
      'Leave it when mcpAuth() has `introspection` or a `verifier` of your own; otherwise let the issuer publish its keys.',
    );
  }
  const problem = reasonNotToFollow(url, endpoint) ?? (await problemOfKeys(url, endpoint));
  if (problem === undefined) return ok('keys', `${url} has them.`);
  return failure(
    'keys',
    `${issuer}: jwks_uri ${quoted(url)} ${problem}.`,
    'Let the app and its clients reach it: without the keys no token can be verified.',
  );
}

async function problemOfKeys(url: string, { ask }: Endpoint): Promise<string | undefined> {
  const answer = await ask(url, { headers: { accept: 'application/json, application/jwk-set+json' } });
  if (!isAnswer(answer)) return answer.problem;
  if (answer.status !== 200) return `answers ${answer.status}`;
  const keys = jsonOf(answer)?.['keys'];
  if (!Array.isArray(keys) || keys.length === 0) return 'answers without keys';
  const isSecret = (key: unknown): boolean => (Object(key) as { readonly kty?: unknown }).kty === 'oct';
  // RFC 7518 §6.4: such a key is the secret itself, so each of its readers can sign tokens.
  return keys.every(isSecret) ? 'has symmetric keys only, and those are secrets' : undefined;
}
