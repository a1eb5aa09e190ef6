import type { TestReference } from '../requirement.js';
import type { Page, PageRequirement } from './mcp-pages.js';
import {
  badInput,
  body,
  dispatcher,
  framing,
  inputOverHttp,
  inputOverStdio,
  logMessages,
  mirroredArguments,
  mirrors,
  ofTheApp,
  origin,
  process,
  progress,
  progressOverHttp,
  resumability,
  sessions,
  stdio,
  stdioChanges,
  streams,
  tools,
  traffic,
} from './mcp-tests.js';

const utf8 = [body('a message must be UTF-8'), framing('writes one message a line, whatever is in it')];

const clientGone = [
  ['http/endpoint/request-context', 'a handler hears when a modern client goes away'],
  tools('aborts the signal of a modern call when the client goes away, and not of a legacy one'),
] as const;

const security = (at: string): readonly PageRequirement[] => [
  {
    id: 'http-origin',
    at,
    level: 'MUST',
    text: 'Check Origin of every request, against DNS rebinding.',
    verifiedBy: [
      origin('Origin its own, of a public endpoint gets what is right'),
      origin('Origin a foreign one gets what is right'),
      origin('Host of a local endpoint must be a local name: evil.example gets 403, against DNS rebinding'),
    ],
  },
  {
    id: 'http-origin-403',
    at,
    level: 'MUST',
    text: 'Answer a wrong Origin with 403.',
    since: '2025-11-25',
    verifiedBy: [origin('Origin that is refused gets a JSON-RPC error without id')],
  },
  {
    id: 'http-localhost',
    at,
    level: 'SHOULD',
    text: 'Listen on localhost only, where the server is for the machine itself.',
    notApplicable: ofTheApp.listening,
  },
  {
    id: 'http-authentication',
    at,
    level: 'SHOULD',
    text: 'Authenticate every connection.',
    verifiedBy: [badInput('a bad token that is missing gets 401 without an error, with the scopes of the endpoint')],
  },
];

const stdioRules = (at: string): readonly PageRequirement[] => [
  {
    id: 'stdio-newlines',
    at,
    level: 'MUST NOT',
    text: 'Write newlines within messages.',
    verifiedBy: [framing('writes one message a line, whatever is in it')],
  },
  {
    id: 'stdio-stdout',
    at,
    level: 'MUST NOT',
    text: 'Write anything to stdout that is no message.',
    verifiedBy: [process],
  },
];

