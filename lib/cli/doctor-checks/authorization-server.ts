import { metadataUrls } from '../../oauth/issuer-discovery.js';
import type { Endpoint } from '../endpoint.js';
import { reasonNotToFollow } from '../endpoint.js';
import type { Finding } from '../finding.js';
import { failure, ok, warning } from '../finding.js';
import { isAnswer, jsonOf } from '../http-probe.js';
import { quoted } from '../plain-text.js';

type IssuerDocument = Readonly<Record<string, unknown>>;

/**
 * What a client needs of an authorization server before anybody can sign in.
 *
 * @param issuer - as the metadata of the endpoint names it
 */
export async function checkAuthorizationServer(endpoint: Endpoint, issuer: string): Promise<readonly Finding[]> {
  const failures: string[] = [];
  for (const url of metadataUrls(issuer)) {
    const answer = await endpoint.ask(url, { headers: { accept: 'application/json' } });
    const document = isAnswer(answer) && answer.status === 200 ? jsonOf(answer) : undefined;
    if (document !== undefined) {
      return [
        checkIssuer(issuer, document, url),
        checkEndpoints(issuer, document, endpoint),
        checkPkce(issuer, document),
        checkRegistration(issuer, document),
        await checkKeys(issuer, document, endpoint),
      ];
    }
    const status =
      isAnswer(answer) && answer.status !== 200 ? `answers ${answer.status}` : 'answers with no JSON object';
    failures.push(`${url} ${isAnswer(answer) ? status : answer.problem}`);
  }
  return [
    failure(
      'issuer',
      `${issuer} has no metadata: ${failures.join('; ')}.`,
      'Publish it at one of these places, and give mcpAuth() the issuer exactly as the authorization server names itself.',
    ),
  ];
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

/** MCP `basic/authorization#authorization-code-protection`: clients MUST refuse to go on when it is not announced. */
function checkPkce(issuer: string, document: IssuerDocument): Finding {
  const methods = document['code_challenge_methods_supported'];
  if (Array.isArray(methods) && methods.includes('S256')) return ok('pkce', `${issuer} announces it.`);
  return failure(
    'pkce',
    `${issuer}: code_challenge_methods_supported is ${quoted(methods)}, and clients must refuse to go on.`,
    'Let the authorization server announce S256. One that does it unannounced needs a metadata document that says so.',
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
    `${issuer} knows only clients that somebody registered by hand.`,
    'Turn on client ID metadata documents or dynamic registration, or tell your users which client_id to enter.',
  );
}

async function checkKeys(issuer: string, { jwks_uri: url }: IssuerDocument, endpoint: Endpoint): Promise<Finding> {
  if (typeof url !== 'string') {
    return warning(
      'keys',
      `${issuer} publishes no jwks_uri, so that its tokens can only be verified by introspection.`,
      'Nothing, when mcpAuth() has `introspection` or a `verifier` of your own; otherwise let the issuer publish its keys.',
    );
  }
  const problem = reasonNotToFollow(url, endpoint) ?? (await problemOfKeys(url, endpoint));
  if (problem === undefined) return ok('keys', `${url} has them.`);
  return failure(
    'keys',
    `${issuer}: jwks_uri ${quoted(url)} ${problem}.`,
    'Let the app and everybody else reach it: without the keys no token can be verified.',
  );
}

async function problemOfKeys(url: string, { ask }: Endpoint): Promise<string | undefined> {
  const answer = await ask(url, { headers: { accept: 'application/json, application/jwk-set+json' } });
  if (!isAnswer(answer)) return answer.problem;
  if (answer.status !== 200) return `answers ${answer.status}`;
  const keys = jsonOf(answer)?.['keys'];
  return Array.isArray(keys) && keys.length > 0 ? undefined : 'answers without keys';
}
