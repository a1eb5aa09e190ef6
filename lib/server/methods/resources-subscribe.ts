import type { RequestInWork } from '../call/call.js';
import type { Connection } from '../transport/connection.js';
import type { Method } from '../call/method.js';
import { requireString } from '../call/params.js';
import { locateResource } from './resources-read.js';

/**
 * Changes of a resource reveal as much as its contents, so subscribing needs its scopes (2025-11-25 `server/resources#subscriptions`).
 */
export const resourcesSubscribe: Method = {
  name: 'resources/subscribe',
  eras: ['legacy'],
  feature: 'resources',
  needsConnection: true,
  locate: (call) => onResource(call, (connection, uri) => connection.subscribe(uri)),
};

/** Ends a subscription. A resource that is gone or no longer allowed gives the same answer as when subscribing. */
export const resourcesUnsubscribe: Method = {
  name: 'resources/unsubscribe',
  eras: ['legacy'],
  feature: 'resources',
  needsConnection: true,
  locate: (call) => onResource(call, (connection, uri) => connection.unsubscribe(uri)),
};

function onResource(
  call: RequestInWork,
  act: (connection: Connection, uri: string) => Promise<void>,
): ReturnType<Method['locate']> {
  const uri = requireString(call.request.params, 'uri');
  const { item, others } = locateResource(call, uri);
  return {
    items: [item, ...others],
    invoke: async () => {
      if (call.connection !== undefined) await act(call.connection, call.endpoint.catalog.announcedUri(uri));
      return {};
    },
  };
}
