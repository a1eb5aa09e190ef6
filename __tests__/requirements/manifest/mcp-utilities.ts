import type { Page } from './mcp-pages.js';
import {
  askingForInput,
  authorize,
  dispatcher,
  listening,
  lists,
  logMessages,
  methodTable,
  ofTheApp,
  promptsAndResources,
  results,
} from './mcp-tests.js';

const completes = (name: string) => promptsAndResources(`completion/complete ${name}`);

export const caching: Page = {
  page: 'server/utilities/caching',
  since: '2026-07-28',
  requirements: [
    {
      id: 'caching-hints',
      at: 'cacheable-results',
      level: 'MUST',
      text: 'Say with server/discover, lists and resources/read how long and for whom they may be kept.',
      verifiedBy: [
        'server/discover',
        'tools/list',
        'prompts/list',
        'resources/list',
        'resources/templates/list',
        'resources/read',
      ].map((method) => results(`a modern result of ${method} says how long and for whom it may be kept`)),
    },
    {
      id: 'caching-input',
      at: 'cache-key',
      level: 'MUST NOT',
      text: 'Let results be kept that depend on input of the client.',
      verifiedBy: [
        askingForInput(
          'a modern client that is asked for input is told that what it gets in the end may not be kept, whatever the reader says',
        ),
      ],
    },
    {
      id: 'caching-ttl',
      at: 'time-to-live-ttl-field',
      level: 'MUST',
      text: 'Let ttlMs be 0 or more.',
      verifiedBy: [
        [
          'server/handlers/handler-results',
          'what a handler returns from a reader with a negative time to live is an internal error',
        ],
      ],
    },
    {
      id: 'caching-pages',
      at: 'interaction-with-pagination',
      level: 'MUST',
      text: 'Say the same cacheScope on all pages of a list.',
      verifiedBy: [results('a modern result is for the same readers on every page')],
    },
    {
      id: 'caching-private-pages',
      at: 'interaction-with-pagination',
      level: 'MUST',
      text: 'Say private on all pages when the first one is.',
      verifiedBy: [results('a modern result is for the same readers on every page')],
    },
    {
      id: 'caching-shared',
      at: 'security-considerations',
      level: 'MUST',
      text: 'Mind that what is public may be shown to others.',
      verifiedBy: [
        lists('lists are public while they are the same for everyone, and private as soon as scopes filter them'),
        lists('lists are private when a template names resources'),
      ],
    },
    {
      id: 'caching-access',
      at: 'security-considerations',
      level: 'MUST',
      text: 'Control access to each item.',
      verifiedBy: [
        authorize('refuses a scoped item when no auth ran at all'),
        methodTable('has no method that this test does not know'),
      ],
    },
    {
      id: 'caching-access-alone',
      at: 'security-considerations',
      level: 'MUST NOT',
      text: 'Rely on cacheScope for that.',
      verifiedBy: [
        authorize('refuses a scoped item when no auth ran at all'),
        methodTable('has no method that this test does not know'),
      ],
    },
  ],
};

export const completion: Page = {
  page: 'server/utilities/completion',
  requirements: [
    {
      id: 'completion-capability',
      at: 'capabilities',
      level: 'MUST',
      text: 'Declare completions where there are any.',
      verifiedBy: [
        dispatcher('negotiating the revision answers initialize with 2025-11-25 by 2025-11-25'),
        results('capabilities are those of what there is, in both eras'),
      ],
    },
    {
      id: 'completion-errors',
      at: 'error-handling',
      level: 'SHOULD',
      text: 'Answer what is not offered with -32601, what does not exist and what is missing with -32602, and failures with -32603.',
      verifiedBy: [
        dispatcher('looking up the method does not know completion/complete when there is nothing behind it'),
        completes('answers -32602 to an unknown prompt'),
        completes('answers -32602 to an argument without a name'),
        completes('keeps it inside when the function throws'),
      ],
    },
    {
      id: 'completion-order',
      at: 'implementation-considerations',
      level: 'SHOULD',
      text: 'Sort suggestions by relevance.',
      notApplicable: 'The completion function of the app decides; its order is kept.',
    },
    {
      id: 'completion-fuzzy',
      at: 'implementation-considerations',
      level: 'SHOULD',
      text: 'Match fuzzily where it fits.',
      notApplicable: 'The completion function of the app decides what matches.',
    },
    {
      id: 'completion-rate',
      at: 'implementation-considerations',
      level: 'SHOULD',
      text: 'Limit the rate of completions.',
      notApplicable: ofTheApp.rates,
    },
    {
      id: 'completion-validate',
      at: 'implementation-considerations',
      level: 'SHOULD',
      text: 'Validate what comes in.',
      verifiedBy: [
        completes('answers -32602 to an argument without a value'),
        completes('answers -32602 to a context that is no object'),
      ],
    },
    {
      id: 'completion-security-validate',
      at: 'security',
      level: 'MUST',
      text: 'Validate what comes in.',
      verifiedBy: [
        completes('answers -32602 to another kind of reference'),
        completes('answers -32602 to a context that is no object'),
      ],
    },
    {
      id: 'completion-security-rate',
      at: 'security',
      level: 'MUST',
      text: 'Limit the rate of completions.',
      notApplicable: ofTheApp.rates,
    },
    {
      id: 'completion-access',
      at: 'security',
      level: 'MUST',
      text: 'Control who sees suggestions.',
      verifiedBy: [
        methodTable('has no method that this test does not know'),
        ['express/mcp-scopes', 'mcpScopes refuses a completion for a prompt without the scopes'],
      ],
    },
    {
      id: 'completion-disclosure',
      at: 'security',
      level: 'MUST',
      text: 'Not tell through suggestions what the caller may not know.',
      verifiedBy: [
        ['adversarial/attacks', 'what is concealed cannot be told from nothing by a malformed completion'],
        methodTable('reveals nothing in lists of 2026-07-28'),
      ],
    },
  ],
};

