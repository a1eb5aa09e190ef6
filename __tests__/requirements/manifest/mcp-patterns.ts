import type { Page, PageRequirement } from './mcp-pages.js';
import { dispatcher, ofTheApp, shape, stdio, tools, noLegacyTasks } from './mcp-tests.js';

const cancellationRules = (at: string): readonly PageRequirement[] => [
  {
    id: 'cancellation-stop',
    at,
    level: 'SHOULD',
    text: 'Stop work on a request that was cancelled.',
    verifiedBy: [stdio('sends nothing for a request that was cancelled')],
  },
  {
    id: 'cancellation-free',
    at,
    level: 'SHOULD',
    text: 'Free what it held.',
    verifiedBy: [['adversarial/attacks', 'a process does not keep what listens to the signal of a call that is over']],
  },
  {
    id: 'cancellation-silent',
    at,
    level: 'SHOULD NOT',
    text: 'Answer it.',
    verifiedBy: [stdio('sends nothing for a request that was cancelled')],
  },
];

const cancellationRest: readonly PageRequirement[] = [
  {
    id: 'cancellation-races',
    at: 'timing-considerations',
    level: 'MUST',
    text: 'Cope with cancellations that come too late.',
    verifiedBy: [
      stdio('does not mind a cancellation of what is not running, or answers to questions that nobody asked'),
    ],
  },
  {
    id: 'cancellation-reason',
    at: 'implementation-notes',
    level: 'SHOULD',
    text: 'Log the reasons of cancellations.',
    open: 'cancellation: ctx.signal.reason has the text that the client gave, so that the app can log it.',
  },
  {
    id: 'cancellation-invalid',
    at: 'error-handling',
    level: 'SHOULD',
    text: 'Ignore cancellations of unknown or finished requests, and malformed ones.',
    verifiedBy: [
      stdio('does not mind a cancellation of what is not running, or answers to questions that nobody asked'),
    ],
  },
];

export const legacyCancellation: Page = {
  page: 'basic/utilities/cancellation',
  until: '2025-11-25',
  requirements: [
    {
      id: 'cancellation-own',
      at: 'behavior-requirements',
      level: 'MUST',
      text: 'Cancel only requests of one’s own that are believed to run.',
      open: 'requests to the client: the server cancels a request to the client at most once, and only while it waits for the answer.',
    },
    {
      id: 'cancellation-tasks',
      at: 'behavior-requirements',
      level: 'MUST',
      text: 'Cancel tasks with tasks/cancel.',
      since: '2025-11-25',
      notApplicable: 'The server starts no tasks at the client that it could cancel.',
    },
    ...cancellationRules('behavior-requirements').map(({ verifiedBy: _overStdioOnly, ...requirement }) => ({
      ...requirement,
      open: 'cancellation: in a session over HTTP notifications/cancelled aborts the call, whose POST ends without an answer. (Over stdio it does, outside of batches.)',
    })),
    {
      id: 'cancellation-late-answer',
      at: 'behavior-requirements',
      level: 'SHOULD',
      text: 'Ignore the answer to a request that was cancelled.',
      open: 'requests to the client: an answer that comes after its time limit gets 202 and changes nothing.',
    },
    ...cancellationRest,
  ],
};

