import { ConfigurationError } from '../errors/configuration-error.js';
import { displayName } from '../errors/display-name.js';
import { metaKey } from './definition.js';

/** The built-in extensions, each with the option that offers it. */
const builtIn: ReadonlyMap<string, string> = new Map([
  ['io.modelcontextprotocol/skills', 'registry.skill(…)'],
  ['io.modelcontextprotocol/tasks', "registry.tool(name, { task: 'optional', … }, …)"],
]);

/**
 * Checks the name of an extension: MCP `basic/versioning#extension-negotiation`, a key as `basic/index#_meta` describes it,
 * with a prefix.
 *
 * @param id - the name
 * @throws ConfigurationError `invalid_name`
 */
export function assertExtensionId(id: unknown): asserts id is string {
  const text = typeof id === 'string' ? id : '';
  const [prefix = '', name = ''] = text.split('/');
  if (name === '' || text.length > 256 || !metaKey.test(text)) {
    throw new ConfigurationError(
      'invalid_name',
      `${typeof id === 'string' ? displayName(id) : String(id)} is no name for an extension. ` +
        'Write a domain of yours backwards, a slash and a name, such as "com.example/search".',
    );
  }
  const offeredBy = builtIn.get(text);
  if (offeredBy !== undefined) {
    throw new ConfigurationError('invalid_name', `The extension "${text}" is built in: use ${offeredBy}.`);
  }
  // basic/index#_meta: reserved for MCP. Its own extensions are all called io.modelcontextprotocol/… (SEP-2133).
  const [, second] = prefix.split('.');
  if (prefix !== 'io.modelcontextprotocol' && (second === 'modelcontextprotocol' || second === 'mcp')) {
    throw new ConfigurationError(
      'invalid_name',
      `Names of extensions that begin with "${prefix}/" are reserved for MCP. Take a domain of yours as the prefix.`,
    );
  }
}
