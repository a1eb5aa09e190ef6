// The pages are in the package, so that the path works in node_modules, in the repository and in the site alike.
const pages = 'express-mcp/docs';

/** Functions and definitions with a section of their own in docs/reference.md, in lower case as its anchors are. */
const documented =
  /^(mcp(?:Auth|Router|Scopes|ErrorHandler|Readiness|Listener|Page)|createRegistry|serveStdio|redisStores|testClient|createTestIssuer|devAuthorizationServer|toolsFromOpenApi|tokenExchange|instrumentMcp|apiKeyVerifier|auth\.protect|tool|prompt|resource template|resource|skill|extension)\b/;

/**
 * Where the options of a function, or the members of a definition, are described.
 *
 * @param owner - as in messages: `mcpAuth cache`, `tool "add"`
 * @returns undefined if there is no such section
 */
export function helpAbout(owner: string): string | undefined {
  const [, name] = documented.exec(owner) ?? [];
  return name === undefined
    ? undefined
    : `${pages}/reference.md#${name.toLowerCase().replace('.', '').replace(' ', '-')}`;
}

/**
 * Where a kind of mistake is described.
 *
 * @param code - of the `ConfigurationError`
 */
export function helpWith(code: string): string {
  return `${pages}/errors.md#${code}`;
}
