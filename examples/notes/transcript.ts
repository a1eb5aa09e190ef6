import type { PersonStep } from './person.js';

/** One request that went over the wire, and its answer. */
export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly request: Readonly<Record<string, unknown>> | undefined;
  readonly status: number;
  readonly challenge: string | undefined;
  readonly answer: string;
}

const isColourful = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
const paint =
  (code: number) =>
  (text: string): string =>
    isColourful ? `\u001B[${String(code)}m${text}\u001B[0m` : text;
const [bold, dim, red, green, yellow, cyan] = [1, 2, 31, 32, 33, 36].map(paint) as [
  ...Record<'0' | '1' | '2' | '3' | '4' | '5', (text: string) => string>[],
] &
  ((text: string) => string)[];

/** Records the real HTTP traffic, and prints it. */
export class Transcript {
  readonly exchanges: Exchange[] = [];
  #step = 0;

  /** `fetch` that records. */
  readonly fetch = async (input: Request | URL | string, init?: RequestInit): Promise<Response> => {
    const response = await fetch(input, init);
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
    const exchange: Exchange = {
      method: init?.method ?? 'GET',
      url: new URL(input instanceof Request ? input.url : input),
      request: readBody(init?.body),
      status: response.status,
      challenge: response.headers.get('www-authenticate') ?? undefined,
      answer: isStream ? '(stream)' : await response.clone().text(),
    };
    this.exchanges.push(exchange);
    this.#show(exchange);
    return response;
  };

  /** Begins a step. */
  title(text: string): void {
    this.#step++;
    console.log(`\n${bold?.(cyan?.(` ${String(this.#step)}  ${text}`) ?? text) ?? text}\n`);
  }

  /** Shows the user's browser. */
  readonly showPerson = ({ url, title, scopes }: PersonStep): void => {
    const asked = scopes.length === 0 ? '' : `, which asks for ${scopes.join(' and ')}`;
    this.#line(dim, `☺ the user is at ${url.origin}, on the page "${title ?? ''}"${asked}`);
  };

  /** Shows the result of a step. */
  result(text: string): void {
    this.#line(green, `✓ ${text}`);
  }

  failure(text: string): void {
    this.#line(red, `✗ ${text}`);
  }

  #show({ method, url, request, status, challenge, answer }: Exchange): void {
    const about = describeRequest(request);
    this.#line(bold, `→ ${method} ${url.pathname}${about === '' ? '' : `   ${about}`}`);
    this.#line(status < 400 ? green : yellow, `← ${String(status)}`);
    if (challenge !== undefined) {
      const [scheme, ...parameters] = challenge.split(/ (?=\w+=")/);
      this.#line(yellow, `  WWW-Authenticate: ${scheme ?? ''}`);
      for (const parameter of parameters) this.#line(yellow, `    ${parameter}`);
    }
    if (answer !== '') this.#line(dim, `  ${shorten(withoutSecrets(answer))}`);
  }

  #line(colour: ((text: string) => string) | undefined, text: string): void {
    console.log(`    ${colour?.(text) ?? text}`);
  }
}

function readBody(body: RequestInit['body']): Exchange['request'] {
  if (body instanceof URLSearchParams) return Object.fromEntries(body);
  if (typeof body !== 'string') return undefined;
  try {
    return JSON.parse(body) as Exchange['request'];
  } catch {
    return Object.fromEntries(new URLSearchParams(body));
  }
}

function describeRequest(request: Exchange['request']): string {
  const { method, params, grant_type: grantType, client_name: clientName } = request ?? {};
  if (typeof method === 'string') {
    const { name, arguments: args } = (params ?? {}) as Readonly<Record<string, unknown>>;
    return [method, name, args === undefined ? undefined : JSON.stringify(args)].filter(Boolean).join(' ');
  }
  if (typeof grantType === 'string') return `grant_type=${grantType}, with the PKCE code_verifier`;
  return typeof clientName === 'string' ? `client_name="${clientName}"` : '';
}

/** A transcript must not show tokens. */
function withoutSecrets(text: string): string {
  return text.replace(/"(access_token|refresh_token|id_token|registration_access_token)":\s*"[^"]+"/g, '"$1":"…"');
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 220 ? `${line.slice(0, 220)}…` : line;
}
