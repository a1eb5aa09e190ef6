/** The values for the module with the endpoint. */
export interface EndpointFacts {
  readonly name: string;
  readonly version: string;
  readonly resource: string;
  readonly issuer: string;
  readonly scope: string;
}

/** How the module is written. */
export interface ModuleStyle {
  readonly imports: 'import' | 'require';
  readonly quote: '"' | "'";
  readonly semicolon: '' | ';';
  readonly lineEnd: '\n' | '\r\n';
}

/**
 * Writes the module that has the registry and the middleware of the endpoint.
 *
 * @param facts - the developer's answers
 * @param style - of the app, also used for the module
 * @returns the text of the file
 */
export function endpointModule(facts: EndpointFacts, style: ModuleStyle): string {
  const { imports, quote, semicolon, lineEnd } = style;
  const text = (value: string): string => quoted(value, quote);
  const names = '{ createRegistry, mcpAuth, mcpErrorHandler, mcpRouter }';
  const isImport = imports === 'import';
  const lines = [
    isImport ? `import ${names} from ${text('express-mcp')};` : `const ${names} = require(${text('express-mcp')});`,
    '',
    '// What the endpoint offers. See who may use what: npx express-mcp scopes',
    `${isImport ? 'export ' : ''}const registry = createRegistry({ name: ${text(facts.name)}, version: ${text(facts.version)} });`,
    '',
    'registry.tool(',
    `  ${text('hello')},`,
    `  { description: ${text('Greets the person who signed in')}, scopes: [${text(facts.scope)}] },`,
    '  (_args, ctx) => `Hello ${ctx.auth?.subject ?? "nobody"}`,'.replaceAll('"', quote),
    ');',
    '',
    '// Guards the endpoint, answers MCP clients, and turns refusals into challenges.',
    `${isImport ? 'export ' : ''}const mcp = [`,
    '  mcpAuth({',
    `    resource: ${text(facts.resource)},`,
    `    issuer: ${text(facts.issuer)},`,
    `    scopesSupported: [${text(facts.scope)}],`,
    '  }),',
    '  mcpRouter(registry),',
    '  mcpErrorHandler(),',
    '];',
    ...(isImport ? [] : ['', 'module.exports = { registry, mcp };']),
    '',
  ];
  return lines.map((line) => line.replace(/;$/, semicolon)).join(lineEnd);
}

/**
 * A text as a literal of JavaScript.
 *
 * @param quote - the quotation mark around it
 */
export function quoted(value: string, quote: '"' | "'"): string {
  const literal = JSON.stringify(value).slice(1, -1);
  return quote === '"'
    ? `"${literal}"`
    : `'${literal.replaceAll(String.raw`\"`, '"').replaceAll("'", String.raw`\'`)}'`;
}
