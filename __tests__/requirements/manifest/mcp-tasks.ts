import type { Requirement, RequirementsOf, TestReference } from '../requirement.js';
import type { Page, PageRequirement } from './mcp-pages.js';
import { noLegacyTasks, ofTheApp, methodTable } from './mcp-tests.js';

type Row = Pick<Requirement, 'id' | 'level' | 'text'> & { readonly at: string } & (
    { readonly notApplicable: string } | { readonly verifiedBy: readonly TestReference[] }
  );

type Written<Last> = readonly (readonly [string, string, Requirement['level'], string, Last])[];

/** Rows in the form `[id, heading, level, text, the tests that show it]`. */
function shown(rows: Written<readonly TestReference[]>): readonly Row[] {
  return rows.map(([id, at, level, text, verifiedBy]) => ({ id: `tasks-${id}`, at, level, text, verifiedBy }));
}

const begun = (name: string): TestReference => ['server/task-calls/tasks', `a call that becomes a task ${name}`];
const noExtension = (name: string): TestReference => [
  'server/task-calls/tasks',
  `a client without the extension ${name}`,
];
const get = (name: string): TestReference => ['server/task-calls/tasks', `tasks/get ${name}`];
const asking = (name: string): TestReference => [
  'server/task-calls/tasks-input',
  `a task whose handler returns ctx.inputRequired ${name}`,
];
const listening = (name: string): TestReference => [
  'server/task-calls/tasks-listen',
  `subscriptions/listen with taskIds ${name}`,
];

const got = {
  works: get('gives a task that works, and later the very result that the call would have given'),
  toolError: get('gives a task whose tool threw ToolError as completed, with isError in the result'),
  error: get(
    'gives a task that ended with an error of JSON-RPC as failed, with the error that the call would have given',
  ),
  broken: get('gives a task whose handler broke as failed, without what it threw, and reports that'),
  unknown: get('gives -32602 with a message for an unknown task, an expired one and one of somebody else'),
} as const;
const stored = begun('is not answered before the task is stored, also when storing it takes its time');
const answered = asking('is input_required with inputRequests, and goes on when everything was answered');
const anotherKey = asking(
  'gets another key for what is asked under the same name again, and the handler finds its own',
);
const cancelled: TestReference = [
  'server/task-calls/tasks',
  'tasks/cancel aborts the handler, and is answered with nothing but resultType complete',
];
const unknownCancel: TestReference = ['server/task-calls/tasks', 'tasks/cancel gives -32602 for an unknown task'];
const unknownUpdate: TestReference = [
  'server/task-calls/tasks-input',
  'tasks/update gives -32602 for an unknown task, and for answers that are no objects',
];

const otherRequests: Row = {
  id: 'tasks-other-requests',
  at: 'supported-methods',
  level: 'SHOULD',
  text: 'Be built so that other requests can become tasks one day.',
  notApplicable: 'No test can tell; the revisions decide what can become a task, and the stores know no methods.',
};

