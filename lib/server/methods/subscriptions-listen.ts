import { andThen } from '../../promises/and-then.js';
import { gather } from '../../promises/gather.js';
import { ProtocolError } from '../../errors/protocol-error.js';
import type { Params } from '../../jsonrpc/message.js';
import type { ChangingList } from '../../registry/catalog-changes.js';
import { isThere } from '../authorization/visible-items.js';
import type { RequestInWork } from '../call/call.js';
import { hasFeature } from '../call/server-capabilities.js';
import type { SubscriptionFilter } from './subscription-stream.js';
import { SubscriptionStream } from './subscription-stream.js';
import { maxUriCharacters, maxUris } from '../limits/limits.js';
import type { Method } from '../call/method.js';
import type { OperationItem } from '../authorization/operation.js';
import { optionalObject } from '../call/params.js';
import { reporterOf } from '../reporting/internal-error.js';
import { requireTasksExtension } from '../task-calls/create-task.js';
import type { LocatedTask } from '../task-calls/locate-task.js';
import { locateVisibleTask } from '../task-calls/locate-task.js';
import { tasksExtension } from '../../registry/task-support.js';
import { findLocated } from './resources-read.js';

const members: Readonly<Record<ChangingList, string>> = {
  tools: 'toolsListChanged',
  prompts: 'promptsListChanged',
  resources: 'resourcesListChanged',
};
const lists = Object.keys(members) as readonly ChangingList[];

// Few enough to decide quickly.
const maxTasks = 100;

// URIs times templates: a thousand URIs on servers with up to a hundred templates.
const maxMatches = 100_000;

/**
 * A stream of changes (MCP `basic/patterns/subscriptions`). Subscribing to a resource takes the scopes to read it. A resource that does
 * not exist, or not for this caller, is left out of the acknowledgement.
 */
export const subscriptionsListen: Method = {
  name: 'subscriptions/listen',
  eras: ['modern'],
  locate: async (call) => {
    const { catalog } = call.endpoint;
    const filter = optionalObject(call.request.params, 'notifications');
    const wanted = lists.filter((list) => readFlag(filter, members[list]) && hasFeature(catalog, list));
    const resources = await locateQuietly(call, readUris(filter));
    const tasks = await locateTasks(call, filter);
    const interest = {
      lists: new Set(wanted),
      resources: new Set(resources.map(({ target }) => catalog.announcedUri(target.name ?? ''))),
      tasks: new Set(tasks.map(({ task }) => task.id)),
    };
    return {
      items: [...resources, ...tasks.map(({ item }) => item)],
      isStream: true,
      invoke: () => listen(call, interest),
    };
  },
};

async function listen(call: RequestInWork, interest: SubscriptionFilter): Promise<object> {
  if (!call.outbox.takesMessages) throw new ProtocolError('not_acceptable', 'Accept must list text/event-stream');
  return SubscriptionStream.open(call, interest, acknowledge(interest));
}

/** #acknowledgment: the accepted subset. */
function acknowledge({ lists: wanted, resources, tasks }: SubscriptionFilter): Params {
  return {
    ...Object.fromEntries([...wanted].map((list) => [members[list], true])),
    ...(resources.size === 0 ? {} : { resourceSubscriptions: [...resources] }),
    ...(tasks.size === 0 ? {} : { taskIds: [...tasks] }),
  };
}

/**
 * The caller's own tasks among those in the filter. Servers without tasks accept none.
 *
 * @throws ProtocolError `missing_client_capability` if the client does not declare the extension (`tasks#protocol-errors`)
 */
async function locateTasks(call: RequestInWork, filter: Params): Promise<readonly LocatedTask[]> {
  if ((filter['taskIds'] ?? undefined) === undefined || !call.endpoint.catalog.extensions.has(tasksExtension)) {
    return [];
  }
  requireTasksExtension(call);
  const ids = readStrings(filter, 'taskIds', maxTasks);
  const located = await Promise.all(ids.map((id) => locateVisibleTask(call, id)));
  return located.filter((each) => each !== undefined);
}

/** The resources that exist for the caller, each with every template that it matches; all of them must be allowed. */
async function locateQuietly(call: RequestInWork, uris: readonly string[]): Promise<readonly OperationItem[]> {
  assertFewMatches(uris.length, call.endpoint.catalog.resourceTemplates.size);
  const found = uris.flatMap((uri) => {
    const located = findLocated(call, uri);
    return located === undefined ? [] : [[located.item, ...located.others]];
  });
  const report = reporterOf(call);
  const areThere = await gather(
    found.map((items) =>
      andThen(gather(items.map((item) => isThere(item, call.caller, report))), (each) => each.every(Boolean)),
    ),
  );
  return found.filter((_items, index) => areThere[index] === true).flat();
}

/**
 * Limits the matching, since each URI is compared with all templates before the decision.
 *
 * @throws ProtocolError `invalid_params`
 */
function assertFewMatches(uris: number, templates: number): void {
  if (uris * templates <= maxMatches) return;
  const most = Math.floor(maxMatches / templates);
  const text = `Invalid params: notifications.resourceSubscriptions must be an array of at most ${most} strings on this server`;
  throw new ProtocolError('invalid_params', text);
}

function readFlag(filter: Params, member: string): boolean {
  const value = filter[member] ?? false;
  if (typeof value === 'boolean') return value;
  throw new ProtocolError('invalid_params', `Invalid params: notifications.${member} must be a boolean`);
}

function readUris(filter: Params): readonly string[] {
  const uris = readStrings(filter, 'resourceSubscriptions', maxUris);
  if (uris.reduce((sum, { length }) => sum + length, 0) <= maxUriCharacters) return uris;
  const text = `Invalid params: notifications.resourceSubscriptions must have at most ${maxUriCharacters} characters`;
  throw new ProtocolError('invalid_params', text);
}

function readStrings(filter: Params, member: string, most: number): readonly string[] {
  const values = filter[member] ?? [];
  const isList = Array.isArray(values) && values.length <= most && values.every((value) => typeof value === 'string');
  if (isList) return [...new Set(values as readonly string[])];
  const text = `Invalid params: notifications.${member} must be an array of at most ${most} strings`;
  throw new ProtocolError('invalid_params', text);
}
