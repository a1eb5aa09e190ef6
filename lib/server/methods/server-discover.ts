import { capabilitiesOf } from '../call/server-capabilities.js';
import type { Method } from '../call/method.js';

// What a server is changes when it is deployed anew. An hour is what the specification's own example says.
const ttlMs = 3_600_000;

/** What the server is and speaks (MCP 2026-07-28 `server/discover`); every server MUST answer it. */
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
