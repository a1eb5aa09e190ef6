import type { Page } from './mcp-pages.js';
import {
  askingForInput,
  extending,
  authorize,
  badInput,
  dispatcher,
  framing,
  inputOverHttp,
  inputOverStdio,
  legacyClient,
  listening,
  methodTable,
  mirrors,
  modernClient,
  multiRoundTest,
  progress,
  progressOverHttp,
  questions,
  registering,
  results,
  schemas,
  shape,
  stdio,
  stdioChanges,
  tools,
  traffic,
  wrongSchema,
} from './mcp-tests.js';

/** The title page; the same in all revisions. */
export const index: Page = {
  page: 'index',
  requirements: [
    {
      id: 'guidelines-consent',
      at: 'implementation-guidelines',
      level: 'SHOULD',
      text: 'Build consent and authorization into the application.',
      verifiedBy: [
        [
          'http/access/scope-challenge',
          'a caller who lacks scopes gets 403 with one challenge that names them, and where to get them',
        ],
      ],
    },
    {
      id: 'guidelines-documentation',
      at: 'implementation-guidelines',
      level: 'SHOULD',
      text: 'Document what follows for security.',
      notApplicable:
        'Of documentation no test can tell whether it is clear; docs/operations.md and docs/authorization.md are.',
    },
    {
      id: 'guidelines-access',
      at: 'implementation-guidelines',
      level: 'SHOULD',
      text: 'Control access and protect data.',
      verifiedBy: [
        authorize('refuses a scoped item when no auth ran at all'),
        methodTable('has no method that this test does not know'),
      ],
    },
    {
      id: 'guidelines-practices',
      at: 'implementation-guidelines',
      level: 'SHOULD',
      text: 'Follow the best practices of security.',
      verifiedBy: [
        ['adversarial/tokens', 'a forged header with alg none'],
        ['http/access/decisions', 'what the operator sees has no token in it'],
      ],
    },
    {
      id: 'guidelines-privacy',
      at: 'implementation-guidelines',
      level: 'SHOULD',
      text: 'Consider privacy in what is offered.',
      verifiedBy: [
        badInput('a bad message that makes a handler fail gets a reference and nothing else'),
        ['http/access/scope-challenge', 'a caller who lacks scopes is not told of a concealed tool'],
      ],
    },
  ],
};

