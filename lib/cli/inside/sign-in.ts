import { createHash, randomBytes } from 'node:crypto';
import type { IssuerDocument } from '../doctor-checks/authorization-server.js';
import type { CommandEnvironment } from '../command.js';
import type { Endpoint } from '../endpoint.js';
import { reasonNotToFollow } from '../endpoint.js';
import type { FirstVisit } from '../examine.js';
import { failure, ok, warning } from '../finding.js';
import { isAnswer, jsonOf } from '../http-probe.js';
import { plainText, quoted } from '../plain-text.js';
import type { Obtained } from './caller-token.js';
import { callerToken } from './caller-token.js';
import { LoopbackRedirect } from './loopback-redirect.js';

const patienceMs = 5 * 60_000;

/** How to sign in. */
export interface SignInOptions {
  readonly environment: CommandEnvironment;
  /** A client that was registered by hand, with the redirect URI `http://127.0.0.1/callback`; without it, one registers itself. */
  readonly clientId: string | undefined;
}

/** The reason why a sign-in failed. */
class SignInProblem extends Error {
  constructor(
    message: string,
    readonly mend: string,
  ) {
    super(message);
  }
}

/**
 * Signs in as a client on a user's machine does. It registers itself, prints the URL for the browser, waits for the redirect on a local
 * port, and redeems the code with PKCE (MCP `basic/authorization#authorization-flow-steps`).
 */
export async function signIn(endpoint: Endpoint, visit: FirstVisit, options: SignInOptions): Promise<Obtained> {
  const redirect = new LoopbackRedirect();
  await redirect.open();
  try {
    return await new SignIn(endpoint, visit, redirect, options).run();
  } catch (problem) {
    if (!(problem instanceof SignInProblem)) throw problem;
    return { token: undefined, findings: [failure('sign-in', problem.message, problem.mend)] };
  } finally {
    redirect.close();
  }
}

class SignIn {
  readonly #endpoint: Endpoint;
  readonly #visit: FirstVisit;
  readonly #redirect: LoopbackRedirect;
  readonly #options: SignInOptions;

  constructor(endpoint: Endpoint, visit: FirstVisit, redirect: LoopbackRedirect, options: SignInOptions) {
    this.#endpoint = endpoint;
    this.#visit = visit;
    this.#redirect = redirect;
    this.#options = options;
  }

  async run(): Promise<Obtained> {
    const server = this.#visit.servers.find(({ document }) => document !== undefined);
    if (server?.document === undefined) {
      throw new SignInProblem('No authorization server with metadata is known.', 'Mend what is found above first.');
    }
    const { issuer, document } = server;
    const clientId = this.#options.clientId ?? (await this.#register(document));
    const secrets = { state: randomBytes(16).toString('base64url'), verifier: randomBytes(32).toString('base64url') };
    const code = await this.#askUser(issuer, document, clientId, secrets);
    const answer = await this.#redeem(document, { code, clientId, verifier: secrets.verifier });
    const { access_token: value, scope, token_type: type } = answer;
    if (typeof value !== 'string' || typeof type !== 'string' || type.toLowerCase() !== 'bearer') {
      const mend = 'Let the token endpoint answer as RFC 6749 §5.1 says; DPoP is not spoken here.';
      throw new SignInProblem(`The token endpoint gave no Bearer token (token_type is ${quoted(type)}).`, mend);
    }
    const token = callerToken(value, typeof scope === 'string' ? scope : this.#visit.scopes.join(' '));
    const asked = this.#visit.scopes;
    const missing = asked.filter((each) => token.scopes?.includes(each) !== true && each !== 'offline_access');
    const finding =
      missing.length === 0
        ? ok('sign-in', `It worked at ${issuer}, for ${quoted(asked.join(' '))}.`)
        : warning(
            'sign-in',
            `It worked at ${issuer}. ${quoted(asked.join(' '))} was asked for, and ${quoted(missing.join(' '))} is not in the token.`,
            'The user left it out at the consent, or the authorization server does not give it to this client or user.',
          );
    return { token, findings: [finding] };
  }

  /** RFC 7591 §3.1. A client ID metadata document would need a public place, which a program on a laptop lacks. */
  async #register(document: IssuerDocument): Promise<string> {
    const url = this.#urlOf(document, 'registration_endpoint');
    if (url === undefined) {
      const mend = `Register one by hand with the redirect URI ${this.#redirect.url} (any port) and name it: --client-id`;
      throw new SignInProblem('The authorization server registers no clients.', mend);
    }
    const metadata = {
      client_name: 'express-mcp doctor',
      redirect_uris: [this.#redirect.url],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    };
    const answer = await this.#endpoint.ask(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(metadata),
    });
    const client = isAnswer(answer) ? jsonOf(answer) : undefined;
    if (typeof client?.['client_id'] === 'string') return client['client_id'];
    const mend = 'Let it register public clients with a redirect URI on a loopback host (RFC 8252 §7.3).';
    throw new SignInProblem(`The registration ${problemOf(answer)}.`, mend);
  }