/** Both transports, in the revisions that have one page about them. */
export const legacyTransports: Page = {
  page: 'basic/transports',
  until: '2025-11-25',
  requirements: [
    { id: 'transport-utf8', at: 'transports', level: 'MUST', text: 'Use UTF-8.', verifiedBy: utf8 },
    ...stdioRules('stdio'),
    {
      id: 'http-endpoint',
      at: 'streamable-http',
      level: 'MUST',
      text: 'Have one path for POST and GET. (A GET may be answered with 405.)',
      verifiedBy: [
        ['express/mounting', 'without mcpAuth the router answers at /mcp, or where it is told'],
        body('methods get gets 405 with Allow'),
      ],
    },
    ...security('security-warning'),
    {
      id: 'http-202',
      at: 'sending-messages-to-the-server',
      level: 'MUST',
      text: 'Answer notifications and responses that are accepted with 202 and no body.',
      verifiedBy: [
        traffic('a notification of 2025-03-26 gets 202 without a body'),
        traffic('a notification of 2025-06-18 gets 202 without a body'),
        traffic('a notification of 2025-11-25 gets 202 without a body'),
      ],
    },
    {
      id: 'http-not-accepted',
      at: 'sending-messages-to-the-server',
      level: 'MUST',
      text: 'Answer those that are not accepted with an error of HTTP.',
      verifiedBy: [
        traffic('a notification that cannot be accepted gets 400'),
        badInput('a bad message that is an answer that nobody waits for gets 400'),
      ],
    },
    {
      id: 'http-json-or-stream',
      at: 'sending-messages-to-the-server',
      level: 'MUST',
      text: 'Answer requests with one JSON object or with an SSE stream.',
      verifiedBy: [
        traffic('a legacy request gets one JSON object'),
        progressOverHttp('progress: ctx.progress of two calls at once gives each its own, and none of the other'),
      ],
    },
    {
      id: 'http-priming',
      at: 'sending-messages-to-the-server',
      level: 'SHOULD',
      text: 'Begin a stream with an event that has an id and no data.',
      since: '2025-11-25',
      verifiedBy: [
        resumability('resumability the first event of a stream that can be resumed has an id and empty data'),
      ],
    },
    {
      id: 'http-retry',
      at: 'sending-messages-to-the-server',
      level: 'SHOULD',
      text: 'Say with retry when to come back, before the connection is closed ahead of the answer.',
      since: '2025-11-25',
      verifiedBy: [
        resumability(
          'resumability ctx.closeStream(500) writes retry: 500 and ends the connection, and the answer is replayed to who comes back',
        ),
      ],
    },
    {
      id: 'http-stream-answer',
      at: 'sending-messages-to-the-server',
      level: 'SHOULD',
      text: 'Put the answer to every request on its stream in the end.',
      verifiedBy: [
        progressOverHttp('progress: ctx.progress of two calls at once gives each its own, and none of the other'),
        streams('streaming a batch of 2025-03-26 ends its stream with an answer for each request'),
      ],
    },
    {
      id: 'http-stream-related',
      at: 'sending-messages-to-the-server',
      level: 'SHOULD',
      text: 'Send on it only what is about the request.',
      verifiedBy: [
        progressOverHttp('progress: ctx.progress of two calls at once gives each its own, and none of the other'),
        progress('sends the token of its own request, also when two run at once'),
        logMessages('are on the stream of their own request, and not on one that listens'),
      ],
    },
    {
      id: 'http-stream-open',
      at: 'sending-messages-to-the-server',
      level: 'SHOULD NOT',
      text: 'Close the stream before the answer was sent.',
      until: '2025-06-18',
      verifiedBy: [
        streams(
          'streaming the stream of a call stays open until the answer is written, and ends right after the answer',
        ),
        streams('streaming a batch of 2025-03-26 ends its stream with an answer for each request'),
      ],
    },
    {
      id: 'http-stream-end',
      at: 'sending-messages-to-the-server',
      level: 'SHOULD',
      text: 'Close the stream after the answer.',
      verifiedBy: [
        streams(
          'streaming the stream of a call stays open until the answer is written, and ends right after the answer',
        ),
        progressOverHttp('progress: ctx.progress of two calls at once gives each its own, and none of the other'),
      ],
    },
    {
      id: 'http-disconnect',
      at: 'sending-messages-to-the-server',
      level: 'SHOULD NOT',
      text: 'Take a client that goes away for one that cancels.',
      verifiedBy: [tools('aborts the signal of a modern call when the client goes away, and not of a legacy one')],
    },
    {
      id: 'http-get',
      at: 'listening-for-messages-from-the-server',
      level: 'MUST',
      text: 'Answer GET with an SSE stream or with 405.',
      verifiedBy: [
        body('methods get gets 405 with Allow'),
        sessions(
          'the GET stream of a session hears when lists change, and of resources only the URIs that it subscribed to',
        ),
      ],
    },
    {
      id: 'http-get-unrelated',
      at: 'listening-for-messages-from-the-server',
      level: 'SHOULD',
      text: 'Send on that stream only what is about no request that runs.',
      verifiedBy: [sessions('the GET stream of a session does not have progress of a call that runs, nor its answer')],
    },
    {
      id: 'http-get-response',
      at: 'listening-for-messages-from-the-server',
      level: 'MUST NOT',
      text: 'Send answers on it, except where it resumes the stream of a request.',
      verifiedBy: [
        resumability('resumability an answer is on the stream of its POST only, or on a GET with Last-Event-ID'),
      ],
    },
    {
      id: 'http-get-retry',
      at: 'listening-for-messages-from-the-server',
      level: 'SHOULD',
      text: 'Say with retry when to come back, before the connection of the stream is closed.',
      since: '2025-11-25',
      verifiedBy: [
        sessions(
          'the GET stream of a session ends with its session, and tells a client to come back when the server closes down',
        ),
      ],
    },
    {
      id: 'http-one-stream',
      at: 'multiple-connections',
      level: 'MUST',
      text: 'Send each message on one stream only.',
      verifiedBy: [
        sessions(
          'the GET stream of a session with two GET streams open in one session a list_changed comes on the newest of them only, and the other ends',
        ),
        sessions('the GET stream of a session of many opened at once leaves exactly one'),
      ],
    },
    {
      id: 'http-no-broadcast',
      at: 'multiple-connections',
      level: 'MUST NOT',
      text: 'Send the same message on several streams.',
      verifiedBy: [
        sessions(
          'the GET stream of a session with two GET streams open in one session a list_changed comes on the newest of them only, and the other ends',
        ),
        sessions('the GET stream of a session of many opened at once leaves exactly one'),
      ],
    },
    {
      id: 'http-event-ids',
      at: 'resumability-and-redelivery',
      level: 'MUST',
      text: 'Use ids of events that are unique across all streams of a session.',
      verifiedBy: [resumability('resumability no two events of the streams of one session have the same id')],
    },
    {
      id: 'http-event-ids-stream',
      at: 'resumability-and-redelivery',
      level: 'SHOULD',
      text: 'Let the id of an event say which stream it is of.',
      since: '2025-11-25',
      verifiedBy: [
        resumability(
          'resumability Last-Event-ID alone resumes the right one of two streams, and what is replayed is of that stream only',
        ),
      ],
    },
    {
      id: 'http-replay',
      at: 'resumability-and-redelivery',
      level: 'MUST NOT',
      text: 'Replay messages of another stream.',
      verifiedBy: [
        resumability(
          'resumability Last-Event-ID alone resumes the right one of two streams, and what is replayed is of that stream only',
        ),
      ],
    },
    {
      id: 'http-session-id-secure',
      at: 'session-management',
      level: 'SHOULD',
      text: 'Use ids of sessions that are unique and cannot be guessed.',
      verifiedBy: [
        sessions(
          'sessions ids of sessions have 122 random bits, are of characters from 0x21 to 0x7E, and no two are the same',
        ),
      ],
    },
    {
      id: 'http-session-id-ascii',
      at: 'session-management',
      level: 'MUST',
      text: 'Write them in visible ASCII characters.',
      verifiedBy: [
        sessions(
          'sessions ids of sessions have 122 random bits, are of characters from 0x21 to 0x7E, and no two are the same',
        ),
      ],
    },
    {
      id: 'http-session-missing',
      at: 'session-management',
      level: 'SHOULD',
      text: 'Answer requests without the session id that they need with 400.',
      verifiedBy: [
        sessions('sessions with sessions on, a request without Mcp-Session-Id that is no initialize gets 400'),
      ],
    },
    {
      id: 'http-session-ended',
      at: 'session-management',
      level: 'MUST',
      text: 'Answer requests of a session that ended with 404.',
      verifiedBy: [
        sessions('sessions of 2025-11-25 begin with initialize, remember the client, and end with DELETE'),
        sessions('sessions get 404 after their idle time'),
      ],
    },
    {
      id: 'http-version-missing',
      at: 'protocol-version-header',
      level: 'SHOULD',
      text: 'Assume 2025-03-26 for a request that does not say its version.',
      since: '2025-06-18',
      verifiedBy: [traffic('a legacy request without MCP-Protocol-Version is one of 2025-03-26, which has no titles')],
    },
    {
      id: 'http-version-wrong',
      at: 'protocol-version-header',
      level: 'MUST',
      text: 'Answer a version that is wrong or not spoken with 400.',
      since: '2025-06-18',
      verifiedBy: [
        traffic('a legacy request with MCP-Protocol-Version nonsense gets 400'),
        traffic('a legacy request with MCP-Protocol-Version 2024-10-07 gets 400'),
      ],
    },
    {
      id: 'transport-custom',
      at: 'custom-transports',
      level: 'MUST',
      text: 'Keep the format of messages and the lifecycle in transports of one’s own.',
      notApplicable: 'There are none.',
    },
    {
      id: 'transport-custom-document',
      at: 'custom-transports',
      level: 'SHOULD',
      text: 'Document such transports.',
      notApplicable: 'There are none.',
    },
  ],
};

