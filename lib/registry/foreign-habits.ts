import type { ForeignNames } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { displayName } from '../errors/display-name.js';
import { helpAbout } from '../errors/help.js';
import { isStandardSchema } from './schemas/standard-schema.js';

/** Names that other MCP packages use, and the text to write instead. */
type Advice = Readonly<Record<string, string>>;

const tool = "registry.tool('name', { inputSchema }, handler)";
const prompt = "registry.prompt('name', { argumentsSchema }, handler)";
const resource = "registry.resource('uri', { name }, read)";
const template = "registry.resourceTemplate('uri/{id}', { name }, read)";
const serving = 'app.use(mcpAuth({ … }), mcpRouter(registry)), or serveStdio(registry) of express-mcp/stdio';
const byItself = 'nothing: clients hear of changes of the registry by themselves';
const removing = 'remove() of what the registration returned';

// The official SDKs, fastmcp (camel case) and http_mcp (snake case).
const registryAdvice: Advice = {
  registerTool: tool,
  registerPrompt: prompt,
  registerResource: `${resource} or ${template}`,
  addTool: tool,
  addTools: tool,
  addPrompt: prompt,
  addPrompts: prompt,
  addResource: resource,
  addResources: resource,
  addResourceTemplate: template,
  addResourceTemplates: template,
  removeTool: removing,
  removePrompt: removing,
  removeResource: removing,
  removeResourceTemplate: removing,
  connect: serving,
  start: serving,
  close: 'close() of what mcpRouter(registry) or serveStdio(registry) returned',
  serve_stdio: 'serveStdio(registry) of express-mcp/stdio',
  setRequestHandler:
    "registry.tool(…), registry.prompt(…) or registry.resource(…), or registry.extension('id', { methods })",
  sendToolListChanged: byItself,
  sendPromptListChanged: byItself,
  sendResourceListChanged: `${byItself}; for what list of a template names, listChanged() of its handle`,
  sendResourceUpdated: "registry.resourceUpdated('uri')",
  sendLoggingMessage: 'ctx.log(level, data) in a handler',
  embedded: "{ type: 'resource_link', uri, name } in the result",
};

/** Members that handlers of other packages read from their context, and what to write instead. */
export const contextAdvice: Advice = {
  authInfo: 'ctx.auth, with subject, clientId, scopes and claims',
  sendNotification: 'ctx.progress(…) or ctx.log(…)',
  sendRequest: 'ctx.inputRequired({ requests })',
  requestInfo: 'ctx.request',
  _meta: 'ctx.meta',
  closeSSEStream: 'ctx.closeStream(retryMs)',
  taskStore: 'nothing: with task in the definition, calls become tasks by themselves',
  taskId: 'nothing: with task in the definition, calls become tasks by themselves',
  mcpReq: 'ctx.signal, ctx.requestId, ctx.meta, ctx.progress(…), ctx.log(…) or ctx.inputRequired(…)',
  http: 'ctx.auth or ctx.request',
  session: 'ctx.auth, with subject, clientId, scopes and claims',
  reportProgress: 'ctx.progress(progress, total, message)',
  streamContent: 'ctx.progress(progress, total, message), and return the content',
  inputs: "the handler's first argument",
  get_state_key: 'ctx.state, which is state of createRegistry(…, { state })',
};

