import type { Page, PageRequirement } from './mcp-pages.js';
import {
  askingForInput,
  authorize,
  inputOverHttp,
  multiRoundTest,
  ofTheApp,
  questions,
  sessions,
} from './mcp-tests.js';

const checksAnswers =
  'The handler that asked checks the answer, as it checks everything that comes from outside; `InputResponses` says so. What is no object at all gets an error.';
const ofTheUrl = 'The app makes the URL and what is behind it.';
const ofTheQuestion = 'The app decides what it asks its users.';
const thirdParty = 'The app, not the package, is the client of other services.';

const sensitive = (at: string, id: string): PageRequirement => ({
  id,
  at,
  level: 'MUST NOT',
  text: 'Ask for passwords, keys or other secrets in a form.',
  notApplicable: ofTheQuestion,
});

/** Questions to the user, since 2025-06-18. */
export const elicitation: Page = {
  page: 'client/elicitation',
  since: '2025-06-18',
  requirements: [
    sensitive('user-interaction-model', 'elicitation-sensitive'),
    { ...sensitive('security-considerations', 'elicitation-form-sensitive'), until: '2025-06-18' },
    ...withUrls(),
    {
      id: 'elicitation-message',
      at: 'elicitation-requests',
      level: 'MUST',
      text: 'Send a message with every question, and the mode of those that are no forms.',
      since: '2025-11-25',
      verifiedBy: [
        multiRoundTest(
          'multi-round input ctx.inputRequired refuses elicitation/create without a message, which is an error inside',
        ),
        multiRoundTest(
          'multi-round input ctx.inputRequired refuses mode url without a message, which is an error inside',
        ),
      ],
    },
    {
      id: 'elicitation-form',
      at: 'form-mode-elicitation-requests',
      level: 'MUST',
      text: 'Send a requestedSchema with a form.',
      since: '2025-11-25',
      verifiedBy: [
        multiRoundTest(
          'multi-round input ctx.inputRequired refuses a form without requestedSchema, which is an error inside',
        ),
      ],
    },
    ...(
      [
        ['security-considerations', { until: '2025-06-18' }],
        ['form-mode-security', { since: '2025-11-25' }],
      ] as const
    ).map(([at, span]) => ({
      id: 'elicitation-validate',
      at,
      level: 'SHOULD' as const,
      text: 'Validate what the user filled in against the schema that was sent.',
      notApplicable: checksAnswers,
      ...span,
    })),
    {
      id: 'elicitation-declined',
      at: 'error-handling',
      level: 'MUST',
      text: 'Cope with users who decline or cancel, and with clients that fail.',
      since: '2026-07-28',
      verifiedBy: [
        askingForInput('a modern client that is asked for input may decline, and the handler hears so'),
        askingForInput('a modern client that is asked for input may cancel, and the handler hears so'),
        askingForInput('a modern client that is asked for input is asked again for what it left out'),
      ],
    },
    {
      id: 'elicitation-success',
      at: 'error-handling',
      level: 'SHOULD NOT',
      text: 'Take it for granted that a question is answered.',
      since: '2026-07-28',
      verifiedBy: [
        askingForInput('a modern client that is asked for input may decline, and the handler hears so'),
        askingForInput('a modern client that is asked for input may cancel, and the handler hears so'),
        askingForInput('a modern client that is asked for input is asked again for what it left out'),
      ],
    },
  ],
};