/** JSON-RPC, metadata and JSON Schema. */
export const basic: Page = {
  page: 'basic',
  requirements: [
    {
      id: 'basic-components',
      at: 'overview',
      level: 'MUST',
      text: 'Support the base protocol and the lifecycle of connections.',
      until: '2025-11-25',
      verifiedBy: [legacyClient],
    },
    {
      id: 'basic-components',
      at: 'overview',
      level: 'MUST',
      text: 'Support the base protocol, versioning and the message patterns.',
      since: '2026-07-28',
      verifiedBy: [
        [
          'clients/input-and-changes',
          'the official client pinned to 2026-07-28 answers what a handler asks, in a second round',
        ],
        [
          'clients/input-and-changes',
          'the official client pinned to 2026-07-28 listens to changes, and finds what is new',
        ],
        modernClient,
      ],
    },
    {
      id: 'basic-jsonrpc',
      at: 'messages',
      level: 'MUST',
      text: 'Write every message as JSON-RPC 2.0.',
      verifiedBy: [
        shape('tools/list'),
        shape('tools/list', '2025-11-25'),
        dispatcher('classifying answers 400 and -32600 to JSON-RPC 1.0'),
      ],
    },
    {
      id: 'basic-request-id',
      at: 'requests',
      level: 'MUST',
      text: 'Give requests an id that is a string or an integer.',
      verifiedBy: [
        dispatcher('classifying answers 400 and -32600 to an id that is fractional'),
        dispatcher('classifying answers 400 and -32600 to an id that is an object'),
      ],
    },
    {
      id: 'basic-request-id-null',
      at: 'requests',
      level: 'MUST NOT',
      text: 'Let the id of a request be null.',
      verifiedBy: [dispatcher('classifying answers 400 and -32600 to an id that is null')],
    },
    {
      id: 'basic-request-id-new',
      at: 'requests',
      level: 'MUST NOT',
      text: 'Use an id twice within a session for requests of the server.',
      until: '2025-11-25',
      verifiedBy: [
        questions(
          'a legacy client that is asked by two handlers at once is asked under different ids, as by two processes',
        ),
      ],
    },
    {
      id: 'basic-response-id',
      at: 'responses',
      level: 'MUST',
      text: 'Answer with the id of the request.',
      verifiedBy: [
        results('a result of 2025-11-25 has the id of the request, as it was written'),
        dispatcher('classifying echoes the id "a"'),
      ],
    },
    {
      id: 'basic-response-either',
      at: 'responses',
      level: 'MUST',
      text: 'Set either result or error.',
      until: '2025-06-18',
      verifiedBy: [results('a result of 2025-06-18 has the id of the request, as it was written')],
    },
    {
      id: 'basic-response-both',
      at: 'responses',
      level: 'MUST NOT',
      text: 'Set both result and error.',
      until: '2025-06-18',
      verifiedBy: [results('a result of 2025-06-18 has the id of the request, as it was written')],
    },
    {
      id: 'basic-response-result',
      at: 'result-responses',
      level: 'MUST',
      text: 'Put what was found into result.',
      since: '2025-11-25',
      verifiedBy: [shape('tools/list'), shape('tools/list', '2025-11-25')],
    },
    {
      id: 'basic-result-type',
      at: 'result-responses',
      level: 'MUST',
      text: 'Say in resultType what kind of result it is.',
      since: '2026-07-28',
      verifiedBy: [results('a modern result of tools/list says that it is complete, and whose it is')],
    },
    {
      id: 'basic-result-types-known',
      at: 'resulttype',
      level: 'MUST',
      text: 'Use only the values of resultType that the core defines, or an extension that was declared.',
      since: '2026-07-28',
      verifiedBy: [
        [
          'server/handlers/handler-results',
          'what a handler returns cannot say what kind of result it is in 2026-07-28',
        ],
      ],
    },
    {
      id: 'basic-error-id',
      at: 'error-responses',
      level: 'MUST',
      text: 'Give errors the id of the request, unless it could not be read.',
      since: '2025-11-25',
      verifiedBy: [
        results('an error of 2025-11-25 has an integer code, a message and the id of the request'),
        stdio('answers a line that is not JSON, and keeps serving'),
      ],
    },
    {
      id: 'basic-error-members',
      at: 'error-responses',
      level: 'MUST',
      text: 'Give errors a code and a message.',
      verifiedBy: [results('an error of 2025-11-25 has an integer code, a message and the id of the request')],
    },
    {
      id: 'basic-error-integer',
      at: 'error-responses',
      level: 'MUST',
      text: 'Use integers as codes of errors.',
      verifiedBy: [results('an error of 2025-11-25 has an integer code, a message and the id of the request')],
    },
    {
      id: 'basic-codes-new',
      at: 'error-codes',
      level: 'MUST NOT',
      text: 'Make up codes between -32000 and -32019.',
      since: '2026-07-28',
      verifiedBy: [
        results('an error has, of the codes that the specification keeps for itself, only those that it defines'),
      ],
    },
    {
      id: 'basic-codes-old',
      at: 'error-codes',
      level: 'SHOULD NOT',
      text: 'Use codes between -32000 and -32019 at all.',
      since: '2026-07-28',
      verifiedBy: [
        results('an error has, of the codes that the specification keeps for itself, only those that it defines'),
      ],
    },
    {
      id: 'basic-codes-meaning',
      at: 'error-codes',
      level: 'MUST NOT',
      text: 'Read a meaning into codes between -32000 and -32019 that are received.',
      since: '2026-07-28',
      notApplicable: 'A server of this revision receives no errors.',
    },
    {
      id: 'basic-codes-reserved',
      at: 'error-codes',
      level: 'MUST NOT',
      text: 'Answer with a code between -32020 and -32099 that the specification does not define.',
      since: '2026-07-28',
      verifiedBy: [
        results('an error has, of the codes that the specification keeps for itself, only those that it defines'),
      ],
    },
    {
      id: 'basic-codes-defined',
      at: 'error-codes',
      level: 'MUST',
      text: 'Use the codes that the specification defines for what it defines them for.',
      since: '2026-07-28',
      verifiedBy: [
        mirrors('with another Mcp-Method is refused'),
        dispatcher('negotiating the revision answers 400 with all that it speaks to a version that it does not'),
      ],
    },
    {
      id: 'basic-codes-withdrawn',
      at: 'error-codes',
      level: 'MUST NOT',
      text: 'Answer with -32002 or -32042, which belong to earlier revisions.',
      since: '2026-07-28',
      verifiedBy: [results('an error of a modern request has no code that only earlier revisions have')],
    },
    {
      id: 'basic-codes-own',
      at: 'error-codes',
      level: 'SHOULD',
      text: 'Take codes of one’s own from outside of the range that JSON-RPC reserves.',
      since: '2026-07-28',
      notApplicable: 'There are no codes of our own, and handlers cannot choose any.',
    },
    {
      id: 'basic-notification-answer',
      at: 'notifications',
      level: 'MUST NOT',
      text: 'Answer notifications.',
      verifiedBy: [
        dispatcher('classifying says nothing to notifications, known or not'),
        traffic('a notification of 2025-06-18 gets 202 without a body'),
      ],
    },
    {
      id: 'basic-notification-id',
      at: 'notifications',
      level: 'MUST NOT',
      text: 'Give notifications an id.',
      verifiedBy: [
        ...['2026-07-28', '2025-11-25'].map((version) =>
          progressOverHttp(
            `streaming every notification on a stream of ${version} fits the schema of its revision, which has no id there`,
          ),
        ),
        stdioChanges(
          'ends each subscriptions/listen of a server that closes with notifications/cancelled and its answer',
        ),
        stdioChanges(
          'tells a legacy client of changes from notifications/initialized on, and sends nothing by itself before',
        ),
      ],
    },
    {
      id: 'basic-batches',
      at: 'batching',
      level: 'MUST',
      text: 'Take batches.',
      until: '2025-03-26',
      verifiedBy: [
        dispatcher('batches answers each request of a 2025-03-26 batch, and no notification'),
        stdio('answers a batch of the revision that has batches'),
      ],
    },
    {
      id: 'basic-stateless',
      at: 'statelessness',
      level: 'MUST NOT',
      text: 'Take version, client or capabilities from an earlier request on the connection.',
      since: '2026-07-28',
      verifiedBy: [framing('knows of a modern client only what the request itself says, also after a handshake')],
    },
    {
      id: 'basic-interleaved',
      at: 'statelessness',
      level: 'SHOULD',
      text: 'Be ready for requests of several conversations side by side.',
      since: '2026-07-28',
      verifiedBy: [
        framing('serves requests of both eras side by side'),
        results('a result of a list is the same whatever was asked before, and whoever asks'),
      ],
    },
    {
      id: 'basic-same-connection',
      at: 'statelessness',
      level: 'SHOULD NOT',
      text: 'Demand that related requests come over one connection.',
      since: '2026-07-28',
      verifiedBy: [
        multiRoundTest(
          'multi-round input the answer to a request for input is taken by another process that shares nothing but the key',
        ),
      ],
    },
    {
      id: 'basic-explicit-state',
      at: 'statelessness',
      level: 'MUST',
      text: 'Refer to state beyond one request by an identifier that the client sends.',
      since: '2026-07-28',
      verifiedBy: [
        [
          'server/task-calls/tasks-processes',
          'a task that runs in one process can be read and cancelled from another, whose word of it aborts the handler',
        ],
        multiRoundTest(
          'multi-round input the answer to a request for input is taken by another process that shares nothing but the key',
        ),
        framing('knows of a modern client only what the request itself says, also after a handshake'),
      ],
    },
    {
      id: 'basic-auth-http',
      at: 'auth',
      level: 'SHOULD',
      text: 'Authorize over HTTP as the specification says.',
      verifiedBy: [badInput('a bad token that is missing gets 401 without an error, with the scopes of the endpoint')],
    },
    {
      id: 'basic-auth-stdio',
      at: 'auth',
      level: 'SHOULD NOT',
      text: 'Do so over stdio, where credentials come from the environment.',
      verifiedBy: [stdio('lets whoever started it use what the scopes allow, the hierarchy considered')],
    },
    ...jsonSchema(),
    {
      id: 'basic-meta-assumptions',
      at: '_meta',
      level: 'MUST NOT',
      text: 'Assume anything about the values of reserved keys in _meta.',
      since: '2025-06-18',
      verifiedBy: [
        dispatcher('negotiating the revision answers 400 and -32602 to a modern request with no capabilities'),
        [
          'registry/metadata-keys',
          'a reserved key of _meta of a request may have any value that it is not looked at for: "text"',
        ],
      ],
    },
    {
      id: 'basic-meta-prefix',
      at: '_meta',
      level: 'MUST',
      text: 'Write the prefix of a key in _meta as labels with dots between, and a slash.',
      since: '2025-06-18',
      verifiedBy: [['registry/metadata-keys', 'a key of _meta "a b/c" is refused for a tool']],
    },
    {
      id: 'basic-meta-labels',
      at: '_meta',
      level: 'MUST',
      text: 'Begin labels with a letter, and end them with a letter or a digit.',
      since: '2025-06-18',
      verifiedBy: [
        ['registry/metadata-keys', 'a key of _meta "1com.example/a" is refused for a tool'],
        ['registry/metadata-keys', 'a key of _meta "com-.example/a" is refused for a tool'],
      ],
    },
    {
      id: 'basic-meta-dns',
      at: '_meta',
      level: 'SHOULD',
      text: 'Write prefixes as reversed names of the DNS.',
      since: '2025-11-25',
      notApplicable: 'The app names its own keys; ours are those of the specification.',
    },
    {
      id: 'basic-meta-name',
      at: '_meta',
      level: 'MUST',
      text: 'Begin and end names of keys in _meta with a letter or a digit.',
      since: '2025-06-18',
      verifiedBy: [
        ['registry/metadata-keys', 'a key of _meta "-a" is refused for a tool'],
        ['registry/metadata-keys', 'a key of _meta "com.example/a." is refused for a tool'],
      ],
    },
    {
      id: 'basic-meta-required',
      at: '_meta',
      level: 'MUST',
      text: 'Refuse a request without the metadata that every request needs with -32602, and 400 on HTTP.',
      since: '2026-07-28',
      verifiedBy: [
        dispatcher('negotiating the revision answers 400 and -32602 to a modern request with no _meta'),
        dispatcher('negotiating the revision answers 400 and -32602 to a modern request with no version'),
        dispatcher('negotiating the revision answers 400 and -32602 to a modern request with no capabilities'),
      ],
    },
    {
      id: 'basic-capability-undeclared',
      at: '_meta',
      level: 'MUST NOT',
      text: 'Rely on capabilities that the client did not declare.',
      since: '2026-07-28',
      verifiedBy: [
        askingForInput(
          'a handler that asks for a form which the client did not declare gets nothing, and the client gets 400 and -32021',
        ),
        askingForInput(
          'a handler that asks for two things of three which the client did not declare gets nothing, and the client gets 400 and -32021',
        ),
      ],
    },
    {
      id: 'basic-capability-missing',
      at: '_meta',
      level: 'MUST',
      text: 'Answer a request that needs such a capability with -32021, which lists what is missing, and 400 on HTTP.',
      since: '2026-07-28',
      verifiedBy: [
        askingForInput('a handler that demands a capability which the client did not declare gives it 400 and -32021'),
        askingForInput(
          'a handler that asks for two things of three which the client did not declare gets nothing, and the client gets 400 and -32021',
        ),
      ],
    },
    {
      id: 'basic-server-info',
      at: '_meta',
      level: 'SHOULD',
      text: 'Name the server in _meta of every result.',
      since: '2026-07-28',
      verifiedBy: [
        results('a modern result of tools/call says that it is complete, and whose it is'),
        results('a modern result of server/discover says that it is complete, and whose it is'),
      ],
    },
    {
      id: 'basic-info-behaviour',
      at: '_meta',
      level: 'SHOULD NOT',
      text: 'Behave differently by what a client says of itself.',
      since: '2026-07-28',
      verifiedBy: [results('who a client says that it is changes no result')],
    },
    {
      id: 'basic-info-security',
      at: '_meta',
      level: 'SHOULD NOT',
      text: 'Rely on what a client says of itself in decisions about security.',
      since: '2026-07-28',
      verifiedBy: [results('who a client says that it is opens nothing')],
    },
    {
      id: 'basic-subscription-id',
      at: '_meta',
      level: 'MUST',
      text: 'Name the subscription in _meta of every notification on its stream.',
      since: '2026-07-28',
      verifiedBy: [
        listening('subscriptions/listen every message on its stream carries the id of the request in _meta'),
        stdioChanges(
          'ends each subscriptions/listen of a server that closes with notifications/cancelled and its answer',
        ),
      ],
    },
    {
      id: 'basic-trace-context',
      at: '_meta',
      level: 'MUST',
      text: 'Write traceparent, tracestate and baggage as W3C says.',
      since: '2026-07-28',
      notApplicable: 'The server writes none of them; handlers that do are the app’s.',
    },
    {
      id: 'basic-icons',
      at: 'icons',
      level: 'MUST',
      text: 'Take precautions when icons are read.',
      since: '2025-11-25',
      notApplicable: 'A server lists icons and never reads them.',
    },
  ],
};

