import type { TestReference } from '../requirement.js';

const inFile =
  (file: string) =>
  (name: string): TestReference => [file, name];

// The files of tests that the pages of MCP refer to most.
export const dispatcher = inFile('server/dispatch/dispatcher');
export const authorize = (name: string): TestReference => ['server/authorization/authorize', `authorize ${name}`];
export const results = inFile('server/handlers/results');
export const lists = inFile('server/lists/lists');
export const tools = (name: string): TestReference => ['server/methods/tools', `tools/call ${name}`];
export const methodTable = (name: string): TestReference => [
  'server/dispatch/method-table',
  `the method table ${name}`,
];
export const promptsAndResources = inFile('server/methods/prompts-and-resources');
export const registering = (what: string): TestReference => ['registry/registry', `registering refuses ${what}`];
export const schemas = inFile('registry/schema-compiler');
export const wrongSchema = (what: string): TestReference => schemas(`a schema that is wrong with ${what} is refused`);
export const stdio = (name: string): TestReference => ['stdio/serve-stdio', `serveStdio ${name}`];
export const framing = (name: string): TestReference => ['stdio/framing', `serveStdio ${name}`];
export const traffic = inFile('http/endpoint/older-and-newer-traffic');
export const mirrors = (name: string): TestReference => ['http/fields/mirrored-headers', `a modern request ${name}`];
export const body = inFile('http/endpoint/message-body');
export const badInput = inFile('http/endpoint/bad-input');
export const origin = inFile('http/endpoint/origin-and-host');
const under =
  (file: string, group: string) =>
  (name: string): TestReference => [file, `${group} ${name}`];

// Input from the client, and what comes before an answer.
export const askingForInput = inFile('server/handlers/input-required');
export const multiRoundTest = inFile('server/handlers/multi-round');
export const extending = under('registry/extensions', 'an extension');
export const questions = inFile('server/client-requests/questions');
export const progress = under('server/handlers/progress', 'ctx.progress');
export const logMessages = under('server/handlers/logging', 'log messages');
export const subscribing = inFile('server/notifications/subscriptions');
export const inputOverHttp = inFile('http/endpoint/input-required');
export const inputOverStdio = under('stdio/input-required', 'serveStdio');
export const stdioChanges = under('stdio/changes', 'serveStdio');
export const mirroredArguments = under('http/fields/mirrored-arguments', 'an argument that a header field repeats');
export const sessions = inFile('http/endpoint/sessions');
export const cancelling = under('http/endpoint/sessions', 'cancellation in a session');
export const resumability = inFile('http/endpoint/resumability');
export const streams = inFile('http/streams/streams');
export const progressOverHttp = inFile('http/streams/progress-and-log');
export const listening = inFile('http/endpoint/subscriptions-listen');
export const attacks = inFile('adversarial/attacks');

/** Answers fit the published schema of their revision; the test tries every method in every revision. */
export const shape = (method: string, revision: '2025-11-25' | '2026-07-28' = '2026-07-28'): TestReference => [
  'server/published-shapes',
  `answers fit the published schema of their revision ${revision}: ${method} $params`,
];

export const modernClient: TestReference = [
  'clients/official-clients',
  'the official client 2.x pinned to 2026-07-28 uses tools, prompts, resources and completion',
];
export const legacyClient: TestReference = [
  'clients/official-clients',
  'the official client 1.x uses tools, prompts, resources and completion',
];
export const process: TestReference = [
  'stdio/process',
  'a server process over its own standard streams exits by itself when its input ends, having written nothing but messages',
];

/** Why the experimental tasks of 2025-11-25 are left out. */
export const noLegacyTasks =
  'Not offered: 2026-07-28 took the experiment back in favour of an extension, which is. No tasks capability is declared, so that no client asks for one.';

/** Reasons that several requirements share. */
export const ofTheApp = {
  content: 'What a handler answers is the business of the app; the types of its result say what belongs there.',
  rates:
    'Limiting rates takes a store that all processes of a deployment share, so it is left to middleware in front; docs/operations.md shows one.',
  listening: 'The app decides where its server listens; a local endpoint refuses other names in Host all the same.',
} as const;
