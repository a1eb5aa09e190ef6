import { ProtocolError } from '../../errors/protocol-error.js';
import { buildNotification } from '../../jsonrpc/build-message.js';
import type { Params } from '../../jsonrpc/message.js';
import type { CatalogChange, ChangingList } from '../../registry/catalog-changes.js';
import { isThere } from '../authorize.js';
import type { Call } from '../call.js';
import { hasFeature } from '../capabilities.js';
import type { Method } from '../method.js';
import type { OperationItem } from '../operation.js';
import { optionalObject } from '../params.js';
import { metaKeys } from '../revisions/modern.js';
import type { Interest } from '../subscription.js';
import { Subscription } from '../subscription.js';
import { requireTasksExtension } from '../tasks/begin-task.js';
import type { LocatedTask } from '../tasks/locate-task.js';
import { locateVisibleTask } from '../tasks/locate-task.js';
import { TaskSubscription } from '../tasks/task-subscription.js';
import { tasksExtension } from '../../registry/task-support.js';
import { locateResource } from './resources-read.js';

const members: Readonly<Record<ChangingList, string>> = {
  tools: 'toolsListChanged',
  prompts: 'promptsListChanged',
  resources: 'resourcesListChanged',
};
const lists = Object.keys(members) as readonly ChangingList[];

// More than anybody watches, and little enough to decide about while others wait.
const mostResources = 1000;
const mostTasks = 100;

/**
 * A stream of changes (MCP `basic/patterns/subscriptions`). Subscribing to a resource takes the scopes to read it; one that does not
 * exist, or not for this caller, is left out of the acknowledgement.
 */
export const subscriptionsListen: Method = {
  name: 'subscriptions/listen',
  eras: ['modern'],
  locate: async (call) => {
    const filter = optionalObject(call.request.params, 'notifications');
    const wanted = lists.filter((list) => readFlag(filter, members[list]) && hasFeature(call.endpoint.catalog, list));
    const resources = readStrings(filter, 'resourceSubscriptions', mostResources).flatMap((uri) =>
      locateQuietly(call, uri),
    );
    const uris = resources.flatMap(({ target }) => target.name ?? []);
    const tasks = await locateTasks(call, filter);
    const interest = {
      lists: new Set(wanted),
      resources: new Set(uris),
      tasks: new Set(tasks.map(({ task }) => task.id)),
    };
    return {
      items: [...resources, ...tasks.map(({ item }) => item)],
      isStream: true,
      invoke: () => listen(call, interest),
    };
  },
};

/** What is honoured of what the client wants to hear of. */
interface HonouredInterest extends Interest {
  readonly resources: ReadonlySet<string>;
  /** Ids. */
  readonly tasks: ReadonlySet<string>;
}

async function listen(call: Call, interest: HonouredInterest): Promise<object> {
  const { caller, endpoint, outbox, request, revision, cancellation } = call;
  if (!outbox.takesMessages) throw new ProtocolError('not_acceptable', 'Accept must list text/event-stream');
  const meta = { [metaKeys.subscriptionId]: request.id };
  // The acknowledgement MUST come first, and changes that happen meanwhile are not to be missed.
  let acknowledged: Promise<void> = Promise.resolve();
  const send = (message: string): Promise<void> => acknowledged.then(() => outbox.send(message));
  const subscription = new Subscription(endpoint.catalog, { caller, interest, meta, send });
  const hear = (change: CatalogChange): void => {
    subscription.hear(change);
  };
  const stopListening = endpoint.changes.listen(hear, { lists: interest.lists, uris: interest.resources });
  let tasks: TaskSubscription | undefined;
  try {
    const params = { _meta: meta, notifications: acknowledge(interest) };
    acknowledged = outbox.send(buildNotification('notifications/subscriptions/acknowledged', params));
    tasks = new TaskSubscription(call, interest.tasks, meta, send);
    await acknowledged;
    await ended(call);
  } finally {
    stopListening();
    subscription.close();
    tasks?.close();
  }
  // #graceful-closure: SHOULD respond before closing the stream; who has gone away is told nothing.
  if (!cancellation.isCancelled) await outbox.farewell?.(request.id);
  return revision.completeResult({ _meta: meta }, endpoint.catalog.serverInfo);
}

/** Resolves when the client has had enough, or the server wants to close the stream. */
async function ended({ outbox, cancellation }: Call): Promise<void> {
  const stops: (() => void)[] = [];
  await new Promise<void>((resolve) => {
    stops.push(
      cancellation.onCancelled(resolve),
      outbox.onEnding(() => {
        resolve();
      }),
    );
  });
  for (const stop of stops) stop();
}

/** #acknowledgment: the subset that is honoured. */
function acknowledge({ lists: wanted, resources, tasks }: HonouredInterest): Params {
  return {
    ...Object.fromEntries([...wanted].map((list) => [members[list], true])),
    ...(resources.size === 0 ? {} : { resourceSubscriptions: [...resources] }),
    ...(tasks.size === 0 ? {} : { taskIds: [...tasks] }),
  };
}

/**
 * The caller's tasks among those that it wants to hear of. Where there are no tasks, nobody can listen to any.
 *
 * @throws ProtocolError `missing_client_capability` when the client does not declare the extension (`tasks#protocol-errors`)
 */
async function locateTasks(call: Call, filter: Params): Promise<readonly LocatedTask[]> {
  if (filter['taskIds'] === undefined || !call.endpoint.catalog.extensions.has(tasksExtension)) return [];
  requireTasksExtension(call);
  const ids = readStrings(filter, 'taskIds', mostTasks);
  const located = await Promise.all(ids.map((id) => locateVisibleTask(call, id)));
  return located.filter((each) => each !== undefined);
}

function locateQuietly(call: Call, uri: string): readonly OperationItem[] {
  const found = call.endpoint.catalog.findResource(uri);
  return found === undefined || !isThere(found.item, call.caller) ? [] : [locateResource(call, uri).item];
}

function readFlag(filter: Params, member: string): boolean {
  const value = filter[member] ?? false;
  if (typeof value === 'boolean') return value;
  throw new ProtocolError('invalid_params', `Invalid params: notifications.${member} must be a boolean`);
}

function readStrings(filter: Params, member: string, most: number): readonly string[] {
  const values = filter[member] ?? [];
  const isList = Array.isArray(values) && values.length <= most && values.every((value) => typeof value === 'string');
  if (isList) return [...new Set(values as readonly string[])];
  const text = `Invalid params: notifications.${member} must be an array of at most ${most} strings`;
  throw new ProtocolError('invalid_params', text);
}