function jsonSchema(): Page['requirements'] {
  const since = '2025-11-25';
  return [
    {
      id: 'basic-schema-dialects',
      at: 'schema-dialect',
      level: 'MUST',
      text: 'Support JSON Schema 2020-12.',
      since,
      verifiedBy: [schemas('a compiled schema follows $ref, $defs, $anchor and $dynamicRef within itself')],
    },
    {
      id: 'basic-schema-default',
      at: 'implementation-requirements',
      level: 'MUST',
      text: 'Take a schema that does not say for one of 2020-12.',
      since,
      verifiedBy: [schemas('a compiled schema follows $ref, $defs, $anchor and $dynamicRef within itself')],
    },
    {
      id: 'basic-schema-declared',
      at: 'implementation-requirements',
      level: 'MUST',
      text: 'Validate by the dialect that a schema declares.',
      since,
      verifiedBy: [schemas('a compiled schema speaks draft-07 where $schema says so')],
    },
    {
      id: 'basic-schema-unsupported',
      at: 'implementation-requirements',
      level: 'MUST',
      text: 'Say so when a dialect is not supported.',
      since,
      verifiedBy: [wrongSchema('another dialect')],
    },
    {
      id: 'basic-schema-document',
      at: 'implementation-requirements',
      level: 'SHOULD',
      text: 'Document which dialects are supported: 2020-12 and draft-07, as the error about others says.',
      since,
      verifiedBy: [wrongSchema('another dialect')],
    },
    {
      id: 'basic-schema-valid',
      at: 'schema-validation',
      level: 'MUST',
      text: 'Publish only schemas that are valid in their dialect.',
      since,
      verifiedBy: [registering('a schema with a mistake'), wrongSchema('a type that does not exist')],
    },
    {
      id: 'basic-ref-network',
      at: 'ref-resolution',
      level: 'MUST NOT',
      text: 'Fetch what a $ref names on the network.',
      since: '2026-07-28',
      verifiedBy: [wrongSchema('an external $ref')],
    },
    {
      id: 'basic-ref-opt-in',
      at: 'ref-resolution',
      level: 'MUST',
      text: 'Leave fetching off by default, where it is offered.',
      since: '2026-07-28',
      notApplicable: 'It is not offered.',
    },
    {
      id: 'basic-ref-limits',
      at: 'ref-resolution',
      level: 'SHOULD',
      text: 'Limit hosts, time and size, and log what was fetched, where it is offered.',
      since: '2026-07-28',
      notApplicable: 'It is not offered.',
    },
    {
      id: 'basic-ref-unresolved',
      at: 'ref-resolution',
      level: 'SHOULD',
      text: 'Refuse schemas whose $ref leads nowhere.',
      since: '2026-07-28',
      verifiedBy: [wrongSchema('a $ref that leads nowhere'), wrongSchema('an external $ref')],
    },
    {
      id: 'basic-schema-bounds',
      at: 'composition-keyword-resource-use',
      level: 'SHOULD',
      text: 'Bound what schemas cost.',
      since: '2026-07-28',
      verifiedBy: [wrongSchema('more than 64 levels'), wrongSchema('more than 10000 parts')],
    },
  ];
}

