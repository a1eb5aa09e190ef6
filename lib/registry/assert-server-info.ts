import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { ServerInfo } from './catalog.js';
import { assertIcons } from './content-rules.js';

/** @throws ConfigurationError when it is not what {@link ServerInfo} says */
export function assertServerInfo(serverInfo: unknown): asserts serverInfo is ServerInfo {
  assertMembers(serverInfo, ['name', 'version', 'title', 'instructions', 'websiteUrl', 'icons'], 'createRegistry');
  assertIcons((serverInfo as Partial<ServerInfo>).icons, 'createRegistry');
  const { name, version } = serverInfo as Partial<Record<string, unknown>>;
  if (typeof name === 'string' && name !== '' && typeof version === 'string' && version !== '') return;
  throw new ConfigurationError(
    'missing_option',
    "createRegistry needs a name and a version: createRegistry({ name: 'notes', version: '1.0.0' }).",
  );
}
