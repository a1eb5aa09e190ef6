import { capabilitiesOf } from '../call/server-capabilities.js';
import type { Method } from '../call/method.js';

// The description of a server only changes with a deployment. The specification's own example has an hour.
const ttlMs = 3_600_000;

/** The server's description and versions (MCP 2026-07-28 `server/discover`); every server MUST answer it. */
export const serverDiscover: Method = {
  name: 'server/discover',
  eras: ['modern'],
  locate: (call) => ({
    items: [],
    invoke: () => {
      const { catalog, supportedVersions } = call.endpoint;
      const { instructions } = catalog.serverInfo;
      const result = {
        supportedVersions,
        capabilities: capabilitiesOf(call),
        ...(instructions === undefined ? {} : { instructions }),
      };
      return call.revision.completeResult(result, catalog.serverInfo, { ttlMs, cacheScope: 'public' });
    },
  }),
};