export const modernTransports: Page = {
  page: 'basic/transports',
  since: '2026-07-28',
  requirements: [
    { id: 'transport-utf8', at: 'messages', level: 'MUST', text: 'Use UTF-8.', verifiedBy: utf8 },
    {
      id: 'transport-directions',
      at: 'messages',
      level: 'MUST',
      text: 'Deliver requests and notifications to the server, responses and notifications to the client.',
      verifiedBy: [
        streams(
          'streaming the stream of a call stays open until the answer is written, and ends right after the answer',
        ),
        stdioChanges('sends the progress of a call and then its answer'),
      ],
    },
    {
      id: 'transport-custom',
      at: 'custom-transports',
      level: 'MUST',
      text: 'Keep messages, patterns and metadata in transports of one’s own.',
      notApplicable: 'There are none, except stdio over streams of the app’s choice, which changes nothing of them.',
    },
    {
      id: 'transport-custom-document',
      at: 'custom-transports',
      level: 'SHOULD',
      text: 'Document such transports.',
      notApplicable: 'There are none.',
    },
    {
      id: 'transport-custom-framing',
      at: 'custom-transports',
      level: 'SHOULD',
      text: 'Frame messages over any stream of bytes as stdio does.',
      verifiedBy: [stdio('reads messages however they are cut, and a last line without newline')],
    },
  ],
};

