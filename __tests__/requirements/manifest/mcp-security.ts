import type { Level, Requirement, RequirementsOf, TestReference } from '../requirement.js';
import { badInput, sessions } from './mcp-tests.js';

type Row = readonly [id: string, level: Level, text: string, answer: string | readonly TestReference[]];

/** Rows of one section: a text is the reason why a row does not apply, a list is the tests that show it. */
function section(name: string, rows: readonly Row[]): readonly Requirement[] {
  return rows.map(([id, level, text, answer]) => ({
    ...{ id: `security-${id}`, section: name, level, text },
    ...(typeof answer === 'string' ? { notApplicable: answer } : { verifiedBy: answer }),
  }));
}

const noProxy =
  'The package is a resource server: it registers no clients, issues no codes, and sends nobody to a third party to sign in.';
const noClient = 'This is about MCP clients. The package is a server.';
const noInstaller = 'This is about clients that start local servers. The package starts none.';
const noStdioProxy = 'The package is no proxy that starts other servers.';
const ofTheAuthorizationServer = 'This is about authorization servers. The package is a resource server.';

const attack = (name: string): TestReference => ['adversarial/tokens', name];
const url = (name: string): TestReference => ['oauth/key-source', `a URL ${name}`];
const bounded = (name: string): TestReference => ['oauth/fetch-bounded', `a bounded request ${name}`];
const exchange = (name: string): TestReference => ['upstream/token-exchange', name];
const doctor = (name: string): TestReference => ['cli/doctor-inside', `express-mcp doctor ${name}`];
const elsewhere = (name: string): TestReference => ['adversarial/endpoints', name];
const principals = (name: string): TestReference => ['properties/principals', name];
const decision = (name: string): TestReference => ['http/access/decisions', `what the operator sees ${name}`];
const host = (name: string): TestReference => ['http/endpoint/origin-and-host', name];
const stranger = principals(
  'at a real endpoint, what belongs to one caller is not reached by another, with stores in memory',
);
const missing = badInput('a bad token that is missing gets 401 without an error, with the scopes of the endpoint');
const challenge: TestReference = [
  'http/access/scope-challenge',
  'a caller who lacks scopes gets 403 with one challenge that names them, and where to get them',
];

const confusedDeputy = section('Confused Deputy Problem', [
  [
    'consent-registry',
    'MUST',
    'Keep per user which client_ids were approved, and look there before sending anybody on.',
    noProxy,
  ],
  [
    'consent-page',
    'MUST',
    'Show on the consent page the client, the scopes and the redirect_uri, against CSRF and frames.',
    noProxy,
  ],
  [
    'consent-cookie',
    'MUST',
    'Sign consent cookies, bind them to the client_id, and set __Host-, Secure, HttpOnly and SameSite.',
    noProxy,
  ],
  ['redirect-exact', 'MUST', 'Compare redirect_uri exactly with what was registered.', noProxy],
  [
    'state-random',
    'MUST',
    'Make a random state for each authorization request, good once and for a short time.',
    noProxy,
  ],
  ['state-after-consent', 'MUST NOT', 'Set the state before somebody has agreed.', noProxy],
  [
    'deputy-upstream',
    'MUST',
    'Act at an upstream API for the caller alone, by a token that was exchanged for theirs.',
    [
      exchange(
        'a token in place of the caller’s is asked for as RFC 8693 says, and serves at the upstream API for the same subject',
      ),
      exchange('a token in place of the caller’s is of one caller only'),
    ],
  ],
]);

const tokenPassthrough = section('Token Passthrough', [
  [
    'audience',
    'MUST NOT',
    'Accept tokens that were not issued for this server.',
    [
      attack('forged claims with an aud that goes on'),
      ['oauth/end-to-end', 'with oidc-provider a token for this resource is good, and one for another is not'],
      [
        'oauth/introspection-verifier',
        'introspection accepts a missing audience only when it is told to, and never a wrong one',
      ],
    ],
  ],
  [
    'passthrough',
    'MUST NOT',
    'Send the caller’s token on to an upstream API.',
    [exchange('keeps the caller’s token out of what operators read, when the authorization server repeats it')],
  ],
  [
    'accountability',
    'SHOULD',
    'Tell callers apart, so that each call has one who made it on record.',
    [
      decision('is who was accepted, and for what'),
      decision('has to be on record: when the listener fails, nothing runs'),
    ],
  ],
]);

