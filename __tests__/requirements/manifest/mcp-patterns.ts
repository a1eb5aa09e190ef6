import type { Page, PageRequirement } from './mcp-pages.js';
import {
  askingForInput,
  cancelling,
  dispatcher,
  inputOverHttp,
  inputOverStdio,
  listening,
  multiRoundTest,
  noLegacyTasks,
  ofTheApp,
  progress,
  progressOverHttp,
  questions,
  sessions,
  shape,
  stdio,
  stdioChanges,
  streams,
  subscribing,
  tools,
} from './mcp-tests.js';

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
    verifiedBy: [
      stdioChanges('tells a handler the reason that a client gave for calling its request off'),
      sessions(
        'cancellation in a session aborts ctx.signal with the text that the client gave as the reason, and ends the stream without an answer',
      ),
    ],
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
      verifiedBy: [
        questions(
          'a question that is never answered ends with the time limit of the call, is cancelled once, and waited for no longer',
        ),
        questions('a question that is answered is not cancelled, and a second answer changes nothing'),
      ],
    },
    {
      id: 'cancellation-tasks',
      at: 'behavior-requirements',
      level: 'MUST',
      text: 'Cancel tasks with tasks/cancel.',
      since: '2025-11-25',
      notApplicable: 'The server starts no tasks at the client that it could cancel.',
    },
    ...cancellationRules('behavior-requirements').map((requirement) => ({
      ...requirement,
      verifiedBy: [
        cancelling(
          'aborts ctx.signal with the text that the client gave as the reason, and ends the stream without an answer',
        ),
        ...(requirement.verifiedBy ?? []),
      ],
    })),
    {
      id: 'cancellation-late-answer',
      at: 'behavior-requirements',
      level: 'SHOULD',
      text: 'Ignore the answer to a request that was cancelled.',
      verifiedBy: [questions('a question that is answered too late gets 202 for it, and nothing else')],
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
      verifiedBy: [
        stdioChanges(
          'ends each subscriptions/listen of a server that closes with notifications/cancelled and its answer',
        ),
      ],
    },
    {
      id: 'cancellation-nothing-else',
      at: 'cancellation',
      level: 'MUST NOT',
      text: 'Send it for anything else.',
      verifiedBy: [
        streams(
          'a time limit a tool that reports progress is given up after its time limit all the same, without notifications/cancelled',
        ),
      ],
    },
    {
      id: 'cancellation-disconnect',
      at: 'transport-specific-cancellation',
      level: 'MUST',
      text: 'Take a client that goes away from HTTP for one that cancels.',
      verifiedBy: [
        ['http/endpoint/request-context', 'a handler hears when a modern client goes away'],
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
      verifiedBy: [progress('does not extend the time limit of its call, nor is heard after it')],
    },
    {
      id: 'cancellation-reference',
      at: 'behavior-requirements',
      level: 'MUST',
      text: 'Refer to a subscriptions/listen request in it.',
      verifiedBy: [
        stdioChanges(
          'ends each subscriptions/listen of a server that closes with notifications/cancelled and its answer',
        ),
      ],
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
    verifiedBy: [
      progress('does not send the same value or a smaller one again, nor what is no number'),
      progressOverHttp(
        'progress: ctx.progress keeps increasing when a handler is called again with the answers of a legacy client',
      ),
    ],
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
    verifiedBy: [
      progress('sends the token of its own request, also when two run at once'),
      progress('sends nothing for a request with the token undefined'),
      progress('sends nothing for a request with the token 1.5'),
    ],
  },
  {
    id: 'progress-tracking',
    at: 'implementation-notes',
    level: 'SHOULD',
    text: 'Know which tokens are in use.',
    verifiedBy: [
      progress('sends the token of its own request, also when two run at once'),
      progress('sends nothing for a request with the token undefined'),
      progress('sends nothing for a request with the token 1.5'),
    ],
  },
  {
    id: 'progress-rate',
    at: 'implementation-notes',
    level: 'SHOULD',
    text: 'Limit how much is sent.',
    verifiedBy: [
      progress('resolves only when a slow client has taken what was sent before'),
      progress('drops what a handler that does not wait for a slow client sends beyond a hundred'),
      streams(
        'a client that reads slowly holds up a handler that awaits ctx.progress, and lets it go on when it reads',
      ),
    ],
  },
  {
    id: 'progress-stops',
    at: 'implementation-notes',
    level: 'MUST',
    text: 'Send none after the answer.',
    verifiedBy: [
      progress('sends nothing after the answer'),
      progress('does not extend the time limit of its call, nor is heard after it'),
    ],
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
      verifiedBy: [
        askingForInput(
          'a modern client that is asked for input by tools/call gets an input_required result with the requests, and no request',
        ),
        inputOverHttp(
          'input over HTTP is asked of a modern client by the result, on a stream as well, and never by a request',
        ),
        inputOverStdio(
          'gives a modern client an input_required result, and sends it no request, also after a handshake',
        ),
      ],
    },
  ],
};

