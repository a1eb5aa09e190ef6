import type { ForeignNames } from '../errors/assert-members.js';
import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { mustBe } from '../errors/describe-value.js';
import { invalidOption } from '../errors/invalid-option.js';
import { plainName } from '../errors/display-name.js';
import { helpAbout } from '../errors/help.js';
import type { ServerInfo } from './catalog.js';
import { assertIcons } from './content-rules.js';

/**
 * Checks a server's description of itself.
 *
 * @throws ConfigurationError `missing_option`, `unknown_option` or `invalid_option`
 */
export function assertServerInfo(serverInfo: unknown): asserts serverInfo is ServerInfo {
  if (serverInfo === undefined) throw needsName('missing_option', 'notes');
  if (typeof serverInfo === 'string') throw needsName('invalid_option', serverInfo);
  assertMembers(
    serverInfo,
    ['name', 'version', 'title', 'instructions', 'websiteUrl', 'icons'],
    'createRegistry',
    foreignServerInfo,
  );
  assertIcons((serverInfo as Partial<ServerInfo>).icons, 'createRegistry');
  const { name, version, title, instructions, websiteUrl } = serverInfo as Partial<Record<string, unknown>>;
  if (typeof name !== 'string' || name === '' || typeof version !== 'string' || version === '') {
    throw needsName('missing_option', 'notes');
  }
  for (const [option, value] of Object.entries({ title, instructions, websiteUrl })) {
    if (value !== undefined && typeof value !== 'string') {
      throw invalidOption('createRegistry', mustBe(option, 'a text', value));
    }
  }
}

function needsName(code: 'invalid_option' | 'missing_option', name: string): ConfigurationError {
  return new ConfigurationError(
    code,
    `createRegistry needs a name and a version: createRegistry({ name: '${plainName(name, 64)}', version: '1.0.0' }).`,
    { help: helpAbout('createRegistry') },
  );
}

const inServerInfo = 'it into the first argument: createRegistry({ name, version, instructions })';
const derived = 'nothing: the server tells clients what the registry has';

const inFront = 'mcpAuth({ resource, issuer }), in front of mcpRouter(registry)';

const inDefaults = 'defaults: { scopes: ["notes:read"] }, for every item that does not say';

/** Options that fastmcp and http_mcp take for a server. */
const partsOfOthers: ForeignNames = {
  authenticate: inFront,
  auth: inFront,
  oauth: inFront,
  tools: "registry.tool('name', { inputSchema }, handler) for each",
  prompts: "registry.prompt('name', { argumentsSchema }, handler) for each",
};

/** Options that other packages take for a server. */
export const foreignRegistryOptions: ForeignNames = {
  ...partsOfOthers,
  scopes: inDefaults,
  requiredScopes: inDefaults,
  visibility: 'defaults: { visibility: "granted" }, for every item that does not say',
  policy: 'defaults: { policy: (args, auth) => boolean }, for every item that does not say',
  capabilities: derived,
  instructions: inServerInfo,
  title: inServerInfo,
};

function inOptions(option: string): string {
  return `it into the second argument: createRegistry({ name, version }, { ${option} })`;
}

const foreignServerInfo: ForeignNames = {
  ...partsOfOthers,
  capabilities: derived,
  description: 'instructions: what a model should know about the server',
  state: inOptions('state'),
  pageSize: inOptions('pageSize'),
  defaults: inOptions('defaults'),
  advertiseScopes: inOptions('advertiseScopes'),
  checkFormats: inOptions('checkFormats'),
};