export const logging: Page = {
  page: 'server/utilities/logging',
  requirements: [
    {
      id: 'logging-deprecated',
      at: 'logging',
      level: 'SHOULD NOT',
      text: 'Begin to use log messages of MCP.',
      since: '2026-07-28',
      notApplicable:
        'Meant for apps: ctx.log is there for those that need it, and errors go to onError and to diagnostics.',
    },
    {
      id: 'logging-migrate',
      at: 'logging',
      level: 'SHOULD',
      text: 'Leave them for stderr or OpenTelemetry.',
      since: '2026-07-28',
      notApplicable: 'Meant for apps; diagnostics channels are what OpenTelemetry listens to.',
    },
    {
      id: 'logging-capability',
      at: 'capabilities',
      level: 'MUST',
      text: 'Declare logging where log messages are sent.',
      verifiedBy: [logMessages('are declared by server/discover and initialize, where they can be sent')],
    },
    {
      id: 'logging-opt-in',
      at: 'per-request-log-level',
      level: 'MUST NOT',
      text: 'Send log messages for a request that names no level.',
      since: '2026-07-28',
      verifiedBy: [
        logMessages('are sent to a modern request from the level on that it names, and not to one that names none'),
        logMessages('are sent to a modern request without a level neither when its connection has one'),
      ],
    },
    {
      id: 'logging-stream',
      at: 'per-request-log-level',
      level: 'MUST NOT',
      text: 'Send them on any stream but that of the request.',
      since: '2026-07-28',
      verifiedBy: [
        logMessages('are on the stream of their own request, and not on one that listens'),
        listening('subscriptions/listen hears no log message of a call'),
      ],
    },
    {
      id: 'logging-errors',
      at: 'error-handling',
      level: 'SHOULD',
      text: 'Answer an unknown level with -32602, and failures with -32603.',
      until: '2025-11-25',
      verifiedBy: [
        logMessages('of the level "verbose" are none: logging/setLevel and a modern request with it get -32602'),
      ],
    },
    {
      id: 'logging-errors',
      at: 'error-handling',
      level: 'SHOULD',
      text: 'Refuse a request that names an unknown level with -32602.',
      since: '2026-07-28',
      verifiedBy: [
        logMessages('of the level "verbose" are none: logging/setLevel and a modern request with it get -32602'),
      ],
    },
    {
      id: 'logging-rate',
      at: 'implementation-considerations',
      level: 'SHOULD',
      text: 'Limit the rate of log messages.',
      verifiedBy: [logMessages('wait for a slow client, and beyond a hundred that nobody waits for are dropped')],
    },
    {
      id: 'logging-context',
      at: 'implementation-considerations',
      level: 'SHOULD',
      text: 'Put what explains the message into data.',
      notApplicable: ofTheApp.content,
    },
    {
      id: 'logging-names',
      at: 'implementation-considerations',
      level: 'SHOULD',
      text: 'Name loggers consistently.',
      notApplicable: ofTheApp.content,
    },
    {
      id: 'logging-sensitive',
      at: 'implementation-considerations',
      level: 'SHOULD',
      text: 'Remove what is sensitive.',
      verifiedBy: [logMessages('tell nothing of an error that a handler throws')],
    },
    {
      id: 'logging-secrets',
      at: 'security',
      level: 'MUST NOT',
      text: 'Have secrets, personal data or insides of the system in log messages.',
      verifiedBy: [logMessages('tell nothing of an error that a handler throws')],
    },
    {
      id: 'logging-security',
      at: 'security',
      level: 'SHOULD',
      text: 'Limit rates, validate data, control access, and watch for what is sensitive.',
      verifiedBy: [
        logMessages('with an unknown level are refused, and nothing of them is sent'),
        logMessages('with a circle are refused, and nothing of them is sent'),
        logMessages('wait for a slow client, and beyond a hundred that nobody waits for are dropped'),
      ],
    },
  ],
};

export const pagination: Page = {
  page: 'server/utilities/pagination',
  requirements: [
    {
      id: 'pagination-stable',
      at: 'implementation-guidelines',
      level: 'SHOULD',
      text: 'Give cursors that stay good.',
      verifiedBy: [lists('lists go on at the right place when items came and went meanwhile')],
    },
    {
      id: 'pagination-graceful',
      at: 'implementation-guidelines',
      level: 'SHOULD',
      text: 'Cope with wrong cursors.',
      verifiedBy: [
        lists('lists are empty, not wrong, behind the last item'),
        lists('lists refuse the cursor "eyJhIjoxfQ"'),
      ],
    },
    {
      id: 'pagination-invalid',
      at: 'error-handling',
      level: 'SHOULD',
      text: 'Answer a wrong cursor with -32602.',
      verifiedBy: [lists('lists refuse the cursor "x"'), lists('lists refuse the cursor 7')],
    },
  ],
};
