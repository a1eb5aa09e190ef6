import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Response } from 'express';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { McpAuthOptions } from '../../lib/index.js';
import { issuer as issuerOfTokens } from '../support/mcp-app.js';
import { startProtectedApp } from '../support/protected-app.js';
import { plainJson } from '../../lib/cli/plain-text.js';
import { runCli } from '../support/command-line.js';
import type { Illness, Patient } from '../support/patient.js';
import { admit, dismissAll, instead, soundMetadata } from '../support/patient.js';

afterEach(dismissAll);

interface Finding {
  readonly check: string;
  readonly status: string;
  readonly finding: string;
  readonly mend?: string;
}

interface Examined {
  readonly code: number;
  /** Status and text of all findings of a check. */
  of(check: string): readonly string[];
  readonly findings: readonly Finding[];
}

async function examine(url: string, clockOffsetMs = 0): Promise<Examined> {
  const { code, out } = await runCli(['doctor', url, '--format', 'json', '--timeout', '2'], clockOffsetMs);
  const { findings } = JSON.parse(out) as { readonly findings: readonly Finding[] };
  const of = (name: string) =>
    findings.filter(({ check }) => check === name).map(({ status, finding }) => `${status}: ${finding}`);
  return { code, of, findings };
}

async function examinePatient(illness: Illness = {}): Promise<Examined & { readonly patient: Patient }> {
  const patient = await admit(illness);
  return { ...(await examine(patient.url)), patient };
}

const metadataPath = '/.well-known/oauth-protected-resource/mcp';

function metadataOf({ url, issuer }: Patient): Record<string, unknown> {
  return { resource: url, authorization_servers: [issuer.origin] };
}

/** An endpoint with this metadata document. */
function saying(members: (patient: Patient) => object): Illness {
  return {
    before: (patient) =>
      instead('GET', metadataPath, (_request, response) => {
        response.set('Access-Control-Allow-Origin', '*').json({ ...metadataOf(patient), ...members(patient) });
      }),
  };
}

/** An endpoint with this answer to every POST. */
function answering(answer: (response: Response, patient: Patient) => void): Illness {
  return {
    before: (patient) =>
      instead('POST', '/mcp', (_request, response) => {
        answer(response, patient);
      }),
  };
}

function challenging(challenge: string | readonly string[]): Illness {
  return answering((response) =>
    response
      .status(401)
      .set('WWW-Authenticate', challenge as string)
      .end(),
  );
}