export const modernCancellation: Page = {
  page: 'basic/patterns/cancellation',
  since: '2026-07-28',
  requirements: [
    {
      id: 'cancellation-subscription',
      at: 'cancellation',
      level: 'MUST',
      text: 'Send notifications/cancelled when a subscription is ended by the server.',
      open: 'subscriptions: closing a server over stdio sends notifications/cancelled with the id of each subscriptions/listen.',
    },
    {
      id: 'cancellation-nothing-else',
      at: 'cancellation',
      level: 'MUST NOT',
      text: 'Send it for anything else.',
      open: 'subscriptions: a call that takes too long ends without notifications/cancelled.',
    },
    {
      id: 'cancellation-disconnect',
      at: 'transport-specific-cancellation',
      level: 'MUST',
      text: 'Take a client that goes away from HTTP for one that cancels.',
      verifiedBy: [
        ['express/request-context', 'a handler hears when a modern client goes away'],
        tools('aborts the signal of a modern call when the client goes away, and not of a legacy one'),
      ],
    },
    {
      id: 'cancellation-timeouts',
      at: 'timeouts',
      level: 'SHOULD',
      text: 'Give every request that is sent a time limit, and cancel it afterwards.',
      notApplicable: 'A server of this revision sends no requests; what a handler may take is limited all the same.',
    },
    {
      id: 'cancellation-timeout-option',
      at: 'timeouts',
      level: 'SHOULD',
      text: 'Let time limits be set request by request.',
      verifiedBy: [tools("lets a tool's own time limit count")],
    },
    {
      id: 'cancellation-timeout-maximum',
      at: 'timeouts',
      level: 'SHOULD',
      text: 'Have a time limit that progress does not extend.',
      open: 'progress: a tool that reports progress is given up after its time limit all the same.',
    },
    {
      id: 'cancellation-reference',
      at: 'behavior-requirements',
      level: 'MUST',
      text: 'Refer to a subscriptions/listen request in it.',
      open: 'subscriptions: closing a server over stdio sends notifications/cancelled with the id of each subscriptions/listen.',
    },
    ...cancellationRules('behavior-requirements'),
    ...cancellationRest,
  ],
};

export const ping: Page = {
  page: 'basic/utilities/ping',
  until: '2025-11-25',
  requirements: [
    {
      id: 'ping-answer',
      at: 'behavior-requirements',
      level: 'MUST',
      text: 'Answer pings at once with nothing.',
      verifiedBy: [shape('ping', '2025-11-25')],
    },
    {
      id: 'ping-periodic',
      at: 'implementation-considerations',
      level: 'SHOULD',
      text: 'Ping from time to time.',
      notApplicable:
        'Comments keep streams alive, as far as there are any, and stdio ends with its pipe; a ping would tell nothing more.',
    },
    {
      id: 'ping-frequency',
      at: 'implementation-considerations',
      level: 'SHOULD',
      text: 'Let it be set how often.',
      notApplicable: 'The server does not ping.',
    },
    {
      id: 'ping-timeouts',
      at: 'implementation-considerations',
      level: 'SHOULD',
      text: 'Choose time limits of pings that suit the network.',
      notApplicable: 'The server does not ping.',
    },
    {
      id: 'ping-excessive',
      at: 'implementation-considerations',
      level: 'SHOULD',
      text: 'Not ping too often.',
      notApplicable: 'The server does not ping.',
    },
    {
      id: 'ping-failures',
      at: 'error-handling',
      level: 'SHOULD',
      text: 'Take unanswered pings for a failed connection, and log them.',
      notApplicable: 'The server does not ping.',
    },
  ],
};

const progressRules: readonly PageRequirement[] = [
  {
    id: 'progress-increases',
    at: 'progress-flow',
    level: 'MUST',
    text: 'Let progress increase with every notification.',
    open: 'progress: a second ctx.progress with the same or a smaller value is not sent.',
  },
  {
    id: 'progress-message',
    at: 'progress-flow',
    level: 'SHOULD',
    text: 'Let the message of progress be for people.',
    since: '2025-03-26',
    notApplicable: ofTheApp.content,
  },
  {
    id: 'progress-tokens',
    at: 'behavior-requirements',
    level: 'MUST',
    text: 'Report progress only under tokens of requests that run.',
    open: 'progress: ctx.progress sends the token of its own request, and nothing for a request without one.',
  },
  {
    id: 'progress-tracking',
    at: 'implementation-notes',
    level: 'SHOULD',
    text: 'Know which tokens are in use.',
    open: 'progress: ctx.progress sends the token of its own request, and nothing for a request without one.',
  },
  {
    id: 'progress-rate',
    at: 'implementation-notes',
    level: 'SHOULD',
    text: 'Limit how much is sent.',
    open: 'progress: ctx.progress resolves only when a slow client has taken what was sent before.',
  },
  {
    id: 'progress-stops',
    at: 'implementation-notes',
    level: 'MUST',
    text: 'Send none after the answer.',
    open: 'progress: ctx.progress after the answer sends nothing.',
  },
];