/** The handshake of the legacy era. */
export const lifecycle: Page = {
  page: 'basic/lifecycle',
  until: '2025-11-25',
  requirements: [
    {
      id: 'lifecycle-first',
      at: 'initialization',
      level: 'MUST',
      text: 'Begin with the initialization.',
      verifiedBy: [
        legacyClient,
        stdio('serves a legacy client in the version that the handshake agreed on, and remembers who it is'),
      ],
    },
    {
      id: 'lifecycle-answer',
      at: 'initialization',
      level: 'MUST',
      text: 'Answer initialize with the capabilities of the server and who it is.',
      verifiedBy: [
        dispatcher('negotiating the revision answers initialize with 2025-06-18 by 2025-06-18'),
        dispatcher('negotiating the revision shows serverInfo as far as the revision knows its members'),
      ],
    },
    {
      id: 'lifecycle-before-initialized',
      at: 'initialization',
      level: 'SHOULD NOT',
      text: 'Send requests other than pings before the client is initialized.',
      verifiedBy: [
        questions('what a legacy client did not declare it is not asked for either before it says that it is ready'),
        inputOverHttp('input over HTTP is asked of a legacy client only once it said that it is ready'),
        inputOverStdio('asks a legacy client only once it said that it is ready'),
      ],
    },
    {
      id: 'lifecycle-same-version',
      at: 'version-negotiation',
      level: 'MUST',
      text: 'Answer with the version that was asked for, when it is spoken.',
      verifiedBy: [
        dispatcher('negotiating the revision answers initialize with 2025-11-25 by 2025-11-25'),
        dispatcher('negotiating the revision answers initialize with 2025-06-18 by 2025-06-18'),
        dispatcher('negotiating the revision answers initialize with 2025-03-26 by 2025-03-26'),
      ],
    },
    {
      id: 'lifecycle-other-version',
      at: 'version-negotiation',
      level: 'MUST',
      text: 'Answer with another version that is spoken, when it is not.',
      verifiedBy: [dispatcher('negotiating the revision answers initialize with 2024-10-07 by 2025-11-25')],
    },
    {
      id: 'lifecycle-latest-version',
      at: 'version-negotiation',
      level: 'SHOULD',
      text: 'Choose the latest version then.',
      verifiedBy: [dispatcher('negotiating the revision answers initialize with 1.0 by 2025-11-25')],
    },
    ...(['SHOULD', 'MUST'] as const).flatMap((level) => {
      const span = level === 'SHOULD' ? ({ until: '2025-03-26' } as const) : ({ since: '2025-06-18' } as const);
      return [
        {
          id: 'lifecycle-respect-version',
          at: 'operation',
          level,
          text: 'Respect the version that was agreed on.',
          verifiedBy: [
            stdio('serves a legacy client in the version that the handshake agreed on, and remembers who it is'),
          ],
          ...span,
        },
        {
          id: 'lifecycle-respect-capabilities',
          at: 'operation',
          level,
          text: 'Use only capabilities that were agreed on.',
          verifiedBy: [
            questions('what a legacy client did not declare it is not asked for: a form'),
            questions('what a legacy client did not declare it is not asked for: roots'),
          ],
          ...span,
        },
      ];
    }),
    {
      id: 'lifecycle-timeouts',
      at: 'timeouts',
      level: 'SHOULD',
      text: 'Give every request that is sent a time limit.',
      verifiedBy: [
        questions(
          'a question that is never answered ends with the time limit of the call, is cancelled once, and waited for no longer',
        ),
      ],
    },
    {
      id: 'lifecycle-timeout-cancels',
      at: 'timeouts',
      level: 'SHOULD',
      text: 'Cancel a request whose time is over, and stop waiting for it.',
      verifiedBy: [
        questions(
          'a question that is never answered ends with the time limit of the call, is cancelled once, and waited for no longer',
        ),
      ],
    },
    {
      id: 'lifecycle-timeout-option',
      at: 'timeouts',
      level: 'SHOULD',
      text: 'Let time limits be set request by request.',
      verifiedBy: [tools("lets a tool's own time limit count")],
    },
    {
      id: 'lifecycle-timeout-maximum',
      at: 'timeouts',
      level: 'SHOULD',
      text: 'Have a time limit that progress does not extend.',
      verifiedBy: [progress('does not extend the time limit of its call, nor is heard after it')],
    },
    {
      id: 'lifecycle-version-mismatch',
      at: 'error-handling',
      level: 'SHOULD',
      text: 'Be prepared for versions that do not match.',
      verifiedBy: [
        dispatcher('negotiating the revision refuses initialize without a version'),
        dispatcher('negotiating the revision answers initialize with 1.0 by 2025-11-25'),
      ],
    },
    {
      id: 'lifecycle-capability-failure',
      at: 'error-handling',
      level: 'SHOULD',
      text: 'Be prepared for clients that lack a capability.',
      verifiedBy: [questions('what a legacy client did not declare a handler can demand beforehand')],
    },
    {
      id: 'lifecycle-timed-out',
      at: 'error-handling',
      level: 'SHOULD',
      text: 'Be prepared for requests that take too long.',
      verifiedBy: [tools('gives up after the time limit and aborts the signal')],
    },
  ],
};