describe('express-mcp doctor', () => {
  it('finds nothing wrong with an endpoint and an authorization server of ours', async () => {
    const app = await startProtectedApp();
    try {
      const { code, out } = await runCli(['doctor', app.url.href]);
      expect(out).toMatch(/^ok {7}no-token {15}It is 401\.$/m);
      expect(out).toMatch(/\n22 ok, 1 warning, 0 failures\n$/);
      expect(code).toBe(0);
    } finally {
      await app.close();
    }
  });

  it('says of each check that all is well', async () => {
    const { code, findings, patient } = await examinePatient();
    const { origin, issuer } = patient;
    expect(findings.map(({ status, check, finding }) => `${status} ${check}: ${finding}`)).toEqual([
      'ok url: It is http on a loopback host, which is for development.',
      'ok no-token: It is 401.',
      'ok challenge: It is well-formed.',
      'ok clock: It agrees with the one here within 60 s.',
      `ok metadata-place: It is at ${origin}/.well-known/oauth-protected-resource/mcp.`,
      'ok metadata-link: It is the same place.',
      'ok metadata-type: It is JSON.',
      'ok metadata-cors: Every page may read it.',
      'ok resource: It is the URL that was asked.',
      `ok authorization-servers: It names "${issuer.origin}".`,
      'ok forwarded-host: Host, X-Forwarded-Host and Forwarded do not.',
      `ok issuer: ${issuer.origin} has its metadata at ${issuer.origin}/.well-known/oauth-authorization-server.`,
      `ok issuer-endpoints: ${issuer.origin} names both.`,
      `ok pkce: ${issuer.origin} announces it.`,
      `ok grants: ${issuer.origin} has the authorization code grant.`,
      `ok registration: ${issuer.origin} registers clients dynamically.`,
      `ok public-clients: ${issuer.origin} takes them.`,
      `ok issuer-cors: ${issuer.origin} lets every page read it.`,
      `ok keys: ${issuer.origin}/jwks has them.`,
      'ok scopes: Clients ask for "notes:read".',
      'ok bad-token: It is 401 with invalid_token.',
      'ok query-token: It is 400: not taken.',
      'ok browser: They may, and read the challenge.',
    ]);
    expect(code).toBe(0);
  });

  it('sends no credentials but tokens that nobody issued', async () => {
    const { patient } = await examinePatient();
    const sent = patient.requests.map(({ headers }) => headers);
    expect(new Set(sent.map(({ authorization }) => authorization))).toEqual(
      new Set([undefined, 'Bearer express-mcp-doctor', 'Bearer eyJhbGciOiJub25lIn0.e30.c2lnbmF0dXJl']),
    );
    expect(sent.filter(({ cookie }) => cookie !== undefined)).toEqual([]);
  });

  it('prints how to mend what it finds, and ends with 1 for a failure', async () => {
    const patient = await admit(answering((response) => response.status(401).end()));
    const { code, out } = await runCli(['doctor', patient.url]);
    expect(code).toBe(1);
    expect(out).toContain(`\
failure  challenge              There is no WWW-Authenticate header.
                                → Let mcpAuth() write the 401, and the proxy hand its headers on.
`);
    expect(out).toMatch(/ warnings?, \d failures?\n$/);
  });

  it('keeps what a server says from being more than text in a terminal', async () => {
    const patient = await admit(
      saying(() => ({ resource: '\u001B[2J\u202E', authorization_servers: 'x'.repeat(400) })),
    );
    const { out } = await runCli(['doctor', patient.url]);
    expect(['\u001B', '\u202E'].filter((character) => out.includes(character))).toEqual([]);
    expect(out).toContain(`It is "${'x'.repeat(299)}…, so that`);
  });

  it('prints no character of a server in JSON that moves the cursor or turns the reading direction', async () => {
    const said = '\u001B[2J\u009B31m\u202E\u2028\u{E0001}\uD800';
    const { url } = await admit(
      saying(() => ({ resource: said, authorization_servers: [`https://x.example/${said}`] })),
    );
    const { out } = await runCli(['doctor', url, '--format', 'json', '--timeout', '2']);
    expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
    expect(JSON.parse(out)).toMatchObject({ counts: { failure: expect.any(Number) } });
    const value = { said, list: [said] };
    expect(plainJson(value)).toMatch(/^[\x20-\x7e\n]*$/);
    expect(JSON.parse(plainJson(value))).toEqual(value);
  });

  it.each<[string, readonly string[], string]>([
    ['no URL', [], 'Name one URL: express-mcp doctor https://api.example.com/mcp'],
    ['two URLs', ['http://a', 'http://b'], 'Name one URL'],
    ['what is no URL', ['api.example.com/mcp'], '"api.example.com/mcp" is no URL with http or https'],
    ['another scheme', ['ftp://a/mcp'], 'is no URL with http or https'],
    ['a password', ['https://user:password@a/mcp'], 'The doctor sends no credentials'],
    ['a user name', ['https://user@a/mcp'], 'The doctor sends no credentials'],
    ['a fragment', ['https://a/mcp#x'], 'Leave the fragment'],
    ['an unknown format', ['http://a', '--format', 'table'], '--format must be one of text, json, not "table"'],
    ['an unknown option', ['http://a', '--token', 'x'], "Unknown option '--token'"],
    ['a time that is none', ['http://a', '--timeout', 'soon'], '--timeout must be a number of seconds'],
    ['an empty time', ['http://a', '--timeout', ' '], '--timeout must be a number of seconds'],
    ['no time at all', ['http://a', '--timeout', '0'], '--timeout must be a number of seconds'],
    ['too long a time', ['http://a', '--timeout', '301'], 'above 0 and up to 300, not "301"'],
  ])('refuses %s with exit code 2', async (_title, args, message) => {
    const { code, out, err } = await runCli(['doctor', ...args]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });
});

describe('the answer without a token', () => {
  it('may come from nobody', async () => {
    const { code, findings } = await examine('http://127.0.0.1:1/mcp');
    expect(findings.map(({ check, status }) => `${status} ${check}`)).toEqual(['ok url', 'failure no-token']);
    expect(findings[1]?.finding).toBe('The endpoint refuses connections: nothing listens there.');
    expect(code).toBe(1);
  });

  it('may not come in time', async () => {
    const patient = await admit(answering(() => undefined));
    const { out } = await runCli(['doctor', patient.url, '--timeout', '0.2']);
    expect(out).toContain('The endpoint gave no answer within 0.2 s.');
  });

  it('may come from a server that speaks no TLS', async () => {
    const { origin } = await admit();
    const { of } = await examine(`${origin.replace('http:', 'https:')}/mcp`);
    expect(of('url')).toEqual(['ok: It is https.']);
    expect(of('no-token')).toEqual(['failure: The endpoint does not speak TLS on this port.']);
  });

  it('may break off', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { of } = await examine(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`);
    server.close();
    expect(of('no-token')).toEqual(['failure: The endpoint hangs up without an answer.']);
  });

  it('may be larger than anybody wants to read', async () => {
    const { of } = await examinePatient(answering((response) => response.status(401).send('x'.repeat(2 ** 20 + 1))));
    expect(of('no-token')).toEqual(['failure: The endpoint answers with more than 1048576 bytes.']);
  });

  it('travels in the clear when the URL is http', async () => {
    const { of } = await examine('http://192.0.2.1/mcp');
    expect(of('url')).toEqual(['failure: It is http, so that attackers in the network can read the access tokens.']);
  });

  it('is a whole session where nobody protects the endpoint', async () => {
    const { code, of, findings } = await examinePatient({ unprotected: true });
    expect(of('no-token')).toEqual(['failure: It is 200, and clients begin to sign in at 401 only.']);
    expect(findings.find(({ check }) => check === 'no-token')?.mend).toMatch(
      /^Clients do not have to sign in\. Put mcpAuth/,
    );
    expect(of('challenge')).toEqual([]);
    expect(of('query-token')).toEqual(['warning: It is 200, as without a token.']);
    expect(of('bad-token')).toEqual([
      'failure: To an opaque token that no issuer made, the answer is 200.',
      'failure: To a JWT that no issuer made, the answer is 200.',
    ]);
    expect(code).toBe(1);
  });

  it('may be a stream that never ends', async () => {
    const { of } = await examinePatient(
      answering((response) => {
        response.type('text/event-stream').write(': hello\n\n');
      }),
    );
    expect(of('no-token')).toEqual(['failure: It is 200, and clients begin to sign in at 401 only.']);
  });

  it('is not followed anywhere', async () => {
    const { of, patient, findings } = await examinePatient(
      answering((response) => {
        response.redirect('/login');
      }),
    );
    expect(of('no-token')).toEqual(['failure: It is 302, and clients begin to sign in at 401 only.']);
    expect(findings.find(({ check }) => check === 'no-token')?.mend).toMatch(/^It leads to "\/login"\./);
    expect(patient.requests.filter(({ path }) => path === '/login')).toEqual([]);
  });

  it.each([
    [400, 'Something looks at the request before the token.'],
    [403, 'Something in front refuses first: a firewall'],
    [404, 'The app has no handler at this path'],
    [405, 'POST does not arrive'],
    [429, 'A rate limit refuses first.'],
    [500, 'The app or the proxy fails.'],
    [502, 'The app or the proxy fails.'],
  ])('may be %i, which is no reason to sign in', async (status, mend) => {
    const { findings } = await examinePatient(answering((response) => response.status(status).end()));
    const found = findings.find(({ check }) => check === 'no-token');
    expect(found?.finding).toBe(`It is ${status}, and clients begin to sign in at 401 only.`);
    expect(found?.mend).toContain(mend);
  });
});

describe('the challenge', () => {
  it.each<[string, string | readonly string[], readonly string[]]>([
    ['malformed', 'Bearer realm="x', ['failure: The WWW-Authenticate header cannot be parsed: "Bearer realm=\\"x"']],
    [
      'there twice',
      ['Bearer realm="a"', 'Bearer realm="b"'],
      [
        'failure: There are several Bearer challenges, and clients take any of them: ' +
          '"Bearer realm=\\"a\\", Bearer realm=\\"b\\""',
      ],
    ],
    [
      'one for another scheme',
      'Basic realm="x"',
      ['failure: It asks for something else than a Bearer token: "Basic realm=\\"x\\""'],
    ],
    [
      'without resource_metadata',
      'Bearer',
      ['failure: It has no resource_metadata, and clients of revision 2025-06-18 look nowhere else.'],
    ],
    [
      'with an error although nothing was sent',
      'Basic realm="x", Bearer error="invalid_token", resource_metadata="https://m"',
      [
        'warning: It names the error "invalid_token" although no token was sent; some clients throw their token away.',
        'ok: It is well-formed.',
      ],
    ],
  ])('may be %s', async (_title, challenge, findings) => {
    const { of } = await examinePatient(challenging(challenge));
    expect(of('challenge')).toEqual(findings);
  });

  it('may ask for DPoP only', async () => {
    const { of, code } = await examinePatient({ auth: { dpop: 'required' } });
    expect(of('challenge')).toEqual([
      'warning: It asks for DPoP only, which few MCP clients speak.',
      'ok: It is well-formed.',
    ]);
    expect(code).toBe(0);
  });
});

describe('the clock', () => {
  it.each([
    [-61_500, 'failure: It is 61 s ahead of the one here.'],
    [90_000, 'failure: It is 90 s behind the one here.'],
    [30_000, 'ok: It agrees with the one here within 60 s.'],
  ])('is compared with ours (%i ms)', async (offset, finding) => {
    const { url } = await admit();
    // The Date header has whole seconds, so the difference may be off by one.
    const [found = ''] = (await examine(url, offset)).of('clock');
    const near = (text: string) =>
      text.replace(/\d+ s (ahead|behind)/, (all, way: string) => {
        const seconds = Number.parseInt(all);
        return Math.abs(seconds - Math.abs(offset) / 1000) <= 2 ? `about right ${way}` : all;
      });
    expect(near(found)).toBe(near(finding));
  });

  it('cannot be, when the server does not say what time it is', async () => {
    const { of } = await examinePatient({
      before: () => (_request, response, next) => {
        response.sendDate = false;
        next();
      },
    });
    expect(of('clock')).toEqual(['warning: There is no Date header to compare it with.']);
  });
});

describe('the metadata document', () => {
  it.each([
    ['at the root, which is the place of another resource', '/.well-known/oauth-protected-resource'],
    ['below the endpoint', '/mcp/.well-known/oauth-protected-resource'],
  ])('may be %s', async (where, wrongPath) => {
    const { of, patient } = await examinePatient({
      before: (self) => (request, response, next) => {
        if (request.path === metadataPath) response.status(404).end();
        else if (request.path === wrongPath) response.json(metadataOf(self));
        else next();
      },
    });
    const { origin } = patient;
    expect(of('metadata-place')).toEqual([
      `failure: ${origin}${metadataPath} answers 404; the document is ${where}: ${origin}${wrongPath}`,
    ]);
    expect(of('resource')).toEqual([]);
  });

  it.each<[string, (response: Response) => void]>([
    [
      'answers 302',
      (response) => {
        response.redirect('/login');
      },
    ],
    ['answers with something that is no JSON object', (response) => response.send('<!doctype html>')],
    ['answers with something that is no JSON object', (response) => response.json([])],
    ['hangs up without an answer', (response) => response.socket?.destroy()],
  ])('may be nowhere, when its place %s', async (problem, answer) => {
    const { of, patient } = await examinePatient({
      before: () =>
        instead('GET', metadataPath, (_request, response) => {
          answer(response);
        }),
    });
    expect(of('metadata-place')).toEqual([`failure: ${patient.origin}${metadataPath} ${problem}.`]);
    expect(of('metadata-link')).toEqual([]);
    expect(of('issuer')).toEqual([]);
  });

  it('may be kept from those who have no token yet, who are those who need it', async () => {
    const { of, findings, patient } = await examinePatient({
      before: () => instead('GET', metadataPath, (_request, response) => response.status(401).end()),
    });
    expect(of('metadata-place')).toEqual([`failure: ${patient.origin}${metadataPath} answers 401.`]);
    expect(findings.find(({ check }) => check === 'metadata-place')?.mend).toMatch(/^It is public: let nothing/);
  });

  it('belongs to the URL with its query', async () => {
    const patient = await admit();
    const { of } = await examine(`${patient.url}?tenant=a`);
    expect(of('metadata-place')).toEqual([`ok: It is at ${patient.origin}${metadataPath}?tenant=a.`]);
    expect(of('query-token')).toEqual(['ok: It is 400: not taken.']);
  });

  it('is found without a challenge that says where it is', async () => {
    const { of } = await examinePatient(challenging('Bearer realm="x"'));
    expect(of('metadata-link')).toEqual([]);
    expect(of('resource')).toEqual(['ok: It is the URL that was asked.']);
  });

  it('may be at another place that the challenge says', async () => {
    const { of, patient } = await examinePatient({
      before: (self) => (request, response, next) => {
        if (request.path === '/metadata') response.json({ ...metadataOf(self), resource: 'urn:other' });
        else if (request.method !== 'POST') next();
        else response.status(401).set('WWW-Authenticate', `Bearer resource_metadata="${self.origin}/metadata"`).end();
      },
    });
    const { origin } = patient;
    expect(of('metadata-link')).toEqual([
      `warning: It says "${origin}/metadata"; that works, and clients that do not read challenges look at ${origin}${metadataPath}.`,
    ]);
    // Clients use that one.
    expect(of('resource')).toEqual([`failure: It is "urn:other" instead of "${patient.url}".`]);
  });

  it.each([
    ['metadata', 'is no absolute URL'],
    ['http://internal.example/metadata', 'is not https'],
    ['https://user@internal.example/metadata', 'has a user name or password in it'],
    ['http://127.0.0.1:1/metadata', 'refuses connections: nothing listens there'],
  ])('may not be where the challenge says, when that is %s', async (link, problem) => {
    const { of } = await examinePatient(challenging(`Bearer resource_metadata="${link}"`));
    expect(of('metadata-link')).toEqual([`failure: It says "${link}", which ${problem}.`]);
    // The document at the right place is still examined.
    expect(of('resource')).toEqual(['ok: It is the URL that was asked.']);
  });

  it('may be sent as something else than JSON, and not be readable for web pages', async () => {
    const { of } = await examinePatient({
      before: (patient) =>
        instead('GET', metadataPath, (_request, response) => {
          response.set('Access-Control-Allow-Origin', 'https://app.example.com');
          response.type('text/html').send(JSON.stringify(metadataOf(patient)));
        }),
    });
    expect(of('metadata-type')).toEqual(['failure: It is "text/html; charset=utf-8".']);
    expect(of('metadata-cors')).toEqual(['warning: Access-Control-Allow-Origin is "https://app.example.com".']);
  });

  it('may have no content type at all', async () => {
    const { of } = await examinePatient({
      before: (patient) =>
        instead('GET', metadataPath, (_request, response) => {
          response.end(JSON.stringify(metadataOf(patient)));
        }),
    });
    expect(of('metadata-type')).toEqual(['failure: It is nothing.']);
    expect(of('metadata-cors')).toEqual(['warning: Access-Control-Allow-Origin is nothing.']);
  });

  it.each<[string, (url: string) => unknown, string]>([
    ['another host', () => 'http://localhost:3000/mcp', '(another host: a proxy changes it'],
    ['another scheme', (url) => url.replace('http:', 'https:'), '(another scheme: a proxy speaks https'],
    ['a slash at the end', (url) => `${url}/`, '(a slash at the end makes another URL)'],
    ['another path', (url) => `${url}s`, 'mcp"; or give clients the other URL.'],
    ['no URL', () => 'mcp', 'mcp"; or give clients the other URL.'],
    ['nothing', () => undefined, 'mcp"; or give clients the other URL.'],
  ])('may be about %s', async (_title, resource, mend) => {
    const { of, findings, patient } = await examinePatient(saying(({ url }) => ({ resource: resource(url) })));
    const said = resource(patient.url) === undefined ? 'nothing' : JSON.stringify(resource(patient.url));
    expect(of('resource')).toEqual([`failure: It is ${said} instead of "${patient.url}".`]);
    expect(findings.find(({ check }) => check === 'resource')?.mend).toContain(mend);
  });

  it('may name the URL as it is typed, or as it is written in full', async () => {
    const { origin } = await admit({
      before: ({ origin: self }) =>
        instead('GET', '/.well-known/oauth-protected-resource', (_request, response) => {
          response.json({ resource: self });
        }),
    });
    expect((await examine(origin)).of('resource')).toEqual(['ok: It is the URL that was asked.']);
    expect((await examine(`${origin}/`)).of('resource')[0]).toMatch(/^failure/);
  });

  it.each<[unknown, string]>([
    [undefined, 'It is nothing, so that clients do not know where to sign in.'],
    [[], 'It is [], so that clients do not know where to sign in.'],
    [['login'], '"login" is no absolute URL.'],
    [['http://login.example.com'], '"http://login.example.com" is not https.'],
  ])('may name %j for authorization servers', async (servers, finding) => {
    const { of } = await examinePatient(saying(() => ({ authorization_servers: servers })));
    expect(of('authorization-servers')).toEqual([`failure: ${finding}`]);
    expect(of('issuer')).toEqual([]);
  });
});

describe('a request that says another host', () => {
  it.each([
    ['host', 'Host'],
    ['x-forwarded-host', 'X-Forwarded-Host'],
    ['forwarded', 'Forwarded'],
  ])('must not make the server name it (%s)', async (name) => {
    const { of } = await examinePatient({
      before: (patient) => (request, response, next) => {
        const host = (request.get(name) ?? '').replace('host=', '') || new URL(patient.url).host;
        if (request.path === metadataPath) response.json({ ...metadataOf(patient), resource: `http://${host}/mcp` });
        else if (request.method !== 'POST') next();
        else response.status(401).set('WWW-Authenticate', `Bearer realm="${host}"`).end();
      },
    });
    expect(of('forwarded-host')).toEqual([
      `failure: The challenge names the host that the request says in ${name}.`,
      `failure: The metadata document names the host that the request says in ${name}.`,
    ]);
    expect(of('resource')).toEqual(['ok: It is the URL that was asked.']);
  });

  it('may be refused, and looked at without a document', async () => {
    const { of } = await examinePatient({
      before: () => (request, response, next) => {
        if (request.path.startsWith('/.well-known')) response.status(404).end();
        else if (request.host.endsWith('.example')) response.socket?.destroy();
        else if ('x-forwarded-host' in request.headers) response.status(421).json(request.headers);
        else next();
      },
    });
    expect(of('forwarded-host')).toEqual(['ok: Host, X-Forwarded-Host and Forwarded do not.']);
  });
});