/** The replacement of the tasks of 2025-11-25. */
export const tasksExtension: RequirementsOf = {
  document: 'MCP tasks extension (io.modelcontextprotocol/tasks)',
  url: 'https://github.com/modelcontextprotocol/ext-tasks/blob/main/specification/draft',
  requirements: [
    ...shown([
      [
        'undeclared-never',
        'capability-negotiation',
        'MUST NOT',
        'Make a task of a request whose client does not declare the extension in it.',
        [
          noExtension(
            'is answered at once by a tool with optional tasks in 2026-07-28, also after a request that did declare it',
          ),
        ],
      ],
      [
        'undeclared-error',
        'capability-negotiation',
        'MUST',
        'Answer a request that cannot be served without a task with -32021, which names the extension.',
        [noExtension('gets -32021 with data.requiredCapabilities.extensions from a tool with required tasks')],
      ],
    ]),
    otherRequests,
    ...shown([
      [
        'result-type',
        'polymorphic-results',
        'MUST',
        'Say resultType task with a task that was made.',
        [begun('is answered with resultType task and the task, flat')],
      ],
      [
        'result-type-only',
        'polymorphic-results',
        'MUST NOT',
        'Say it with anything else.',
        [got.works, cancelled, answered],
      ],
      ['failed-only', 'task-status', 'MUST NOT', 'Say failed of errors that are none of JSON-RPC.', [got.toolError]],
      ['durable', 'task-creation', 'MUST NOT', 'Answer before the task is stored.', [stored]],
      ['consistent', 'task-creation', 'MUST', 'Wait until every process would find it.', [stored]],
      [
        'rounds-first',
        'task-creation',
        'SHOULD',
        'Ask for input that is needed before a task before there is one.',
        [
          [
            'server/task-calls/tasks-input',
            'prepare gives an input_required result, and the retry makes the task, whose handler finds the answers and the state',
          ],
        ],
      ],
      [
        'get',
        'response',
        'MUST',
        'Answer tasks/get by the status of the task.',
        [got.works, got.toolError, got.error, cancelled],
      ],
      ['get-working', 'response', 'MUST', 'Give a task that works as working.', [got.works]],
      ['get-input', 'response', 'MUST', 'Give a task that waits as input_required, with its requests.', [answered]],
      [
        'get-input-all',
        'response',
        'MUST',
        'Have all requests in it that are not answered.',
        [asking('still has the other one of two requests when one is answered')],
      ],
      [
        'get-completed',
        'response',
        'MUST',
        'Give a task that is done as completed, with its result.',
        [got.works, got.toolError],
      ],
      ['get-cancelled', 'response', 'MUST', 'Give a task that was cancelled as cancelled.', [cancelled]],
      ['get-failed', 'response', 'MUST', 'Give a task that failed as failed, with its error.', [got.error]],
      ['get-result-type', 'response', 'MUST', 'Say resultType complete with it.', [got.works]],
      [
        'key-unique',
        'task-update-requests',
        'MUST',
        'Use every key of a request for input once in a task.',
        [anotherKey],
      ],
      ['key-reuse', 'task-update-requests', 'MUST NOT', 'Use a key again after it was answered.', [anotherKey]],
      ['key-distinct', 'task-update-requests', 'MUST NOT', 'Use one key for two requests.', [anotherKey]],
      ['update-ack', 'response-1', 'MUST', 'Answer tasks/update with an empty result.', [answered]],
      [
        'update-unknown',
        'response-1',
        'SHOULD',
        'Answer tasks/update of an unknown task with an error.',
        [unknownUpdate],
      ],
      [
        'update-ignored',
        'response-1',
        'SHOULD',
        'Ignore answers to what is not asked, or not any more.',
        [asking('acknowledges answers to unknown and answered keys, and is not changed by them')],
      ],
      ['update-result-type', 'response-1', 'MUST', 'Say resultType complete with it.', [answered]],
      [
        'cancel-notification',
        'task-cancellation',
        'MUST NOT',
        'Let notifications/cancelled cancel tasks.',
        [
          [
            'server/task-calls/tasks',
            'a task is not cancelled by notifications/cancelled with the id of the call, nor by a client that goes away',
          ],
        ],
      ],
      ['cancel-ack', 'response-2', 'MUST', 'Answer tasks/cancel with an empty result.', [cancelled]],
      [
        'cancel-unknown',
        'response-2',
        'SHOULD',
        'Answer tasks/cancel of an unknown task with an error.',
        [unknownCancel],
      ],
      ['cancel-result-type', 'response-2', 'MUST', 'Say resultType complete with it.', [cancelled]],
      [
        'listen-undeclared',
        'task-status-notifications',
        'MUST',
        'Answer subscriptions/listen with taskIds by a client without the extension with -32021.',
        [listening('gets -32021 by a client without the extension')],
      ],
      [
        'no-progress',
        'task-status-notifications',
        'MUST NOT',
        'Send progress or log messages of tasks to who listens.',
        [listening('hears the task as tasks/get gives it, and nothing of ctx.progress and ctx.log')],
      ],
      [
        'errors',
        'protocol-errors',
        'MUST',
        'Answer an unknown task with -32602, failures with -32603 and a missing extension with -32021.',
        [
          got.unknown,
          begun('is refused with 503 and when to come again, and nothing is told, when the store fails'),
          noExtension('gets -32021 for tasks/get'),
        ],
      ],
      ['errors-get', 'protocol-errors', 'MUST', 'Answer tasks/get of an unknown task with -32602.', [got.unknown]],
      [
        'errors-others',
        'protocol-errors',
        'SHOULD',
        'Do the same with tasks/update and tasks/cancel.',
        [unknownUpdate, unknownCancel],
      ],
      [
        'errors-listen',
        'protocol-errors',
        'MUST',
        'Answer who listens to tasks without the extension with -32021.',
        [listening('gets -32021 by a client without the extension')],
      ],
      [
        'errors-undeclared',
        'protocol-errors',
        'MUST',
        'Answer tasks/get, tasks/update and tasks/cancel without the extension with -32021.',
        [
          noExtension('gets -32021 for tasks/get'),
          noExtension('gets -32021 for tasks/update'),
          noExtension('gets -32021 for tasks/cancel'),
        ],
      ],
      ['errors-informative', 'protocol-errors', 'SHOULD', 'Say in the message what is wrong.', [got.unknown]],
      [
        'execution-message',
        'task-execution-errors',
        'SHOULD',
        'Say in statusMessage what made a task fail.',
        [got.broken],
      ],
      ['execution-error', 'task-execution-errors', 'MUST', 'Have the error in a failed task.', [got.error]],
      [
        'execution-failed',
        'task-execution-errors',
        'MUST NOT',
        'Say failed of a result with isError.',
        [got.toolError],
      ],
      ['execution-completed', 'task-execution-errors', 'MUST', 'Say completed of it.', [got.toolError]],
      [
        'execution-same-error',
        'task-execution-errors',
        'MUST',
        'Give the very error that the call would have given.',
        [got.error],
      ],
      [
        'execution-same-result',
        'task-execution-errors',
        'MUST',
        'Give the very result that the call would have given.',
        [got.works],
      ],
      [
        'ids',
        'security-considerations',
        'MUST',
        'Make ids that nobody can guess.',
        [begun('has an id with 128 random bits at least, and no two are the same')],
      ],
      [
        'auth',
        'security-considerations',
        'MUST',
        'Authenticate and authorize every request about a task.',
        [
          [
            'http/endpoint/tasks',
            'a task over HTTP belongs to who began it: another subject gets -32602, as for a task that does not exist',
          ],
          [
            'http/endpoint/tasks',
            'a task over HTTP is refused with a 403 challenge once the token lacks the scopes of its tool',
          ],
          methodTable('for tasks decides by the arguments of the task, as they came and as its schema makes them'),
        ],
      ],
    ]),
  ].map(({ at, ...rest }) => ({ ...rest, section: `tasks.md#${at}` })),
};