export const modernStdio: Page = {
  page: 'basic/transports/stdio',
  since: '2026-07-28',
  requirements: [
    ...stdioRules('stdio'),
    {
      id: 'stdio-framing',
      at: 'stdio',
      level: 'SHOULD',
      text: 'Frame messages over other streams in the same way.',
      verifiedBy: [stdio('reads messages however they are cut, and a last line without newline')],
    },
    {
      id: 'stdio-no-requests',
      at: 'receiving-messages',
      level: 'MUST NOT',
      text: 'Write requests to stdout.',
      verifiedBy: [
        inputOverStdio(
          'gives a modern client an input_required result, and sends it no request, also after a handshake',
        ),
      ],
    },
    {
      id: 'stdio-cancelled-stop',
      at: 'cancellation',
      level: 'SHOULD',
      text: 'Stop work on a request that was cancelled.',
      verifiedBy: [stdio('sends nothing for a request that was cancelled')],
    },
    {
      id: 'stdio-cancelled-silent',
      at: 'cancellation',
      level: 'MUST NOT',
      text: 'Send anything more for it.',
      verifiedBy: [stdio('sends nothing for a request that was cancelled')],
    },
    {
      id: 'stdio-exit',
      at: 'shutdown',
      level: 'SHOULD',
      text: 'Exit soon after stdin ended.',
      verifiedBy: [process],
    },
  ],
};

const parameterHeader = (name: string): TestReference => ['registry/header-annotations', `x-mcp-header ${name}`];
const outOfReach = ['items', 'anyOf', 'if', 'a $ref to $defs'].map(
  (way) => `is refused where one gets to it through ${way}`,
);