describe('an authorization server', () => {
  const examineWithIssuer = async (fall: (patient: Patient) => void) => {
    const patient = await admit();
    fall(patient);
    return { ...(await examine(patient.url)), issuer: patient.issuer.origin };
  };

  it('may have no metadata', async () => {
    const { of, issuer } = await examineWithIssuer((patient) => {
      patient.issuer.routes.delete('/.well-known/oauth-authorization-server');
      patient.issuer.json('/.well-known/openid-configuration', 'no object');
    });
    expect(of('issuer')).toEqual([
      `failure: ${issuer} has no metadata: ${issuer}/.well-known/oauth-authorization-server answers 404; ` +
        `${issuer}/.well-known/openid-configuration answers with no JSON object.`,
    ]);
    expect(of('pkce')).toEqual([]);
  });

  it('may not be there', async () => {
    const { of } = await examinePatient(saying(() => ({ authorization_servers: ['http://127.0.0.1:1'] })));
    expect(of('issuer')[0]).toMatch(/oauth-authorization-server refuses connections: nothing listens there; http/);
  });

  it('may have its metadata where OpenID Connect puts it', async () => {
    const { of, issuer } = await examineWithIssuer(({ issuer: { routes } }) => {
      const handler = routes.get('/.well-known/oauth-authorization-server');
      if (handler !== undefined) routes.set('/.well-known/openid-configuration', handler);
      routes.delete('/.well-known/oauth-authorization-server');
    });
    expect(of('issuer')).toEqual([`ok: ${issuer} has its metadata at ${issuer}/.well-known/openid-configuration.`]);
  });

  it.each<[string, (origin: string) => object, string, string]>([
    [
      'another issuer',
      (origin) => ({ issuer: `${origin}/` }),
      'issuer',
      'failure: ISSUER/.well-known/oauth-authorization-server names the issuer "ISSUER/" instead of "ISSUER".',
    ],
    [
      'no endpoints',
      () => ({ authorization_endpoint: undefined, token_endpoint: 'http://login.example.com/token' }),
      'issuer-endpoints',
      'failure: ISSUER: authorization_endpoint is missing; token_endpoint "http://login.example.com/token" is not https.',
    ],
    [
      'no PKCE',
      () => ({ code_challenge_methods_supported: undefined }),
      'pkce',
      'failure: ISSUER: code_challenge_methods_supported is nothing, and clients must refuse to go on.',
    ],
    [
      'plain PKCE only',
      () => ({ code_challenge_methods_supported: ['plain'] }),
      'pkce',
      'failure: ISSUER: code_challenge_methods_supported is ["plain"], and clients must refuse to go on.',
    ],
    [
      'client ID metadata documents',
      () => ({ registration_endpoint: undefined, client_id_metadata_document_supported: true }),
      'registration',
      'ok: ISSUER takes client ID metadata documents.',
    ],
    [
      'no way to register',
      () => ({ registration_endpoint: undefined }),
      'registration',
      'warning: ISSUER knows only clients that were registered by hand.',
    ],
    [
      'no keys',
      () => ({ jwks_uri: undefined }),
      'keys',
      'warning: ISSUER publishes no jwks_uri, so that its tokens can only be verified by introspection.',
    ],
    [
      'keys without https',
      () => ({ jwks_uri: 'http://login.example.com/jwks' }),
      'keys',
      'failure: ISSUER: jwks_uri "http://login.example.com/jwks" is not https.',
    ],
    [
      'keys that are not there',
      (origin) => ({ jwks_uri: `${origin}/nowhere` }),
      'keys',
      'failure: ISSUER: jwks_uri "ISSUER/nowhere" answers 404.',
    ],
    [
      'keys on a server that is down',
      () => ({ jwks_uri: 'http://127.0.0.1:1/jwks' }),
      'keys',
      'failure: ISSUER: jwks_uri "http://127.0.0.1:1/jwks" refuses connections: nothing listens there.',
    ],
    [
      'an empty key set',
      (origin) => ({ jwks_uri: `${origin}/empty` }),
      'keys',
      'failure: ISSUER: jwks_uri "ISSUER/empty" answers without keys.',
    ],
  ])('may have %s', async (_title, metadata, check, finding) => {
    const { of, issuer } = await examineWithIssuer(({ issuer: fake }) => {
      fake.publish({ keys: [{}] }, { ...soundMetadata(fake.origin), ...metadata(fake.origin) });
      fake.json('/empty', { keys: [] });
    });
    expect(of(check)).toEqual([finding.replaceAll('ISSUER', issuer)]);
  });

  it('is one of ten at the most', async () => {
    const { of } = await examinePatient(
      saying(({ issuer }) => ({ authorization_servers: Array.from({ length: 12 }, () => issuer.origin) })),
    );
    expect(of('issuer')).toHaveLength(10);
  });
});

