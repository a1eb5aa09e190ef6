import type { RequestInWork } from '../call/call.js';
import type { Connection } from '../transport/connection.js';
import type { Method } from '../call/method.js';
import { requireString } from '../call/params.js';
import { locateResource } from './resources-read.js';

/** That a resource changes is as much as what it contains, so subscribing takes its scopes (2025-11-25 `server/resources#subscriptions`). */
export const resourcesSubscribe: Method = {
  name: 'resources/subscribe',
  eras: ['legacy'],
  feature: 'resources',
  needsConnection: true,
  locate: (call) => onResource(call, (connection, uri) => connection.subscribe(uri)),
};

/** The end of a subscription. What does not exist any more, or is not allowed any more, tells the same as when it was begun. */
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