/** The form of annotations of parameters, repeated on the page about tools. */
export const headerAnnotations = (at: string): readonly PageRequirement[] => {
  const rules = [
    ['empty', 'MUST NOT', 'Let x-mcp-header be empty.', ['is refused when its name is empty']],
    [
      'token',
      'MUST',
      'Write x-mcp-header as a token of HTTP.',
      [
        'is refused when its name has a space',
        'is refused when its name has a colon',
        'is refused when its name is beyond ASCII',
      ],
    ],
    [
      'control',
      'MUST NOT',
      'Have control characters in it.',
      [
        'is refused when its name has a line feed',
        'is refused when its name has a carriage return',
        'is refused when its name has another control character',
      ],
    ],
    [
      'unique',
      'MUST',
      'Use each name once in a schema, in any case.',
      ['is refused when two names differ in case only, also when one is nested'],
    ],
    [
      'primitive',
      'MUST',
      'Put it on integers, strings and booleans only.',
      [...['number', 'object', 'array'].map((type) => `is refused on a property of type ${type}`)],
    ],
    ['integers', 'MUST', 'Keep integers with it in the safe range.', []],
    [
      'reachable',
      'MUST',
      'Put it on properties that properties alone lead to.',
      ['names a header field for each argument that has it, however deep properties lead', ...outOfReach],
    ],
    ['chain', 'MUST NOT', 'Lead to it through arrays, compositions, conditions or $ref.', outOfReach],
  ] as const;
  return rules.map(([id, level, text, names]) => ({
    id: `header-annotation-${id}${at.startsWith('x-') ? '-tools' : ''}`,
    at,
    level,
    text,
    verifiedBy:
      id === 'integers'
        ? [
            mirroredArguments('is refused when it is an integer beyond the safe range: 1e300'),
            mirroredArguments('is served at the ends of the safe range'),
          ]
        : names.map(parameterHeader),
  }));
};