describe('a token that no issuer made', () => {
  const withToken = (answer: (response: Response) => void): Illness => ({
    before: () => (request, response, next) => {
      if (request.get('authorization') === undefined) next();
      else answer(response);
    },
  });

  it.each<[string, (response: Response) => void, string]>([
    ['taken', (response) => response.json({}), 'failure: To an opaque token that no issuer made, the answer is 200.'],
    [
      'an error of the server',
      (response) => response.status(500).end(),
      'failure: To an opaque token that no issuer made, the answer is 500.',
    ],
    [
      'forbidden',
      (response) => response.status(403).end(),
      'failure: To an opaque token that no issuer made, the answer is 403.',
    ],
    [
      'refused without a reason',
      (response) => response.status(401).set('WWW-Authenticate', 'Bearer').end(),
      'warning: To an opaque token that no issuer made, the answer is 401 without error="invalid_token".',
    ],
    [
      'the end of the connection',
      (response) => response.socket?.destroy(),
      'failure: To an opaque token that no issuer made, the endpoint hangs up without an answer.',
    ],
  ])('may be %s', async (_title, answer, finding) => {
    const { of } = await examinePatient(withToken(answer));
    expect(of('bad-token')).toEqual([finding, finding.replace('an opaque token', 'a JWT')]);
  });
});

