import { ProtocolError } from '../../errors/protocol-error.js';
import { isLogLevel } from '../../registry/log-level.js';
import type { Method } from '../call/method.js';

/** Which log messages a legacy client wants (2025-11-25 `server/utilities/logging#setting-log-level`). */
export const loggingSetLevel: Method = {
  name: 'logging/setLevel',
  eras: ['legacy'],
  needsConnection: true,
  locate: ({ connection, request }) => ({
    items: [],
    invoke: async () => {
      const { level } = request.params;
      if (!isLogLevel(level)) {
        throw new ProtocolError('invalid_params', 'Invalid params: level must be a level of log messages');
      }
      await connection?.setLogLevel(level);
      return {};
    },
  }),
};