/** The replacement of the handshake. */
export const versioning: Page = {
  page: 'basic/versioning',
  since: '2026-07-28',
  requirements: [
    {
      id: 'versioning-unsupported',
      at: 'protocol-version-negotiation',
      level: 'MUST',
      text: 'Answer a version that is not spoken with -32022, and list those that are.',
      verifiedBy: [
        dispatcher('negotiating the revision answers 400 with all that it speaks to a version that it does not'),
        traffic('a modern request of a version that is not spoken gets 400 with those that are'),
      ],
    },
    {
      id: 'versioning-discover',
      at: 'protocol-version-negotiation',
      level: 'MUST',
      text: 'Implement server/discover.',
      verifiedBy: [stdio('serves a modern client'), modernClient],
    },
    {
      id: 'versioning-extension-names',
      at: 'extension-negotiation',
      level: 'MUST',
      text: 'Name extensions as keys of _meta are named, always with a prefix.',
      verifiedBy: [
        extending('cannot be called search'),
        extending('cannot be called /search'),
        extending('cannot be called com..example/a'),
        extending('can be called com.example/search'),
      ],
    },
    {
      id: 'versioning-extension-fallback',
      at: 'extension-negotiation',
      level: 'MUST',
      text: 'Do without an extension that the client does not support, or refuse the request.',
      verifiedBy: [
        [
          'server/task-calls/tasks',
          'a client without the extension is answered at once by a tool with optional tasks in 2026-07-28, also after a request that did declare it',
        ],
        [
          'server/task-calls/tasks',
          'a client without the extension gets -32021 with data.requiredCapabilities.extensions from a tool with required tasks',
        ],
        [
          'server/methods/extensions',
          'an extension changes nothing for a client of 2026-07-28 that does not support it',
        ],
        ['server/methods/extension-methods', 'an extension of the app does not serve a client that declares nothing'],
      ],
    },
    {
      id: 'versioning-extension-document',
      at: 'extension-negotiation',
      level: 'SHOULD',
      text: 'Document what an extension does then.',
      notApplicable: 'Meant for authors of extensions; those that are supported come with their own documents.',
    },
    {
      id: 'versioning-initialize-refused',
      at: 'backward-compatibility-with-initialization-based-versions',
      level: 'SHOULD',
      text: 'Name the versions that are spoken when initialize is refused.',
      verifiedBy: [dispatcher('negotiating the revision speaks only the revisions that it is told to')],
    },
  ],
};