const since = { since: '2025-11-25', until: '2025-11-25' } as const;

const legacy = (rows: Written<string>): readonly PageRequirement[] =>
  rows.map(([id, at, level, text]) => ({ id: `tasks-${id}`, at, level, text, notApplicable: noLegacyTasks }));
const operated = 'The operator’s part: docs/operations.md shows how decisions are recorded and rates limited.';

/** The experimental tasks of 2025-11-25. */
export const legacyTasks: Page = {
  page: 'basic/utilities/tasks',
  ...since,
  requirements: [
    ...legacy([
      [
        'declare',
        'capabilities',
        'MUST',
        'Declare tasks where requests can become tasks.',
        'initialize declares tasks.requests.tools.call as soon as a tool may become a task.',
      ],
    ]),
    {
      id: 'tasks-requestor',
      at: 'capability-negotiation',
      level: 'SHOULD',
      text: 'Make tasks only of requests for which the other side declared it.',
      notApplicable: 'The server makes no tasks of its requests to the client.',
    },
    {
      id: 'tasks-requestor-undeclared',
      at: 'capability-negotiation',
      level: 'SHOULD NOT',
      text: 'Make tasks where the other side declared nothing.',
      notApplicable: 'The server makes no tasks of its requests to the client.',
    },
    ...legacy([
      [
        'forbidden',
        'tool-level-negotiation',
        'SHOULD',
        'Answer -32601 to a task of a tool that has none.',
        'tools/call with task for a tool without tasks gets -32601, where tasks are declared.',
      ],
      [
        'required',
        'tool-level-negotiation',
        'MUST',
        'Answer -32601 to a call without a task of a tool that has nothing else.',
        'tools/call without task for a tool with required tasks gets -32601.',
      ],
      [
        'transport',
        'getting-tasks',
        'MUST',
        'Keep to the rules of the transport.',
        'tasks/get and tasks/result are answered as any request is.',
      ],
    ]),
    {
      id: 'tasks-ignored',
      at: 'task-support-and-handling',
      level: 'MUST',
      text: 'Serve requests as always where tasks are not declared, whatever they say about tasks.',
      verifiedBy: [
        [
          'server/handlers/results',
          'a result of 2025-11-25 is given at once to who asks for a task, where there are no tasks',
        ],
      ],
    },
    ...legacy([
      [
        'id-string',
        'task-id-requirements',
        'MUST',
        'Use texts as ids of tasks.',
        'the task in the answer fits the schema of the revision.',
      ],
      [
        'id-receiver',
        'task-id-requirements',
        'MUST',
        'Make the id of a task oneself.',
        'an id that the client sends with the call is not that of the task.',
      ],
      [
        'id-unique',
        'task-id-requirements',
        'MUST',
        'Give no two tasks the same id.',
        'ids of tasks have 128 random bits at least, and no two are the same.',
      ],
      ['begin', 'task-status-lifecycle', 'MUST', 'Begin tasks as working.', 'the task in the answer is working.'],
      [
        'transitions',
        'task-status-lifecycle',
        'MUST',
        'Go from working and input_required to another status only as the diagram shows.',
        'a task goes through working, input_required, working and completed.',
      ],
      [
        'terminal',
        'task-status-lifecycle',
        'MUST NOT',
        'Leave completed, failed or cancelled.',
        'a task that was cancelled stays so when its handler returns.',
      ],
      [
        'stream',
        'input-required-status',
        'SHOULD NOT',
        'Answer tasks/get with a stream.',
        'tasks/get is answered with application/json.',
      ],
      [
        'input',
        'input-required-status',
        'SHOULD',
        'Say input_required while the client is asked.',
        'a task whose handler asks the client is input_required.',
      ],
      [
        'input-related',
        'input-required-status',
        'MUST',
        'Name the task in _meta of the request to the client.',
        'a request to the client within a task has related-task in _meta.',
      ],
      [
        'input-leaves',
        'input-required-status',
        'SHOULD',
        'Leave input_required when everything was answered.',
        'a task works again after the answer.',
      ],
      [
        'created-at',
        'ttl-and-resource-management',
        'MUST',
        'Say createdAt with every task.',
        'every answer with a task has createdAt as ISO 8601.',
      ],
      [
        'updated-at',
        'ttl-and-resource-management',
        'MUST',
        'Say lastUpdatedAt with every task.',
        'every answer with a task has lastUpdatedAt as ISO 8601.',
      ],
      [
        'ttl',
        'ttl-and-resource-management',
        'MUST',
        'Say how long the task is kept.',
        'tasks/get says the ttl that the server chose, also when the client asked for a longer one.',
      ],
      [
        'create-result',
        'result-retrieval',
        'MUST',
        'Answer with the task that was made.',
        'tools/call with task is answered with the task.',
      ],
      [
        'create-soon',
        'result-retrieval',
        'SHOULD',
        'Do so at once.',
        'tools/call with task is answered while the handler still runs.',
      ],
      [
        'result',
        'result-retrieval',
        'MUST',
        'Give the result of a task that ended.',
        'tasks/result gives the result of a completed task.',
      ],
      [
        'result-blocks',
        'result-retrieval',
        'MUST',
        'Wait for the end of one that works.',
        'tasks/result of a task that works waits for its end.',
      ],
      [
        'result-same',
        'result-retrieval',
        'MUST',
        'Give exactly what the call would have given.',
        'a call and a task of the same tool end with the same result.',
      ],
      [
        'related',
        'associating-task-related-messages',
        'MUST',
        'Name the task in _meta of all messages about it.',
        'progress, log messages, requests and the result of a task have related-task in _meta.',
      ],
      [
        'related-shared',
        'associating-task-related-messages',
        'MUST',
        'Name it in questions to the user, too.',
        'a request to the client within a task has related-task in _meta.',
      ],
      [
        'parameter',
        'associating-task-related-messages',
        'MUST',
        'Go by the taskId of the params.',
        'tasks/get with another related-task in _meta is about the taskId.',
      ],
      [
        'parameter-ignore',
        'associating-task-related-messages',
        'MUST',
        'Ignore _meta where the params name the task.',
        'tasks/get with another related-task in _meta is about the taskId.',
      ],
      [
        'related-not',
        'associating-task-related-messages',
        'SHOULD NOT',
        'Name it in _meta of the answers to tasks/get, tasks/list and tasks/cancel.',
        'the answers to tasks/get, tasks/list and tasks/cancel have no related-task.',
      ],
      [
        'status-related',
        'task-notifications',
        'SHOULD NOT',
        'Name it in _meta of notifications/tasks/status.',
        'notifications/tasks/status has no related-task.',
      ],
      ['list-pages', 'task-listing', 'SHOULD', 'List tasks in pages.', 'tasks/list comes in pages.'],
      [
        'list-cursor',
        'task-listing',
        'MUST',
        'Say where the next page begins.',
        'tasks/list has nextCursor while there are more.',
      ],
      [
        'list-complete',
        'task-listing',
        'MUST',
        'List every task that the caller can get.',
        'every task of the caller is in tasks/list.',
      ],
      [
        'cancel-terminal',
        'task-cancellation',
        'MUST',
        'Answer -32602 when a task that ended is to be cancelled.',
        'tasks/cancel of a completed task gets -32602.',
      ],
      [
        'cancel-stop',
        'task-cancellation',
        'SHOULD',
        'Try to stop the work.',
        'tasks/cancel aborts ctx.signal of the handler.',
      ],
      [
        'cancel-first',
        'task-cancellation',
        'MUST',
        'Say cancelled before the request is answered.',
        'the answer to tasks/cancel has the task as cancelled.',
      ],
      [
        'cancel-stays',
        'task-cancellation',
        'MUST',
        'Leave it cancelled whatever the work comes to.',
        'a task that was cancelled stays so when its handler returns.',
      ],
      [
        'metadata',
        'related-task-metadata',
        'MUST',
        'Name the task in _meta of everything about it.',
        'progress, log messages, requests and the result of a task have related-task in _meta.',
      ],
      [
        'metadata-not',
        'related-task-metadata',
        'SHOULD NOT',
        'Do so where the message names it anyway.',
        'the answers to tasks/get, tasks/list and tasks/cancel have no related-task.',
      ],
      [
        'metadata-result',
        'related-task-metadata',
        'MUST',
        'Do so in the answer to tasks/result.',
        'the answer to tasks/result has related-task in _meta.',
      ],
      [
        'errors',
        'protocol-errors',
        'MUST',
        'Answer unknown tasks, wrong cursors and cancelled ends with -32602, and failures with -32603.',
        'tasks/get, tasks/result and tasks/cancel of an unknown task, and tasks/list with a wrong cursor, get -32602.',
      ],
      [
        'errors-informative',
        'protocol-errors',
        'SHOULD',
        'Say in the message what is wrong.',
        'the error about an unknown task says so.',
      ],
      [
        'execution-message',
        'task-execution-errors',
        'SHOULD',
        'Say in statusMessage what made a task fail.',
        'a failed task has a statusMessage, without what the handler threw.',
      ],
      [
        'execution-error',
        'task-execution-errors',
        'MUST',
        'Answer tasks/result with the very error of the call.',
        'a call and a task of the same tool end with the same error.',
      ],
      [
        'execution-result',
        'task-execution-errors',
        'MUST',
        'Answer it with the very result of the call otherwise.',
        'a call and a task of the same tool end with the same result.',
      ],
      [
        'bind',
        'task-isolation-and-access-control',
        'MUST',
        'Bind tasks to who made them.',
        'a task is found by its subject only.',
      ],
      [
        'document',
        'task-isolation-and-access-control',
        'SHOULD',
        'Document that tasks without authorization are for everyone who knows the id.',
        'docs/operations.md says what protects tasks of anonymous callers.',
      ],
      [
        'entropy',
        'task-isolation-and-access-control',
        'MUST',
        'Make ids that nobody can guess there.',
        'ids of tasks have 128 random bits at least, and no two are the same.',
      ],
      [
        'list-undeclared',
        'task-isolation-and-access-control',
        'SHOULD NOT',
        'Declare tasks.list there.',
        'initialize without authorization does not declare tasks.list, and tasks/list is an unknown method.',
      ],
      [
        'reject',
        'task-isolation-and-access-control',
        'MUST',
        'Refuse tasks/get, tasks/result and tasks/cancel of others.',
        'tasks/get, tasks/result and tasks/cancel by another subject get -32602, as for a task that does not exist.',
      ],
      [
        'list-own',
        'task-isolation-and-access-control',
        'MUST',
        'List only the tasks of the caller.',
        'tasks/list of two subjects at one server gives each its own.',
      ],
    ]),
    {
      id: 'tasks-rate',
      at: 'task-isolation-and-access-control',
      level: 'SHOULD',
      text: 'Limit the rate of what is done with tasks.',
      notApplicable: ofTheApp.rates,
    },
    ...legacy([
      [
        'limit',
        'resource-management',
        'SHOULD',
        'Limit how many tasks one caller has at once.',
        'a caller with too many running tasks gets an error that says so.',
      ],
      [
        'limit-ttl',
        'resource-management',
        'SHOULD',
        'Limit how long tasks are kept.',
        'a ttl beyond the limit is cut to it.',
      ],
      [
        'clean',
        'resource-management',
        'SHOULD',
        'Forget tasks whose time is over.',
        'a task is gone from the store when its time is over.',
      ],
      [
        'document-limits',
        'resource-management',
        'SHOULD',
        'Document both limits.',
        'the doc comment of the option names both limits.',
      ],
    ]),
    {
      id: 'tasks-monitor',
      at: 'resource-management',
      level: 'SHOULD',
      text: 'Watch what tasks use.',
      notApplicable: operated,
    },
    ...legacy([
      [
        'audit',
        'audit-and-logging',
        'SHOULD',
        'Log what happens to tasks, and by whom.',
        'decisions about tasks/get, tasks/result and tasks/cancel are on record like any other.',
      ],
    ]),
    {
      id: 'tasks-suspicious',
      at: 'audit-and-logging',
      level: 'SHOULD',
      text: 'Watch for suspicious patterns.',
      notApplicable: operated,
    },
  ],
};