describe('a token in the query', () => {
  const withQuery = (answer: (response: Response, patient: Patient) => void): Illness => ({
    before: (patient) => (request, response, next) => {
      if (!('access_token' in request.query)) next();
      else answer(response, patient);
    },
  });

  it.each<[string, (response: Response) => void, string]>([
    [
      'read',
      (response) => response.status(401).set('WWW-Authenticate', 'Bearer error="invalid_token"').end(),
      'failure: The token is read: the answer is not the same as without one.',
    ],
    [
      'overlooked',
      (response) => response.status(401).set('WWW-Authenticate', 'Bearer').end(),
      'ok: It is 401: not taken.',
    ],
    ['taken', (response) => response.json({}), 'failure: It is 200.'],
    ['an error of the server', (response) => response.status(500).end(), 'failure: It is 500.'],
    [
      'the end of the connection',
      (response) => response.socket?.destroy(),
      'failure: The endpoint hangs up without an answer.',
    ],
  ])('may be %s', async (_title, answer, finding) => {
    const { of } = await examinePatient(withQuery(answer));
    expect(of('query-token')).toEqual([finding]);
  });
});

describe('a web page', () => {
  const preflight = (answer: (response: Response) => void): Illness => ({
    before: () =>
      instead('OPTIONS', '/mcp', (_request, response) => {
        answer(response);
      }),
  });
  const allowing = (headers: Readonly<Record<string, string>>, status = 204) =>
    preflight((response) =>
      response
        .status(status)
        .set({ 'Access-Control-Allow-Origin': '*', ...headers })
        .end(),
    );

  it('is not let in by an endpoint without cors, which is no failure', async () => {
    const { of, code } = await examinePatient({ auth: { cors: ['https://app.example.com'] } });
    expect(of('browser')).toEqual([
      'warning: A preflight of https://mcp-client.example is answered with 204 and does not allow it.',
    ]);
    expect(code).toBe(0);
  });

  it.each<[string, Illness, string]>([
    [
      'all headers but Authorization',
      allowing({ 'Access-Control-Allow-Headers': '*' }),
      'A preflight does not allow the header authorization.',
    ],
    [
      'two headers of three',
      allowing({ 'Access-Control-Allow-Headers': 'Authorization, Content-Type' }),
      'A preflight does not allow the header mcp-protocol-version.',
    ],
    ['everything, but as an error', allowing({}, 404), 'A preflight is answered with 404.'],
    [
      'nothing, and hangs up',
      preflight((response) => response.socket?.destroy()),
      'A preflight hangs up without an answer.',
    ],
    [
      'everything but to read the challenge',
      {
        before: () => (request, response, next) => {
          if (request.method === 'POST') {
            delete request.headers.origin;
          }
          next();
          if (request.method === 'POST') response.removeHeader('Access-Control-Allow-Origin');
        },
      },
      'They may call it, and not read the challenge of a 401.',
    ],
    [
      'the preflight only',
      {
        before: () => (request, response, next) => {
          if (request.method === 'POST' && request.headers.origin !== undefined) response.socket?.destroy();
          else next();
        },
      },
      'It hangs up without an answer.',
    ],
  ])('may be allowed %s', async (_title, illness, finding) => {
    const { of } = await examinePatient(illness);
    expect(of('browser')).toEqual([`warning: ${finding}`]);
  });
});

