import { ConfigurationError } from '../errors/configuration-error.js';

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

const memberAdvice: Advice = {
  argsSchema: 'arguments: { style: { description, required: true } }',
  parameters: 'inputSchema for a tool, arguments for a prompt',
  execute: 'the handler as the last argument, behind the definition',
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
 * Refuses members that other packages have in a definition, with the place where they go here.
 *
 * @param definition - what the developer wrote
 * @param owner - whose it is, for the message
 * @throws ConfigurationError `unknown_option`
 */
export function refuseForeignMembers(definition: unknown, owner: string): void {
  if (typeof definition !== 'object' || definition === null) return;
  const name = Object.keys(definition).find((key) => Object.hasOwn(memberAdvice, key));
  if (name === undefined) return;
  throw new ConfigurationError('unknown_option', `${owner}: there is no "${name}". Write ${memberAdvice[name] ?? ''}.`);
}