function withUrls(): readonly PageRequirement[] {
  const rows: readonly PageRequirement[] = [
    {
      id: 'elicitation-use-url',
      at: 'user-interaction-model',
      level: 'MUST',
      text: 'Use URLs for what is secret.',
      notApplicable: ofTheQuestion,
    },
    {
      id: 'elicitation-modes',
      at: 'capabilities',
      level: 'MUST NOT',
      text: 'Ask in a mode that the client does not support.',
      verifiedBy: [
        askingForInput(
          'a handler that asks for a URL, when it has forms only which the client did not declare gets nothing, and the client gets 400 and -32021',
        ),
        askingForInput(
          'a handler that asks for a form, when it has URLs only which the client did not declare gets nothing, and the client gets 400 and -32021',
        ),
        questions('what a legacy client did not declare it is not asked for: a URL, when it has forms only'),
      ],
    },
    {
      id: 'elicitation-url-members',
      at: 'url-mode-elicitation-requests',
      level: 'MUST',
      text: 'Send mode, message and url with a question by URL.',
      verifiedBy: [
        multiRoundTest(
          'multi-round input ctx.inputRequired refuses mode url without a message, which is an error inside',
        ),
        multiRoundTest('multi-round input ctx.inputRequired refuses mode url without url, which is an error inside'),
      ],
    },
    {
      id: 'elicitation-url-valid',
      at: 'url-mode-elicitation-requests',
      level: 'MUST',
      text: 'Send a valid URL.',
      verifiedBy: [
        multiRoundTest(
          'multi-round input ctx.inputRequired refuses mode url with a url that is none, which is an error inside',
        ),
      ],
    },
    {
      id: 'elicitation-complete-client',
      at: 'completion-notifications-for-url-mode-elicitation',
      level: 'MUST',
      text: 'Tell only the client that was asked that a question by URL was answered.',
      until: '2025-11-25',
      notApplicable: 'notifications/elicitation/complete is not sent.',
    },
    {
      id: 'elicitation-complete-id',
      at: 'completion-notifications-for-url-mode-elicitation',
      level: 'MUST',
      text: 'Name the question by its elicitationId then.',
      until: '2025-11-25',
      notApplicable: 'notifications/elicitation/complete is not sent.',
    },
    {
      id: 'elicitation-required-only',
      at: 'url-elicitation-required-error',
      level: 'MUST NOT',
      text: 'Answer -32042 for anything but a question by URL.',
      until: '2025-11-25',
      notApplicable: 'The server asks on the stream, and never answers -32042.',
    },
    {
      id: 'elicitation-required-list',
      at: 'url-elicitation-required-error',
      level: 'MUST',
      text: 'List the questions in that error.',
      until: '2025-11-25',
      notApplicable: 'The server asks on the stream, and never answers -32042.',
    },
    {
      id: 'elicitation-required-url',
      at: 'url-elicitation-required-error',
      level: 'MUST',
      text: 'List only questions by URL there, each with its elicitationId.',
      until: '2025-11-25',
      notApplicable: 'The server asks on the stream, and never answers -32042.',
    },
    {
      id: 'elicitation-state',
      at: 'statefulness',
      level: 'MUST',
      text: 'Bind state to the user whom it is about.',
      verifiedBy: [
        askingForInput('requestState that another person presents gets -32602 and reaches no handler'),
        askingForInput('requestState that somebody who did not sign in presents gets -32602 and reaches no handler'),
        inputOverHttp(
          'input over HTTP of a legacy client is taken in its session from who was asked, and from nobody else',
        ),
      ],
    },
    {
      id: 'elicitation-state-session',
      at: 'statefulness',
      level: 'MUST NOT',
      text: 'Bind it to a session alone.',
      until: '2025-11-25',
      verifiedBy: [
        inputOverHttp(
          'input over HTTP of a legacy client is taken in its session from who was asked, and from nobody else',
        ),
        sessions(
          'sessions are bound to who opened them: for another subject they do not exist, and neither do their streams',
        ),
      ],
    },
    {
      id: 'elicitation-state-storage',
      at: 'statefulness',
      level: 'MUST',
      text: 'Protect stored state against access.',
      notApplicable: 'What is stored about users the app stores.',
    },
    {
      id: 'elicitation-state-identity',
      at: 'statefulness',
      level: 'MUST',
      text: 'Know users by the authorization of MCP.',
      verifiedBy: [
        ['http/endpoint/request-context', 'req.auth has what the official SDK’s AuthInfo has, and who the caller is'],
      ],
    },
    {
      id: 'elicitation-own-authorization',
      at: 'url-mode-elicitation-for-oauth-flows',
      level: 'MUST NOT',
      text: 'Use questions by URL to authorize the user for this server.',
      verifiedBy: [authorize('asks a caller who did not sign in to do so, with the scopes to ask for')],
    },
    ...(
      [
        ['third-party-transit', 'MUST NOT', 'Let credentials of other services pass through the client.'],
        ['third-party-passthrough', 'MUST NOT', 'Use the credentials of the client for other services.'],
        ['third-party-direct', 'MUST', 'Let the user authorize the server with other services directly.'],
        ['third-party-transmit', 'MUST NOT', 'Send credentials that were got by URL to the client.'],
      ] as const
    ).map(([id, level, text]) => ({
      id: `elicitation-${id}`,
      at: 'url-mode-elicitation-for-oauth-flows',
      level,
      text,
      notApplicable: thirdParty,
    })),
    {
      id: 'elicitation-codes',
      at: 'error-handling',
      level: 'MUST',
      text: 'Answer what waits for a question by URL with -32042.',
      until: '2025-11-25',
      notApplicable: 'The server asks on the stream, and never answers -32042.',
    },
    {
      id: 'elicitation-bind',
      at: 'security-considerations',
      level: 'MUST',
      text: 'Bind questions to the client and the user.',
      verifiedBy: [
        askingForInput('requestState that another person presents gets -32602 and reaches no handler'),
        askingForInput(
          'requestState that the same person with another client presents gets -32602 and reaches no handler',
        ),
        inputOverHttp(
          'input over HTTP of a legacy client is taken in its session from who was asked, and from nobody else',
        ),
        questions('a question is answered by the connection that was asked, and by no other'),
      ],
    },
    ...(
      [
        ['url-personal', 'MUST NOT', 'Write what is personal or secret into the URL.'],
        ['url-authenticated', 'MUST NOT', 'Send a URL that is signed in already.'],
        ['url-in-form', 'SHOULD NOT', 'Put URLs to click on into forms.'],
        ['url-https', 'SHOULD', 'Send https: URLs, except in development.'],
      ] as const
    ).map(([id, level, text]) => ({
      id: `elicitation-${id}`,
      at: 'safe-url-handling',
      level,
      text,
      notApplicable: ofTheUrl,
    })),
    {
      id: 'elicitation-identity',
      at: 'identifying-the-user',
      level: 'MUST NOT',
      text: 'Believe the client who the user is.',
      verifiedBy: [
        ['http/endpoint/request-context', 'req.auth cannot be forged by a middleware that sets it before or after'],
      ],
    },
    {
      id: 'elicitation-practices',
      at: 'identifying-the-user',
      level: 'SHOULD',
      text: 'Follow the best practices of security instead.',
      verifiedBy: [
        ['http/endpoint/request-context', 'req.auth of requests that no mcpAuth took for its own is nobody'],
      ],
    },
    sensitive('form-mode-security', 'elicitation-form-sensitive'),
    ...(
      [
        ['phishing-verify', 'Check who opens the URL before anything is accepted there.'],
        ['phishing-same', 'Make sure that it is the user who was asked.'],
        ['phishing-resilient', 'Do so in a way that a changed URL does not get around.'],
      ] as const
    ).map(([id, text]) => ({
      id: `elicitation-${id}`,
      at: 'phishing',
      level: 'MUST' as const,
      text,
      notApplicable: ofTheUrl,
    })),
  ];
  return rows.map((row) => ({ since: '2025-11-25', ...row }));
}