export const multiRound: Page = {
  page: 'basic/patterns/mrtr',
  since: '2026-07-28',
  requirements: [
    {
      id: 'mrtr-pattern',
      at: 'multi-round-trip-requests',
      level: 'MUST',
      text: 'Ask for input with input_required results only.',
      verifiedBy: [
        askingForInput(
          'a modern client that is asked for input by tools/call gets an input_required result with the requests, and no request',
        ),
        askingForInput(
          'a modern client that is asked for input by prompts/get gets an input_required result with the requests, and no request',
        ),
        askingForInput(
          'a modern client that is asked for input by resources/read gets an input_required result with the requests, and no request',
        ),
      ],
    },
    {
      id: 'mrtr-methods',
      at: 'supported-requests',
      level: 'MUST NOT',
      text: 'Ask for input in answer to anything but prompts/get, resources/read and tools/call.',
      verifiedBy: [
        askingForInput('a handler of a completion or of the list of a template cannot ask, and fails inside'),
        [
          'server/methods/extension-methods',
          'an extension of the app answers with nothing of what is inside when the handler asks for input',
        ],
      ],
    },
    {
      id: 'mrtr-keys',
      at: 'server-requirements-basic-workflow',
      level: 'MUST',
      text: 'Use each key once among the requests for input.',
      verifiedBy: [
        askingForInput(
          'a modern client that is asked for input finds each request under the key that the handler gave it, once',
        ),
      ],
    },
    {
      id: 'mrtr-requests',
      at: 'server-requirements-basic-workflow',
      level: 'MUST',
      text: 'Ask for elicitation, sampling or roots only.',
      verifiedBy: [
        multiRoundTest(
          'multi-round input ctx.inputRequired refuses a request of another method, which is an error inside',
        ),
      ],
    },
    {
      id: 'mrtr-state-untrusted',
      at: 'server-requirements-basic-workflow',
      level: 'MUST',
      text: 'Take requestState for something that an attacker wrote.',
      verifiedBy: [
        multiRoundTest('multi-round input a requestState that was not sealed here gets -32602: "a.b.c.d.e"'),
        multiRoundTest('multi-round input a requestState that is no text gets -32602 and reaches no handler: 7'),
      ],
    },
    {
      id: 'mrtr-state-integrity',
      at: 'server-requirements-basic-workflow',
      level: 'MUST',
      text: 'Protect its integrity.',
      verifiedBy: [
        multiRoundTest('multi-round input a requestState with one bit changed gets -32602, whichever it is'),
      ],
    },
    {
      id: 'mrtr-state-reject',
      at: 'server-requirements-basic-workflow',
      level: 'MUST',
      text: 'Refuse state that fails the check.',
      verifiedBy: [
        multiRoundTest('multi-round input a requestState that was sealed with another key gets -32602'),
        multiRoundTest('multi-round input a requestState with one bit changed gets -32602, whichever it is'),
      ],
    },
    {
      id: 'mrtr-state-principal',
      at: 'server-requirements-basic-workflow',
      level: 'SHOULD',
      text: 'Bind it to who signed in.',
      verifiedBy: [
        askingForInput('requestState that another person presents gets -32602 and reaches no handler'),
        askingForInput(
          'requestState that the same person with another client presents gets -32602 and reaches no handler',
        ),
        askingForInput('requestState that somebody who did not sign in presents gets -32602 and reaches no handler'),
      ],
    },
    {
      id: 'mrtr-state-expiry',
      at: 'server-requirements-basic-workflow',
      level: 'SHOULD',
      text: 'Let it end soon.',
      verifiedBy: [multiRoundTest('multi-round input a requestState that is too old gets -32602')],
    },
    {
      id: 'mrtr-state-request',
      at: 'server-requirements-basic-workflow',
      level: 'SHOULD',
      text: 'Bind it to the request that it came with.',
      verifiedBy: [
        multiRoundTest(
          'multi-round input a requestState that comes with another tool gets -32602, and reaches no handler',
        ),
        multiRoundTest(
          'multi-round input a requestState that comes with other arguments gets -32602, and reaches no handler',
        ),
        multiRoundTest('multi-round input a requestState that comes with another method gets -32602'),
      ],
    },
    {
      id: 'mrtr-state-once',
      at: 'server-requirements-basic-workflow',
      level: 'MUST',
      text: 'Keep count where a state may be used only once.',
      verifiedBy: [
        [
          'adversarial/replayed-state',
          'a requestState that was brought back before gets -32602 where one does, and reaches no handler, at another process that shares the store either',
        ],
      ],
    },
    {
      id: 'mrtr-something',
      at: 'server-requirements-basic-workflow',
      level: 'MUST',
      text: 'Send requests for input, state, or both.',
      verifiedBy: [
        multiRoundTest(
          'multi-round input ctx.inputRequired refuses with neither requests nor state, which is an error inside',
        ),
      ],
    },
    {
      id: 'mrtr-undeclared',
      at: 'server-requirements-basic-workflow',
      level: 'MUST NOT',
      text: 'Ask for what the client did not declare.',
      verifiedBy: [
        askingForInput(
          'a handler that asks for a form which the client did not declare gets nothing, and the client gets 400 and -32021',
        ),
        askingForInput(
          'a handler that asks for a model which the client did not declare gets nothing, and the client gets 400 and -32021',
        ),
        askingForInput(
          'a handler that asks for roots which the client did not declare gets nothing, and the client gets 400 and -32021',
        ),
      ],
    },
    {
      id: 'mrtr-no-elicitation',
      at: 'server-requirements-basic-workflow',
      level: 'MUST NOT',
      text: 'Send elicitation/create to a client without elicitation.',
      verifiedBy: [
        askingForInput(
          'a handler that asks for a form which the client did not declare gets nothing, and the client gets 400 and -32021',
        ),
      ],
    },
    {
      id: 'mrtr-no-retry',
      at: 'server-requirements-basic-workflow',
      level: 'MUST NOT',
      text: 'Count on the client to come back.',
      verifiedBy: [
        askingForInput(
          'a modern client that is asked for input leaves nothing behind in the process when it does not come back',
        ),
      ],
    },
    {
      id: 'mrtr-validate',
      at: 'error-handling',
      level: 'SHOULD',
      text: 'Check that inputResponses are what they have to be.',
      verifiedBy: [
        multiRoundTest('multi-round input inputResponses that are no object of results get -32602: 7'),
        multiRoundTest('multi-round input inputResponses that are no object of results get -32602: "x"'),
      ],
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
      verifiedBy: [
        askingForInput('a modern client that is asked for input is served as ever when it answers what nobody asked'),
      ],
    },
    {
      id: 'mrtr-missing',
      at: 'error-handling',
      level: 'SHOULD',
      text: 'Ask again for what is missing.',
      verifiedBy: [askingForInput('a modern client that is asked for input is asked again for what it left out')],
    },
    {
      id: 'mrtr-security',
      at: 'security-considerations',
      level: 'MUST',
      text: 'Validate the state that comes back.',
      verifiedBy: [
        multiRoundTest('multi-round input a requestState with one bit changed gets -32602, whichever it is'),
      ],
    },
  ],
};