describe('what the doctor says of scopes', () => {
  it.each<[Partial<McpAuthOptions>, readonly string[] | undefined, readonly string[]]>([
    [
      { scopesSupported: [] },
      undefined,
      [
        'warning: Neither the challenge nor scopes_supported names any: clients ask for none, or for all of the authorization server.',
      ],
    ],
    [{ scopesSupported: ['a', 'b'] }, ['a', 'b'], ['ok: Clients ask for "a b".']],
    [{ requiredScopes: ['a'], scopesSupported: ['a'] }, undefined, ['ok: Clients ask for "a".']],
    [
      { requiredScopes: ['a'], scopesSupported: ['a', 'b'] },
      ['a', 'b'],
      ['warning: Clients ask for "a", since the challenge comes first; scopes_supported has "b" besides.'],
    ],
    [{ challengeScopes: ['a', 'b'] }, ['a'], ['warning: Clients ask for "a b", and ISSUER does not offer "b".']],
  ])('%j, offered: %j', async (auth, offered, findings) => {
    const patient = await admit({ auth });
    const more = offered === undefined ? {} : { scopes_supported: offered };
    patient.issuer.publish(issuerOfTokens.jwks, { ...soundMetadata(patient.issuer.origin), ...more });
    const { of } = await examine(patient.url);
    expect(of('scopes')).toEqual(findings.map((text) => text.replace('ISSUER', patient.issuer.origin)));
  });
});