const sampled = 'The app writes the messages of its sampling requests.';

/** Requests to the model of the client. */
export const sampling: Page = {
  page: 'client/sampling',
  requirements: [
    {
      id: 'sampling-deprecated',
      at: 'sampling',
      level: 'SHOULD NOT',
      text: 'Begin to use sampling.',
      since: '2026-07-28',
      notApplicable: 'Meant for apps; it is there for those that need it.',
    },
    {
      id: 'sampling-migrate',
      at: 'sampling',
      level: 'SHOULD',
      text: 'Leave it for the APIs of models.',
      since: '2026-07-28',
      notApplicable: 'Meant for apps; it is there for those that need it.',
    },
    {
      id: 'sampling-human',
      at: 'user-interaction-model',
      level: 'SHOULD',
      text: 'Keep a human in the loop who can deny sampling.',
      notApplicable: 'The client asks its user.',
    },
    {
      id: 'sampling-tools',
      at: 'tools-in-sampling',
      level: 'MUST NOT',
      text: 'Send tools to a client that does not support sampling with tools.',
      since: '2025-11-25',
      verifiedBy: [
        askingForInput(
          'a handler that asks for a model with tools, when it has none which the client did not declare gets nothing, and the client gets 400 and -32021',
        ),
        questions('what a legacy client did not declare it is not asked for: a model with tools, when it has none'),
      ],
    },
    {
      id: 'sampling-context',
      at: 'capabilities',
      level: 'SHOULD',
      text: 'Avoid includeContext beyond none.',
      since: '2025-11-25',
      notApplicable: sampled,
    },
    {
      id: 'sampling-context-undeclared',
      at: 'capabilities',
      level: 'SHOULD NOT',
      text: 'Use it for clients that do not support it.',
      since: '2025-11-25',
      notApplicable: sampled,
    },
    ...(
      [
        [
          'tool-results',
          'tool-result-messages',
          'Have nothing but results of tools in a message with results of tools.',
        ],
        [
          'tool-balance',
          'tool-use-and-result-balance',
          'Follow every use of a tool by its result, before any other message.',
        ],
      ] as const
    ).map(([id, at, text]) => ({
      id: `sampling-${id}`,
      at,
      level: 'MUST' as const,
      text,
      since: '2025-11-25' as const,
      notApplicable: sampled,
    })),
    {
      id: 'sampling-role',
      at: 'messages',
      level: 'MUST',
      text: 'Give messages a role and content.',
      since: '2026-07-28',
      notApplicable: sampled,
    },
    {
      id: 'sampling-retain',
      at: 'messages',
      level: 'SHOULD NOT',
      text: 'Keep the messages of one request for another.',
      since: '2026-07-28',
      notApplicable: 'Between requests the server keeps nothing but what the handler puts into its state.',
    },
    {
      id: 'sampling-validate',
      at: 'security-considerations',
      level: 'SHOULD',
      text: 'Validate the content of messages.',
      notApplicable: checksAnswers,
    },
    {
      id: 'sampling-sensitive',
      at: 'security-considerations',
      level: 'MUST',
      text: 'Handle sensitive data with care.',
      notApplicable: ofTheApp.content,
    },
    {
      id: 'sampling-tool-results-match',
      at: 'security-considerations',
      level: 'MUST',
      text: 'Answer each use of a tool with its result, and with nothing else in the message.',
      since: '2025-11-25',
      notApplicable: sampled,
    },
    {
      id: 'sampling-iterations',
      at: 'security-considerations',
      level: 'SHOULD',
      text: 'Limit how often tools are used in turn.',
      since: '2025-11-25',
      until: '2025-11-25',
      verifiedBy: [questions('a question is asked twenty times at most in answer to one request')],
    },
    {
      id: 'sampling-iterations',
      at: 'security-considerations',
      level: 'SHOULD',
      text: 'Limit how often tools are used in turn.',
      since: '2026-07-28',
      notApplicable: 'Each round is a request of its own, and the handler decides whether it asks again.',
    },
  ],
};

