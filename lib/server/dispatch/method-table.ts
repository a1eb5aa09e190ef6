import type { Catalog } from '../../registry/catalog.js';
import type { RequestInWork } from '../call/call.js';
import { hasFeature } from '../call/server-capabilities.js';
import type { Method } from '../call/method.js';
import { methodNotFound } from '../call/method-not-found.js';
import { completionComplete } from '../methods/completion-complete.js';
import { extensionMethod } from '../methods/extension-method.js';
import { initialize } from '../methods/initialize.js';
import { loggingSetLevel } from '../methods/logging-set-level.js';
import { ping } from '../methods/ping.js';
import { promptsGet } from '../methods/prompts-get.js';
import { promptsList } from '../methods/prompts-list.js';
import { resourcesDirectoryRead } from '../methods/resources-directory-read.js';
import { resourcesList } from '../methods/resources-list.js';
import { resourcesRead } from '../methods/resources-read.js';
import { resourcesTemplatesList } from '../methods/resources-templates-list.js';
import { resourcesSubscribe, resourcesUnsubscribe } from '../methods/resources-subscribe.js';
import { serverDiscover } from '../methods/server-discover.js';
import { skillsGet } from '../methods/skills-get.js';
import { skillsList } from '../methods/skills-list.js';
import { subscriptionsListen } from '../methods/subscriptions-listen.js';
import { tasksCancel } from '../methods/tasks-cancel.js';
import { tasksGet } from '../methods/tasks-get.js';
import { tasksUpdate } from '../methods/tasks-update.js';
import { toolsCall } from '../methods/tools-call.js';
import { toolsList } from '../methods/tools-list.js';

/** Every method that there is, but those of extensions of the app's own. */
export const methodTable: ReadonlyMap<string, Method> = new Map(
  [
    completionComplete,
    initialize,
    loggingSetLevel,
    ping,
    promptsGet,
    promptsList,
    resourcesDirectoryRead,
    resourcesList,
    resourcesRead,
    resourcesSubscribe,
    resourcesTemplatesList,
    resourcesUnsubscribe,
    serverDiscover,
    skillsGet,
    skillsList,
    subscriptionsListen,
    tasksCancel,
    tasksGet,
    tasksUpdate,
    toolsCall,
    toolsList,
  ].map((method) => [method.name, method]),
);

/**
 * The method that a call names, when the revision knows it and there is something behind it.
 *
 * @throws ProtocolError `method_not_found`
 */
export function findMethod({ connection, endpoint, request, revision }: RequestInWork): Method {
  const method = methodTable.get(request.method) ?? ownMethod(endpoint.catalog, request.method);
  const exists =
    method?.eras.includes(revision.era) === true &&
    (method.feature === undefined || hasFeature(endpoint.catalog, method.feature)) &&
    (method.extension === undefined || endpoint.catalog.extensions.has(method.extension)) &&
    (method.needsConnection !== true || connection !== undefined);
  if (exists) return method;
  throw methodNotFound(request.method);
}

/** Whether the server has a method of this name, for whatever caller. */
export function isKnownMethod(name: string, { extensionMethods }: Catalog): boolean {
  return methodTable.has(name) || extensionMethods.has(name);
}

function ownMethod({ extensionMethods }: Catalog, name: string): Method | undefined {
  const method = extensionMethods.get(name);
  return method === undefined ? undefined : extensionMethod(method);
}