describe('what the doctor says of an authorization server at which nobody can sign in', () => {
  async function say(members: object, jwks: object = issuerOfTokens.jwks): Promise<Examined> {
    const patient = await admit();
    patient.issuer.publish(jwks, { ...soundMetadata(patient.issuer.origin), ...members });
    return examine(patient.url);
  }

  it('has no authorization code', async () => {
    const ofMachines = await say({ grant_types_supported: ['client_credentials'] });
    expect(ofMachines.of('grants')).toEqual([
      expect.stringMatching(
        /^failure: .*grant_types_supported is \["client_credentials"\], and users cannot sign in\.$/,
      ),
    ]);
    const implicit = await say({ response_types_supported: ['token'] });
    expect(implicit.of('grants')).toEqual([
      expect.stringMatching(/^failure: .*response_types_supported is \["token"\]/),
    ]);
    expect([ofMachines.code, implicit.code]).toEqual([1, 1]);
  });

  it('takes no clients without a secret', async () => {
    const none = await say({ token_endpoint_auth_methods_supported: undefined });
    expect(none.of('public-clients')).toEqual([expect.stringMatching(/^warning: .* is nothing, without none\.$/)]);
    const basic = await say({ token_endpoint_auth_methods_supported: ['client_secret_basic'] });
    expect(basic.of('public-clients')).toEqual([
      expect.stringMatching(/^warning: .*client_secret_basic"\], without none/),
    ]);
  });

  it('publishes secrets in place of keys', async () => {
    const { of, code } = await say({}, { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] });
    expect(of('keys')).toEqual([
      expect.stringMatching(/^failure: .* has symmetric keys only, and those are secrets\.$/),
    ]);
    expect(code).toBe(1);
  });

  it('lets no web page read its metadata', async () => {
    const patient = await admit();
    patient.issuer.corsOrigin = undefined;
    expect((await examine(patient.url)).of('issuer-cors')).toEqual([
      `warning: ${patient.issuer.origin} does not let web pages read its metadata.`,
    ]);
  });
});