export const legacyProgress: Page = {
  page: 'basic/utilities/progress',
  until: '2025-11-25',
  requirements: [
    ...progressRules,
    ...(
      [
        ['progress-task-lifetime', 'Report the progress of a task under the token of its request until it ends.'],
        ['progress-task-token', 'Use the same token throughout.'],
        ['progress-task-stops', 'Send none after the task ended.'],
      ] as const
    ).map(([id, text]) => ({
      id,
      at: 'behavior-requirements',
      level: 'MUST' as const,
      text,
      since: '2025-11-25' as const,
      notApplicable: noLegacyTasks,
    })),
  ],
};

export const modernProgress: Page = {
  page: 'basic/patterns/progress',
  since: '2026-07-28',
  requirements: progressRules,
};

export const patterns: Page = {
  page: 'basic/patterns',
  since: '2026-07-28',
  requirements: [
    {
      id: 'patterns-no-requests',
      at: 'overview',
      level: 'MUST NOT',
      text: 'Send requests to the client.',
      open: 'multi-round input: a modern client gets an input_required result, and no request.',
    },
  ],
};

const input = (test: string): string => `multi-round input: ${test}`;

export const multiRound: Page = {
  page: 'basic/patterns/mrtr',
  since: '2026-07-28',
  requirements: [
    {
      id: 'mrtr-pattern',
      at: 'multi-round-trip-requests',
      level: 'MUST',
      text: 'Ask for input with input_required results only.',
      open: input('a handler that asks for input gives an input_required result with the requests.'),
    },
    {
      id: 'mrtr-methods',
      at: 'supported-requests',
      level: 'MUST NOT',
      text: 'Ask for input in answer to anything but prompts/get, resources/read and tools/call.',
      open: input('a completion and a list of a template that return ctx.inputRequired are errors inside.'),
    },
    {
      id: 'mrtr-keys',
      at: 'server-requirements-basic-workflow',
      level: 'MUST',
      text: 'Use each key once among the requests for input.',
      open: input('the keys of requests are those of the handler, each once.'),
    },
    {
      id: 'mrtr-requests',
      at: 'server-requirements-basic-workflow',
      level: 'MUST',
      text: 'Ask for elicitation, sampling or roots only.',
      open: input('ctx.inputRequired refuses a request of another method.'),
    },
    {
      id: 'mrtr-state-untrusted',
      at: 'server-requirements-basic-workflow',
      level: 'MUST',
      text: 'Take requestState for something that an attacker wrote.',
      open: input('a requestState that was not sealed here, or is no text, gets -32602 and reaches no handler.'),
    },
    {
      id: 'mrtr-state-integrity',
      at: 'server-requirements-basic-workflow',
      level: 'MUST',
      text: 'Protect its integrity.',
      open: input('a requestState with one bit changed gets -32602.'),
    },
    {
      id: 'mrtr-state-reject',
      at: 'server-requirements-basic-workflow',
      level: 'MUST',
      text: 'Refuse state that fails the check.',
      open: input('a requestState that was sealed with another key gets -32602.'),
    },
    {
      id: 'mrtr-state-principal',
      at: 'server-requirements-basic-workflow',
      level: 'SHOULD',
      text: 'Bind it to who signed in.',
      open: input('a requestState that somebody else presents gets -32602.'),
    },
    {
      id: 'mrtr-state-expiry',
      at: 'server-requirements-basic-workflow',
      level: 'SHOULD',
      text: 'Let it end soon.',
      open: input('a requestState that is too old gets -32602.'),
    },
    {
      id: 'mrtr-state-request',
      at: 'server-requirements-basic-workflow',
      level: 'SHOULD',
      text: 'Bind it to the request that it came with.',
      open: input('a requestState that comes with another tool or other arguments gets -32602.'),
    },
    {
      id: 'mrtr-state-once',
      at: 'server-requirements-basic-workflow',
      level: 'MUST',
      text: 'Keep count where a state may be used only once.',
      notApplicable: 'Which state that is, and what happened because of it, the app knows and has to keep.',
    },
    {
      id: 'mrtr-something',
      at: 'server-requirements-basic-workflow',
      level: 'MUST',
      text: 'Send requests for input, state, or both.',
      open: input('ctx.inputRequired with neither requests nor state is an error inside.'),
    },
    {
      id: 'mrtr-undeclared',
      at: 'server-requirements-basic-workflow',
      level: 'MUST NOT',
      text: 'Ask for what the client did not declare.',
      open: input('a request for input of a kind that the client did not declare gets -32021.'),
    },
    {
      id: 'mrtr-no-elicitation',
      at: 'server-requirements-basic-workflow',
      level: 'MUST NOT',
      text: 'Send elicitation/create to a client without elicitation.',
      open: input('elicitation/create for a client without elicitation gets -32021 with data.requiredCapabilities.'),
    },
    {
      id: 'mrtr-no-retry',
      at: 'server-requirements-basic-workflow',
      level: 'MUST NOT',
      text: 'Count on the client to come back.',
      open: input('a request for input that nobody comes back to leaves nothing behind in the process.'),
    },
    {
      id: 'mrtr-validate',
      at: 'error-handling',
      level: 'SHOULD',
      text: 'Check that inputResponses are what they have to be.',
      open: input('inputResponses that are no object of results get -32602.'),
    },
    {
      id: 'mrtr-protocol-errors',
      at: 'error-handling',
      level: 'SHOULD',
      text: 'Answer errors of the protocol with JSON-RPC errors.',
      verifiedBy: [dispatcher('classifying answers 400 and -32600 to params that are an array')],
    },
    {
      id: 'mrtr-unexpected',
      at: 'error-handling',
      level: 'SHOULD',
      text: 'Ignore answers that nobody asked for.',
      open: input('inputResponses with a key that was not asked for are served as if it were not there.'),
    },
    {
      id: 'mrtr-missing',
      at: 'error-handling',
      level: 'SHOULD',
      text: 'Ask again for what is missing.',
      open: input('a retry that leaves out one of two answers is asked for that one again.'),
    },
    {
      id: 'mrtr-security',
      at: 'security-considerations',
      level: 'MUST',
      text: 'Validate the state that comes back.',
      open: input('a requestState with one bit changed gets -32602.'),
    },
  ],
};