  async #askUser(
    issuer: string,
    document: IssuerDocument,
    clientId: string,
    { state, verifier }: { readonly state: string; readonly verifier: string },
  ): Promise<string> {
    const endpoint = this.#urlOf(document, 'authorization_endpoint');
    if (endpoint === undefined) throw new SignInProblem('There is no authorization_endpoint.', 'See issuer-endpoints.');
    const url = new URL(endpoint);
    const parameters = {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: this.#redirect.url,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      state,
      resource: this.#resource,
      ...(this.#visit.scopes.length === 0 ? {} : { scope: this.#visit.scopes.join(' ') }),
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    this.#options.environment.complain(
      `Sign in with a browser on this machine, within 5 minutes:\n\n${plainText(url.href)}\n\n`,
    );
    const answer = await this.#redirect.parameters(patienceMs);
    if (answer === undefined) throw new SignInProblem('The sign-in did not end within 5 minutes.', 'Try again.');
    if (answer.get('state') !== state) {
      throw new SignInProblem(
        'The state that came back is another one.',
        'Let the authorization server hand it back unchanged.',
      );
    }
    checkIssuer(answer.get('iss'), issuer, document);
    const code = answer.get('code');
    if (code !== null) return code;
    const [error, description] = [answer.get('error'), answer.get('error_description')];
    const mend =
      'Ask the authorization server, or its log; invalid_scope and invalid_target are about what was asked for.';
    throw new SignInProblem(`The authorization server refuses: ${quoted(error)} ${quoted(description)}.`, mend);
  }

  async #redeem(
    document: IssuerDocument,
    { code, clientId, verifier }: { readonly code: string; readonly clientId: string; readonly verifier: string },
  ): Promise<Readonly<Record<string, unknown>>> {
    const url = this.#urlOf(document, 'token_endpoint');
    if (url === undefined) throw new SignInProblem('There is no token_endpoint.', 'See issuer-endpoints.');
    const answer = await this.#endpoint.ask(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        redirect_uri: this.#redirect.url,
        client_id: clientId,
        code_verifier: verifier,
        resource: this.#resource,
      }).toString(),
    });
    const body = isAnswer(answer) && answer.status === 200 ? jsonOf(answer) : undefined;
    if (body !== undefined) return body;
    const mend = 'Let it redeem codes of clients without a secret, with PKCE and the parameter `resource`.';
    throw new SignInProblem(`The token endpoint ${problemOf(answer)}.`, mend);
  }

  /** RFC 8707 §2: the resource that the token is for. */
  get #resource(): string {
    const resource: unknown = this.#visit.metadata?.document['resource'];
    return typeof resource === 'string' ? resource : this.#endpoint.typed;
  }

  #urlOf(document: IssuerDocument, name: string): string | undefined {
    const url = document[name];
    if (typeof url !== 'string') return undefined;
    const reason = reasonNotToFollow(url, this.#endpoint);
    if (reason === undefined) return url;
    throw new SignInProblem(`${name} ${quoted(url)} ${reason}.`, 'Name the public https URL.');
  }
}

/** RFC 9207 §2.4: an answer of another authorization server must not be taken for one of this server. */
function checkIssuer(iss: string | null, issuer: string, document: IssuerDocument): void {
  const isPromised = document['authorization_response_iss_parameter_supported'] === true;
  if (iss === issuer || (iss === null && !isPromised)) return;
  throw new SignInProblem(
    `The answer names the issuer ${quoted(iss ?? undefined)}, not ${quoted(issuer)}.`,
    'Use one issuer for both.',
  );
}

/** Describes a failed request without secrets. */
function problemOf(answer: Parameters<typeof isAnswer>[0]): string {
  if (!isAnswer(answer)) return answer.problem;
  const { error, error_description: description } = jsonOf(answer) ?? {};
  return `answers ${answer.status} with ${quoted(error)} ${quoted(description)}`;
}
