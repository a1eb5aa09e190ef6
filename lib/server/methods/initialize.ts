import { ProtocolError } from '../../errors/protocol-error.js';
import { capabilitiesOf } from '../capabilities.js';
import type { Method } from '../method.js';

/**
 * The legacy handshake (2025-11-25 `basic/lifecycle#initialization`). The version was negotiated before: it is the
 * revision that this very call is served by.
 */
export const initialize: Method = {
  name: 'initialize',
  eras: ['legacy'],
  locate: ({ catalog, request, revision }) => ({
    invoke: () => {
      if (typeof request.params['protocolVersion'] !== 'string') {
        throw new ProtocolError('invalid_params', 'Invalid params: protocolVersion must be a string');
      }
      const { instructions } = catalog.serverInfo;
      return {
        protocolVersion: revision.version,
        capabilities: capabilitiesOf(catalog),
        serverInfo: revision.presentServer(catalog.serverInfo),
        ...(instructions === undefined ? {} : { instructions }),
      };
    },
  }),
};