const ofTheRoots = 'What is done with roots the handler does, and it knows paths.';

/** Folders that the client wants to be worked in. */
export const roots: Page = {
  page: 'client/roots',
  requirements: [
    {
      id: 'roots-deprecated',
      at: 'roots',
      level: 'SHOULD NOT',
      text: 'Begin to use roots.',
      since: '2026-07-28',
      notApplicable: 'Meant for apps; they are there for those that need them.',
    },
    {
      id: 'roots-migrate',
      at: 'roots',
      level: 'SHOULD',
      text: 'Leave them for arguments, URIs or configuration.',
      since: '2026-07-28',
      notApplicable: 'Meant for apps; they are there for those that need them.',
    },
    {
      id: 'roots-unavailable',
      at: 'security-considerations',
      level: 'SHOULD',
      text: 'Cope with roots that are not there any more.',
      notApplicable: ofTheRoots,
    },
    {
      id: 'roots-boundaries',
      at: 'security-considerations',
      level: 'SHOULD',
      text: 'Stay within roots.',
      notApplicable: ofTheRoots,
    },
    {
      id: 'roots-validate',
      at: 'security-considerations',
      level: 'SHOULD',
      text: 'Check paths against them.',
      notApplicable: ofTheRoots,
    },
    {
      id: 'roots-capability',
      at: 'implementation-guidelines',
      level: 'SHOULD',
      text: 'Look whether the client has roots before they are asked for.',
      verifiedBy: [
        askingForInput(
          'a handler that asks for roots which the client did not declare gets nothing, and the client gets 400 and -32021',
        ),
        questions('what a legacy client did not declare it is not asked for: roots'),
      ],
    },
    {
      id: 'roots-changes',
      at: 'implementation-guidelines',
      level: 'SHOULD',
      text: 'Cope with changes of the list.',
      until: '2025-11-25',
      verifiedBy: [
        questions(
          'a legacy client that is asked for its roots is asked again each time, so that a change of them is not missed',
        ),
      ],
    },
    {
      id: 'roots-respect',
      at: 'implementation-guidelines',
      level: 'SHOULD',
      text: 'Stay within roots.',
      notApplicable: ofTheRoots,
    },
    {
      id: 'roots-cache',
      at: 'implementation-guidelines',
      level: 'SHOULD',
      text: 'Keep the list as long as it fits.',
      notApplicable: 'The handler decides; the server keeps none, so that none is old.',
    },
  ],
};