const requestForgery = section('Server-Side Request Forgery (SSRF)', [
  [
    'ssrf-https',
    'SHOULD',
    'Fetch from https alone, loopback excepted: metadata, keys, introspection, token exchange.',
    [
      url('http://login.example.com is trusted with keys and tokens: false'),
      url('ftp://localhost is trusted with keys and tokens: false'),
    ],
  ],
  [
    'ssrf-named',
    'SHOULD',
    'Fetch only from issuers that the operator named, never from what a token or a request names.',
    [
      ['http/resource/callers', 'tenants are never fetched from when they were not named'],
      ['oauth/jwt-verifier', 'the signature of an access token is not looked for where the token itself says'],
    ],
  ],
  [
    'ssrf-redirects',
    'SHOULD',
    'Follow no redirects to places that were not checked.',
    [bounded('does not go where it is sent, and gives back what it was answered')],
  ],
  [
    'ssrf-bounds',
    'SHOULD',
    'Bound what is fetched in size and time.',
    [bounded('is given up when the answer is larger, and says so'), bounded('is given up when it takes too long')],
  ],
  [
    'ssrf-ranges',
    'SHOULD',
    'Block private addresses.',
    'An operator names the issuers, and they are often in a private network. Nothing is fetched that a caller names.',
  ],
  [
    'ssrf-egress',
    'SHOULD',
    'Consider an egress proxy.',
    'This is a choice of the deployment. The client of the package is doctor, which a person runs.',
  ],
  [
    'ssrf-doctor',
    'SHOULD',
    'Follow URLs of a server that is examined (doctor is a client) to https alone, and to no other host in the clear.',
    [
      ['cli/doctor-command', 'the answer without a token is not followed anywhere'],
      doctor('--token-from-env sends no token over http, and prints none that is malformed'),
    ],
  ],
  ['ssrf-cimd', 'SHOULD', 'Guard the fetching of client ID metadata documents.', ofTheAuthorizationServer],
]);

const stateHandles = section('State Handle Hijacking', [
  [
    'handles-verify',
    'MUST',
    'Verify every inbound request.',
    [missing, sessions('sessions ask for the token before anything else')],
  ],
  ['handles-no-authentication', 'MUST NOT', 'Take possession of a handle for authentication.', [stranger, missing]],
  [
    'handles-random',
    'SHOULD',
    'Make handles at random, or seal them; let them expire.',
    [
      [
        'server/task-calls/tasks',
        'tasks/get gives -32602 with a message for an unknown task, an expired one and one of somebody else',
      ],
      [
        'server/handlers/multi-round',
        'multi-round input a requestState with one bit changed gets -32602, whichever it is',
      ],
      ['server/handlers/multi-round', 'multi-round input a requestState that is too old gets -32602'],
    ],
  ],
  [
    'handles-bound',
    'SHOULD',
    'Bind handles to the caller on the server, and refuse them from anybody else.',
    [
      stranger,
      principals('the name of a principal is that of nobody else, in any encoding, and always the same'),
      elsewhere('sealed state is not valid at the other'),
    ],
  ],
]);

const sessionHijacking = section('Session Hijacking (up to 2025-11-25)', [
  [
    'sessions-verify',
    'MUST',
    'Verify every inbound request of a session.',
    [sessions('sessions ask for the token before anything else')],
  ],
  [
    'sessions-no-authentication',
    'MUST NOT',
    'Use sessions for authentication.',
    [
      sessions('sessions ask for the token before anything else'),
      sessions(
        'sessions are bound to who opened them: for another subject they do not exist, and neither do their streams',
      ),
    ],
  ],
  [
    'sessions-random',
    'MUST',
    'Make session IDs that nobody can foresee, with a secure generator.',
    [
      sessions(
        'sessions ids of sessions have 122 random bits, are of characters from 0x21 to 0x7E, and no two are the same',
      ),
    ],
  ],
  ['sessions-expire', 'SHOULD', 'Let session IDs expire.', [sessions('sessions get 404 after their idle time')]],
  [
    'sessions-fixed',
    'SHOULD',
    'Take no session ID that a client made up.',
    [
      sessions(
        'sessions an id that a client made up gets 404, also with initialize, so that nobody fixes the id of somebody else',
      ),
    ],
  ],
  [
    'sessions-bound',
    'SHOULD',
    'Bind session IDs to the user, also in queues and logs of events.',
    [
      sessions(
        'sessions are bound to who opened them: for another subject they do not exist, and neither do their streams',
      ),
      elsewhere('a stream that broke cannot be resumed at the other'),
      ['http/endpoint/resumability', 'resumability the event ids of another session, and such as never were, get 404'],
    ],
  ],
]);