/** Members that other packages have in a definition, and where they go here. */
export const foreignMembers: ForeignNames = {
  argsSchema: 'argumentsSchema: z.object({ … }) for a prompt, inputSchema: z.object({ … }) for a tool',
  parameters: 'inputSchema for a tool, argumentsSchema for a prompt',
  paramsSchema: 'inputSchema',
  input: 'inputSchema',
  schema: 'inputSchema',
  inputs: 'inputSchema',
  output: 'outputSchema',
  arguments_type: 'argumentsSchema',
  execute: 'the handler as the last argument, behind the definition',
  load: 'the handler as the last argument, behind the definition',
  func: 'the handler as the last argument, behind the definition',
  canAccess: 'scopes, or policy: (args, auth) => boolean, with visibility',
  return_error_message: 'nothing: a ToolError that the handler throws is told to the model',
  handler: 'the handler as the last argument, behind the definition',
  cb: 'the handler as the last argument, behind the definition',
  name: 'the name as the first argument, and title for the name that people see',
  inputSchema: 'argumentsSchema for a prompt. Variables of a resource template stand in its URI: notes://{id}',
  requiredScopes: "scopes: ['notes:write']",
  permissions: "scopes: ['notes:write']",
  roles: "scopes: ['notes:write'], or policy: (args, auth) => boolean",
  allowedRoles: "scopes: ['notes:write'], or policy: (args, auth) => boolean",
  auth: "scopes: ['notes:write']; [] if it needs none",
  scope: "scopes: ['notes:write']",
  securitySchemes: "scopes: ['notes:write']; advertiseScopes of createRegistry lists them as securitySchemes",
  readOnlyHint: 'annotations: { readOnlyHint: true }',
  destructiveHint: 'annotations: { destructiveHint: true }',
  idempotentHint: 'annotations: { idempotentHint: true }',
  openWorldHint: 'annotations: { openWorldHint: true }',
  meta: '_meta',
  timeout: 'timeoutMs',
  hidden: "visibility: 'granted', or 'concealed'",
};

/**
 * Makes the methods of other packages' servers say what to call instead. Types do not know them.
 *
 * @param prototype - of the registry
 */
export function refuseForeignMethods(prototype: object): void {
  for (const [name, advice] of Object.entries(registryAdvice)) {
    const refuse = (): never => {
      throw new ConfigurationError('invalid_option', `A registry has no ${name}(). Write ${advice}.`);
    };
    Object.defineProperty(prototype, name, { value: refuse });
  }
}

/**
 * Makes members that other packages' handlers read from their second argument say what to read instead. Without this,
 * `extra.authInfo` would be undefined, and a check of it would pass or fail for the wrong reason.
 *
 * @param prototype - of the context
 */
export function refuseForeignContext(prototype: object): void {
  for (const [name, advice] of Object.entries(contextAdvice)) {
    const get = (): never => {
      throw new ConfigurationError('invalid_option', `A handler's context has no ${name}. Write ${advice}.`);
    };
    Object.defineProperty(prototype, name, { get });
  }
}

/**
 * Refuses what other packages take in place of a definition: a description, schemas by name, or the handler at once.
 *
 * @param definition - what the developer wrote
 * @param owner - whose it is, for the message
 * @throws ConfigurationError `invalid_option`
 */
export function assertDefinition(definition: unknown, owner: string): void {
  if (typeof definition === 'string') {
    const message = `${owner}: the description goes into the definition: { description: ${displayName(definition)} }.`;
    throw new ConfigurationError('invalid_option', message, { help: helpAbout(owner) });
  }
  if (isRawShape(definition)) {
    const schema = owner.startsWith('prompt ') ? 'argumentsSchema' : 'inputSchema';
    const message = `${owner}: these are schemas by name. Write { ${schema}: z.object({ … }) }.`;
    throw new ConfigurationError('invalid_option', message, { help: helpAbout(owner) });
  }
  if (typeof definition !== 'function') return;
  const message = `${owner}: write a definition before the handler, {} if there is nothing to say.`;
  throw new ConfigurationError('invalid_option', message, { help: helpAbout(owner) });
}

/** Members of a definition that may be schemas. */
const schemaMembers: ReadonlySet<string> = new Set([
  ...['inputSchema', 'outputSchema', 'argumentsSchema'],
  ...Object.keys(foreignMembers).filter((name) => name !== 'name'),
]);

/** SDK 1.x: `server.tool('name', { id: z.string() }, handler)`. */
function isRawShape(definition: unknown): boolean {
  if (typeof definition !== 'object' || definition === null) return false;
  const members = Object.entries(definition);
  return members.length > 0 && members.every(([name, value]) => !schemaMembers.has(name) && isStandardSchema(value));
}
