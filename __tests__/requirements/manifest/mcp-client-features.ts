import type { Page, PageRequirement } from './mcp-pages.js';
import { authorize, ofTheApp } from './mcp-tests.js';

const asks = (test: string): string => `elicitation, sampling, roots: ${test}`;
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
      open: asks('ctx.inputRequired refuses elicitation/create without a message.'),
    },
    {
      id: 'elicitation-form',
      at: 'form-mode-elicitation-requests',
      level: 'MUST',
      text: 'Send a requestedSchema with a form.',
      since: '2025-11-25',
      open: asks('ctx.inputRequired refuses a form without requestedSchema.'),
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
      open: asks('an answer that does not fit requestedSchema gets an error, and reaches no handler.'),
      ...span,
    })),
    {
      id: 'elicitation-declined',
      at: 'error-handling',
      level: 'MUST',
      text: 'Cope with users who decline or cancel, and with clients that fail.',
      since: '2026-07-28',
      open: asks('a handler gets the action decline and cancel as they are.'),
    },
    {
      id: 'elicitation-success',
      at: 'error-handling',
      level: 'SHOULD NOT',
      text: 'Take it for granted that a question is answered.',
      since: '2026-07-28',
      open: asks('a handler gets the action decline and cancel as they are.'),
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
      open: asks(
        'a question by URL for a client that declared forms only gets -32021, or an error inside where it is legacy.',
      ),
    },
    {
      id: 'elicitation-url-members',
      at: 'url-mode-elicitation-requests',
      level: 'MUST',
      text: 'Send mode, message and url with a question by URL.',
      open: asks('ctx.inputRequired refuses mode url without url or message.'),
    },
    {
      id: 'elicitation-url-valid',
      at: 'url-mode-elicitation-requests',
      level: 'MUST',
      text: 'Send a valid URL.',
      open: asks('ctx.inputRequired refuses mode url with a url that is none.'),
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
      open: asks('a requestState that somebody else presents gets -32602.'),
    },
    {
      id: 'elicitation-state-session',
      at: 'statefulness',
      level: 'MUST NOT',
      text: 'Bind it to a session alone.',
      until: '2025-11-25',
      open: asks('an answer that comes in the session with another subject’s token is refused.'),
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
        ['express/request-context', 'req.auth has what the official SDK’s AuthInfo has, and who the caller is'],
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
      open: asks('an answer to a question is taken from the client and subject that were asked, and from no other.'),
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
        ['express/request-context', 'req.auth cannot be forged by a middleware that sets it before or after'],
      ],
    },
    {
      id: 'elicitation-practices',
      at: 'identifying-the-user',
      level: 'SHOULD',
      text: 'Follow the best practices of security instead.',
      verifiedBy: [['express/request-context', 'req.auth of requests that no mcpAuth took for its own is nobody']],
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
      open: asks(
        'sampling/createMessage with tools for a client without sampling.tools gets -32021, or an error inside where it is legacy.',
      ),
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
      open: asks('an answer to sampling that is no CreateMessageResult gets an error, and reaches no handler.'),
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
      notApplicable: 'The handler decides whether it asks again; its time limit ends it in the legacy eras.',
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
      open: asks('roots/list for a client without roots is not sent: -32021, or an error inside where it is legacy.'),
    },
    {
      id: 'roots-changes',
      at: 'implementation-guidelines',
      level: 'SHOULD',
      text: 'Cope with changes of the list.',
      until: '2025-11-25',
      open: asks('notifications/roots/list_changed gets 202, and the next roots/list asks the client again.'),
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