export const streamableHttp: Page = {
  page: 'basic/transports/streamable-http',
  since: '2026-07-28',
  requirements: [
    {
      id: 'http-endpoint',
      at: 'streamable-http',
      level: 'MUST',
      text: 'Have one path that takes POST.',
      verifiedBy: [['express/mounting', 'without mcpAuth the router answers at /mcp, or where it is told']],
    },
    ...security('security--endpoint'),
    {
      id: 'http-202',
      at: 'sending-messages',
      level: 'MUST',
      text: 'Answer a notification that is accepted with 202 and no body.',
      verifiedBy: [traffic('a notification of 2026-07-28 gets 202 without a body')],
    },
    {
      id: 'http-not-accepted',
      at: 'sending-messages',
      level: 'MUST',
      text: 'Answer one that is not accepted with an error of HTTP.',
      verifiedBy: [traffic('a notification that cannot be accepted gets 400')],
    },
    {
      id: 'http-json-or-stream',
      at: 'sending-messages',
      level: 'MUST',
      text: 'Answer a request with one JSON object or with an SSE stream.',
      verifiedBy: [
        traffic('a modern request gets one JSON object, when there is nothing to say before'),
        streams('streaming answers with text/event-stream, X-Accel-Buffering: no, Cache-Control: no-store and nosniff'),
        streams(
          'streaming answers with JSON whoever does not accept text/event-stream, and drops what would come before',
        ),
      ],
    },
    {
      id: 'http-stream-related',
      at: 'receiving-messages',
      level: 'MUST',
      text: 'Send on the stream of a request only notifications about it.',
      verifiedBy: [
        progressOverHttp('progress: ctx.progress of two calls at once gives each its own, and none of the other'),
        progress('sends the token of its own request, also when two run at once'),
        logMessages('are on the stream of their own request, and not on one that listens'),
      ],
    },
    {
      id: 'http-no-requests',
      at: 'receiving-messages',
      level: 'MUST NOT',
      text: 'Send requests on it.',
      verifiedBy: [
        inputOverHttp(
          'input over HTTP is asked of a modern client by the result, on a stream as well, and never by a request',
        ),
      ],
    },
    {
      id: 'http-stream-end',
      at: 'receiving-messages',
      level: 'SHOULD',
      text: 'End the stream with the answer.',
      verifiedBy: [
        streams(
          'streaming the stream of a call stays open until the answer is written, and ends right after the answer',
        ),
        progressOverHttp('progress: ctx.progress of two calls at once gives each its own, and none of the other'),
      ],
    },
    {
      id: 'http-buffering',
      at: 'receiving-messages',
      level: 'SHOULD',
      text: 'Send X-Accel-Buffering: no with streams.',
      verifiedBy: [
        streams('streaming answers with text/event-stream, X-Accel-Buffering: no, Cache-Control: no-store and nosniff'),
      ],
    },
    {
      id: 'http-disconnect',
      at: 'cancellation',
      level: 'MUST',
      text: 'Take a closed stream for a cancelled request.',
      verifiedBy: clientGone,
    },
    {
      id: 'http-cancelled-stop',
      at: 'cancellation',
      level: 'SHOULD',
      text: 'Stop work on it.',
      verifiedBy: clientGone,
    },
    {
      id: 'http-cancelled-silent',
      at: 'cancellation',
      level: 'MUST NOT',
      text: 'Send anything more for it.',
      verifiedBy: [
        streams(
          'a client that goes away aborts ctx.signal of a modern call; its progress goes nowhere, and nothing fails',
        ),
      ],
    },
    {
      id: 'http-version-mismatch',
      at: 'protocol-version-header',
      level: 'MUST',
      text: 'Refuse MCP-Protocol-Version that does not match the body with 400 and -32020.',
      verifiedBy: [mirrors('with another MCP-Protocol-Version is refused')],
    },
    {
      id: 'http-version-unsupported',
      at: 'protocol-version-header',
      level: 'MUST',
      text: 'Answer a version that is not spoken with 400, and list those that are.',
      verifiedBy: [traffic('a modern request of a version that is not spoken gets 400 with those that are')],
    },
    {
      id: 'http-unknown-method',
      at: 'protocol-version-header',
      level: 'MUST',
      text: 'Answer an unknown method with 404 and -32601.',
      verifiedBy: [
        traffic(
          'a modern request of an unknown method gets 404 with a JSON-RPC error, unlike an endpoint that does not exist',
        ),
        dispatcher('looking up the method answers 404 and -32601 to initialize in the modern era'),
      ],
    },
    {
      id: 'http-version-missing',
      at: 'protocol-version-header',
      level: 'MUST',
      text: 'Refuse a request without the header, where clients before 2025-06-18 are not served.',
      verifiedBy: [
        mirrors('without MCP-Protocol-Version is refused'),
        dispatcher('negotiating the revision speaks only the revisions that it is told to'),
      ],
    },
    ...headerAnnotations('schema-extension'),
    {
      id: 'http-decode',
      at: 'value-encoding',
      level: 'MUST',
      text: 'Decode Mcp-Name that is written in Base64.',
      verifiedBy: [mirrors('may have its name in Base64, as names beyond ASCII must be')],
    },
    {
      id: 'http-decode-before',
      at: 'value-encoding',
      level: 'MUST',
      text: 'Decode Mcp-Name and Mcp-Param fields before they are compared with the body.',
      verifiedBy: [
        mirroredArguments('may come in Base64, as it must beyond ASCII'),
        mirrors('may have its name in Base64, as names beyond ASCII must be'),
      ],
    },
    {
      id: 'http-param-forward',
      at: 'server-behavior-for-custom-headers',
      level: 'MUST',
      text: 'Forward Mcp-Param fields that are not known.',
      notApplicable: 'Meant for servers in between; this one is the last.',
    },
    {
      id: 'http-param-characters',
      at: 'server-behavior-for-custom-headers',
      level: 'MUST',
      text: 'Refuse Mcp-Param fields with characters that may not be there.',
      verifiedBy: [
        mirroredArguments('is refused when the field has characters that may not be there, even if they are the same'),
        mirroredArguments('is refused in broken Base64: =?base64?Um9tZQ?='),
      ],
    },
    {
      id: 'http-param-match',
      at: 'server-behavior-for-custom-headers',
      level: 'MUST',
      text: 'Check that Mcp-Param fields say the same as the body.',
      verifiedBy: [
        mirroredArguments('is refused when the field says something else: a text'),
        mirroredArguments('is refused when the field says something else: an integer'),
        mirroredArguments('is refused when the field says something else: a boolean'),
        mirroredArguments('is refused when there is a field and no argument'),
      ],
    },
    {
      id: 'http-param-reject',
      at: 'server-behavior-for-custom-headers',
      level: 'MUST',
      text: 'Refuse the request with 400 and -32020 otherwise.',
      verifiedBy: [
        mirroredArguments('is refused without its field'),
        mirroredArguments('is refused when the field says something else: a text'),
      ],
    },
    {
      id: 'http-param-absent',
      at: 'server-behavior-for-custom-headers',
      level: 'MUST NOT',
      text: 'Expect the field of an argument that is null or not there.',
      verifiedBy: [mirroredArguments('needs no field when it is null or not there')],
    },
    {
      id: 'http-field-names',
      at: 'case-sensitivity',
      level: 'MUST',
      text: 'Compare names of header fields in any case.',
      verifiedBy: [
        traffic('a modern request may have its header fields in any case, and their values in their own only'),
      ],
    },
    {
      id: 'http-mirrors',
      at: 'server-validation',
      level: 'MUST',
      text: 'Refuse requests whose header fields do not match the body.',
      verifiedBy: [
        mirrors('with another Mcp-Method is refused'),
        mirrors('of tools/call with another Mcp-Name is refused, so that a proxy cannot be fooled'),
        mirrors('of resources/read with another Mcp-Name is refused, so that a proxy cannot be fooled'),
      ],
    },
    {
      id: 'http-param-numeric',
      at: 'server-validation',
      level: 'SHOULD',
      text: 'Compare integers as numbers.',
      verifiedBy: [
        mirroredArguments('may be an integer that is written as 42.0'),
        mirroredArguments('is refused when the field says something else: an integer'),
      ],
    },
    {
      id: 'http-mismatch-400',
      at: 'server-validation',
      level: 'MUST',
      text: 'Answer such a request with 400.',
      verifiedBy: [mirrors('without Mcp-Method is refused'), mirrors('without Mcp-Name is refused')],
    },
    {
      id: 'http-mismatch-code',
      at: 'server-validation',
      level: 'MUST',
      text: 'Answer it with a JSON-RPC error of code -32020.',
      verifiedBy: [mirrors('without Mcp-Method is refused'), mirrors('without Mcp-Name is refused')],
    },
    {
      id: 'http-mismatch-decode',
      at: 'server-validation',
      level: 'MUST',
      text: 'Compare what was decoded.',
      verifiedBy: [
        mirrors('may have its name in Base64, as names beyond ASCII must be'),
        mirrors('with a name in broken Base64 is refused: =?base64?cmVhZA?='),
      ],
    },
    {
      id: 'http-older-traffic',
      at: 'earlier-streamable-http-revisions',
      level: 'SHOULD',
      text: 'Answer GET and DELETE with 405, and ignore Mcp-Session-Id and Last-Event-ID, where only this revision is spoken.',
      verifiedBy: [
        body('methods get gets 405 with Allow'),
        body('methods delete gets 405 with Allow'),
        traffic('a modern request with what belongs to sessions of older revisions is served as if it were not there'),
      ],
    },
    {
      id: 'http-sse-adopt',
      at: 'httpsse-transport-2024-11-05',
      level: 'SHOULD NOT',
      text: 'Begin to use the transport of 2024-11-05.',
      verifiedBy: [body('methods get gets 405 with Allow')],
    },
    {
      id: 'http-sse-migrate',
      at: 'httpsse-transport-2024-11-05',
      level: 'SHOULD',
      text: 'Leave it for this one.',
      notApplicable: 'It was never there.',
    },
  ],
};