const listening = (test: string): string => `subscriptions: ${test}`;

export const subscriptions: Page = {
  page: 'basic/patterns/subscriptions',
  since: '2026-07-28',
  requirements: [
    {
      id: 'subscriptions-opt-in',
      at: 'opening-a-stream',
      level: 'MUST NOT',
      text: 'Send kinds of notifications that were not asked for.',
      open: listening('a stream that asked for toolsListChanged hears nothing of prompts and resources.'),
    },
    {
      id: 'subscriptions-acknowledge',
      at: 'acknowledgment',
      level: 'MUST',
      text: 'Send notifications/subscriptions/acknowledged with the id of the subscription first.',
      open: listening('the first message is the acknowledgement, with the part of the filter that is honoured.'),
    },
    {
      id: 'subscriptions-nothing-before',
      at: 'acknowledgment',
      level: 'MUST NOT',
      text: 'Send anything before it.',
      open: listening('a change between the request and the acknowledgement comes after it.'),
    },
    {
      id: 'subscriptions-teardown',
      at: 'cancellation',
      level: 'SHOULD',
      text: 'Answer the request when the server ends the subscription.',
      open: listening(
        'close() answers every subscriptions/listen with an empty result that names it, and ends the stream.',
      ),
    },
    {
      id: 'subscriptions-graceful',
      at: 'graceful-closure',
      level: 'SHOULD',
      text: 'Send that answer before the stream is closed.',
      open: listening(
        'close() answers every subscriptions/listen with an empty result that names it, and ends the stream.',
      ),
    },
  ],
};