export const discover: Page = {
  page: 'server/discover',
  since: '2026-07-28',
  requirements: [
    {
      id: 'discover-implemented',
      at: 'discovery',
      level: 'MUST',
      text: 'Answer server/discover.',
      verifiedBy: [stdio('serves a modern client'), modernClient],
    },
    {
      id: 'discover-server-info',
      at: 'discoverresult',
      level: 'SHOULD',
      text: 'Say in _meta who the server is.',
      verifiedBy: [results('a modern result of server/discover says that it is complete, and whose it is')],
    },
  ],
};

/** Requirements that only the comments in the schema contain. */
export const schema: Page = {
  page: 'schema',
  since: '2025-06-18',
  requirements: [
    {
      id: 'schema-error-message',
      at: 'error',
      level: 'SHOULD',
      text: 'Say what went wrong in one short sentence.',
      verifiedBy: [
        results('an error has one short sentence for a message, unless it says what is wrong in particular'),
      ],
    },
    {
      id: 'schema-tool-errors',
      at: 'calltoolresult',
      level: 'SHOULD',
      text: 'Tell errors of a tool in its result, where the model sees them, and not as errors of the protocol.',
      verifiedBy: [
        tools('hands a ToolError to the model'),
        tools('keeps any other error inside, and gives a reference to it'),
      ],
    },
    {
      id: 'schema-context',
      at: 'createmessagerequestparams',
      level: 'SHOULD',
      text: 'Ask for the context of other servers only where the client supports it.',
      since: '2025-11-25',
      notApplicable: 'The app writes its sampling requests.',
    },
  ],
};