const localServers = section('Local MCP Server Compromise', [
  ['local-consent', 'MUST', 'Ask before a command of a configuration is run, and show it whole.', noInstaller],
  ['local-sandbox', 'SHOULD', 'Run local servers in a sandbox, and warn of dangerous commands.', noInstaller],
  [
    'local-stdio',
    'SHOULD',
    'Offer stdio for servers that are to be run locally.',
    [
      [
        'stdio/process',
        'a server process over its own standard streams exits by itself when its input ends, having written nothing but messages',
      ],
    ],
  ],
  ['local-token', 'SHOULD', 'Demand a token over HTTP, on this machine too.', [missing]],
  [
    'local-rebinding',
    'SHOULD',
    'Refuse what web pages send by DNS rebinding to a local endpoint.',
    [
      host('Host of a local endpoint must be a local name: evil.example gets 403, against DNS rebinding'),
      host('Origin that is refused gets a JSON-RPC error without id'),
    ],
  ],
]);

const authorizationUrls = section('OAuth Authorization URL Validation', [
  [
    'urls-schemes',
    'MUST',
    'Open authorization URLs of http and https alone (doctor --sign-in is a client).',
    [url('javascript:alert(1) is trusted with keys and tokens: false')],
  ],
  [
    'urls-shell',
    'MUST NOT',
    'Open URLs by a shell.',
    'doctor prints the URL for the person to open. Nothing in the package starts a process.',
  ],
  [
    'urls-csp',
    'SHOULD',
    'Send a Content-Security-Policy with pages.',
    [['page/mcp-page', 'mcpPage behind mcpAuth lets the browser run and load nothing but what is in the document']],
  ],
  [
    'urls-sanitize',
    'MUST',
    'Check every URL that a server sends before it is shown or followed.',
    [
      ['cli/doctor-command', 'express-mcp doctor keeps what a server says from being more than text in a terminal'],
      ['page/hostile-text', 'text of others on the page links to a website with http only'],
    ],
  ],
]);

const otherClients = section('stdio proxies, mix-up and impersonation', [
  ['proxy-sandbox', 'SHOULD', 'Put what a stdio proxy starts into a sandbox, and log it.', noStdioProxy],
  ['proxy-isolation', 'SHOULD', 'Keep the proxy apart from what runs scripts.', noStdioProxy],
  [
    'mix-up',
    'MUST',
    'Check the iss of an authorization response (doctor --sign-in is a client).',
    [doctor('--sign-in takes no answer with another issuer')],
  ],
  ['localhost-redirect', 'SHOULD', 'Warn of redirect URIs that are on localhost.', ofTheAuthorizationServer],
  ['cimd-trust', 'SHOULD', 'Decide which client ID metadata documents are trusted.', ofTheAuthorizationServer],
]);

const scopes = section('Scope Minimization', [
  [
    'scopes-initial',
    'SHOULD',
    'Ask for little at first: what the endpoint needs.',
    [missing, ['http/resource/challenge-scopes', 'challengeScopes are demanded by nothing, and named by no 403']],
  ],
  ['scopes-step-up', 'SHOULD', 'Ask for more by a challenge when an operation needs it.', [challenge]],
  [
    'scopes-precise',
    'SHOULD',
    'Name the scopes of the operation in a challenge, not all that there are.',
    [challenge, ['oauth/scopes', 'a scope requirement asks for least when another asks for something anyway']],
  ],
  [
    'scopes-reduced',
    'SHOULD',
    'Take tokens with fewer scopes than were asked for.',
    [['http/access/scope-challenge', 'a caller who lacks scopes gets in with them, and with broader ones']],
  ],
  ['scopes-log', 'SHOULD', 'Log who lacked which scopes.', [decision('is who lacked which scopes')]],
  [
    'scopes-decide',
    'SHOULD',
    'Decide on the server, and not by the scopes of a token alone.',
    [
      [
        'http/access/step-up-authentication',
        'a tool with a policy is refused without a challenge, since no other token would help',
      ],
      attack('scopes of a wrong kind grant nothing: a star'),
    ],
  ],
  [
    'scopes-hierarchy',
    'MUST',
    'Count a broader scope for the narrower ones that it implies.',
    [['oauth/scopes', 'a scope hierarchy implies narrower scopes, transitively']],
  ],
  [
    'scopes-omnibus',
    'SHOULD NOT',
    'Have scopes for everything.',
    'The app names its scopes. docs/scopes.md says how to cut them.',
  ],
  ['scopes-client', 'SHOULD', 'Begin with baseline scopes, and remember what was denied.', noClient],
]);

/** Demands on a server, and on the client that the package has (doctor). Advice without a word of RFC 2119 stands here as SHOULD. */
export const securityBestPractices: RequirementsOf = {
  document: 'MCP: Security Best Practices',
  url: 'https://modelcontextprotocol.io/docs/tutorials/security/security_best_practices',
  requirements: [
    ...[...confusedDeputy, ...tokenPassthrough, ...requestForgery, ...stateHandles, ...sessionHijacking],
    ...[...localServers, ...authorizationUrls, ...otherClients, ...scopes],
  ],
};
