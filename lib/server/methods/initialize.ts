import { ProtocolError } from '../../errors/protocol-error.js';
import { capabilitiesOf } from '../call/server-capabilities.js';
import type { Method } from '../call/method.js';
import { agreedVersion } from '../revisions/supported-revisions.js';

/**
 * The legacy handshake (2025-11-25 `basic/lifecycle#initialization`). The version was negotiated before: it is the
 * revision that this very call is served by.
 */
export const initialize: Method = {
  name: 'initialize',
  eras: ['legacy'],
  locate: (call) => ({
    items: [],
    invoke: async () => {
      const { endpoint, openConnection, request, revision } = call;
      const { protocolVersion } = request.params;
      if (typeof protocolVersion !== 'string') {
        throw new ProtocolError('invalid_params', 'Invalid params: protocolVersion must be a string');
      }
      await openConnection?.(request.params, revision.version);
      const { instructions } = endpoint.catalog.serverInfo;
      return {
        protocolVersion: agreedVersion(protocolVersion, revision),
        capabilities: capabilitiesOf(call),
        serverInfo: revision.presentServer(endpoint.catalog.serverInfo),
        ...(instructions === undefined ? {} : { instructions }),
      };
    },
  }),
};
