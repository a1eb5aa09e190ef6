import type { ForeignNames } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { displayName } from '../errors/display-name.js';
import { helpAbout } from '../errors/help.js';

/** Names that other MCP packages use, and the text to write instead. */
type Advice = Readonly<Record<string, string>>;

const registryAdvice: Advice = {
  registerTool: "registry.tool('name', { inputSchema }, handler)",
  registerPrompt: "registry.prompt('name', { arguments }, handler)",
  registerResource: "registry.resource('uri', { name }, read) or registry.resourceTemplate('uri/{id}', { name }, read)",
  addTool: "registry.tool('name', { inputSchema }, handler)",
  addPrompt: "registry.prompt('name', { arguments }, handler)",
  addResource: "registry.resource('uri', { name }, read)",
  connect: 'app.use(mcpAuth({ … }), mcpRouter(registry)), or serveStdio(registry) of express-mcp/stdio',
};

const contextAdvice: Advice = {
  authInfo: 'ctx.auth, with subject, clientId, scopes and claims',
  sendNotification: 'ctx.progress(…) or ctx.log(…)',
  sendRequest: 'ctx.inputRequired({ requests })',
  requestInfo: 'ctx.request',
};

/** Members that other packages have in a definition, and where they go here. */
export const foreignMembers: ForeignNames = {
  argsSchema: 'argumentsSchema: z.object({ … }), or arguments: { style: { description, required: true } }',
  parameters: 'inputSchema for a tool, argumentsSchema for a prompt',
  paramsSchema: 'inputSchema',
  input: 'inputSchema',
  schema: 'inputSchema',
  execute: 'the handler as the last argument, behind the definition',
  handler: 'the handler as the last argument, behind the definition',
  cb: 'the handler as the last argument, behind the definition',
  name: 'the name as the first argument, and title for the name that people see',
  requiredScopes: "scopes: ['notes:write']",
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
 * Refuses what other packages take in place of a definition: a description, or the handler at once.
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
  if (typeof definition !== 'function') return;
  const message = `${owner}: write a definition before the handler, {} if there is nothing to say.`;
  throw new ConfigurationError('invalid_option', message, { help: helpAbout(owner) });
}