export const subscriptions: Page = {
  page: 'basic/patterns/subscriptions',
  since: '2026-07-28',
  requirements: [
    {
      id: 'subscriptions-opt-in',
      at: 'opening-a-stream',
      level: 'MUST NOT',
      text: 'Send kinds of notifications that were not asked for.',
      verifiedBy: [
        listening(
          'subscriptions/listen a stream that asked for toolsListChanged hears nothing of prompts and resources, nor of other URIs',
        ),
        stdioChanges('tells each subscription what it asked for, with its id, and no other change'),
      ],
    },
    {
      id: 'subscriptions-acknowledge',
      at: 'acknowledgment',
      level: 'MUST',
      text: 'Send notifications/subscriptions/acknowledged with the id of the subscription first.',
      verifiedBy: [
        listening(
          'subscriptions/listen the first message is the acknowledgement, with the part of the filter that is honoured',
        ),
      ],
    },
    {
      id: 'subscriptions-nothing-before',
      at: 'acknowledgment',
      level: 'MUST NOT',
      text: 'Send anything before it.',
      verifiedBy: [subscribing('subscriptions/listen tells a change that comes before the acknowledgement after it')],
    },
    {
      id: 'subscriptions-teardown',
      at: 'cancellation',
      level: 'SHOULD',
      text: 'Answer the request when the server ends the subscription.',
      verifiedBy: [
        listening('subscriptions/listen every message on its stream carries the id of the request in _meta'),
        subscribing(
          'subscriptions/listen is answered with an empty result that names it when the server closes, and hears nothing any more',
        ),
      ],
    },
    {
      id: 'subscriptions-graceful',
      at: 'graceful-closure',
      level: 'SHOULD',
      text: 'Send that answer before the stream is closed.',
      verifiedBy: [
        listening('subscriptions/listen every message on its stream carries the id of the request in _meta'),
        subscribing(
          'subscriptions/listen is answered with an empty result that names it when the server closes, and hears nothing any more',
        ),
      ],
    },
  ],
};
