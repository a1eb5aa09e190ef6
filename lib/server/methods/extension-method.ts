import type { ExtensionMethod } from '../../registry/extension.js';
import { InputRequired } from '../../registry/input-required.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import type { RequestInWork } from '../call/call.js';
import { clientOf } from '../call/client-of.js';
import { requireCapabilities } from '../client-requests/client-capabilities.js';
import { maskError } from '../reporting/internal-error.js';
import type { OperationItem } from '../authorization/operation.js';
import { aroundHandler } from '../handlers/around-handler.js';
import { toJsonValue } from '../handlers/json-value.js';
import { invokeHandler } from '../handlers/invoke-handler.js';
import type { Method } from '../call/method.js';
import { methodNotFound } from '../call/method-not-found.js';

/**
 * A method of an extension of the app's own, as the dispatcher knows methods.
 *
 * @param method - compiled at registration
 */
export function extensionMethod(method: ExtensionMethod): Method {
  const { key: name, access, extension } = method;
  return {
    name,
    // Before 2026-07-28 there are no extensions.
    eras: ['modern'],
    extension,
    locate: (call) => {
      const { _meta: _aboutTheRequest, ...params } = call.request.params;
      const target = { kind: 'method', name } as const;
      const item: OperationItem = { access, target, args: params, notFound: () => methodNotFound(name) };
      return {
        items: [item],
        invoke: async () => {
          // basic/versioning#extension-negotiation: with a client that does not support the extension, the request MUST be
          // rejected. Only now, so that who may not know of the method is not told of the extension either.
          requireCapabilities(clientOf(call).capabilities, { extensions: { [extension]: {} } });
          return call.revision.completeResult(await run(call, method, params, item), call.endpoint.catalog.serverInfo);
        },
      };
    },
  };
}

async function run(
  call: RequestInWork,
  method: ExtensionMethod,
  params: RequestInWork['request']['params'],
  item: OperationItem,
): Promise<object> {
  const { handler, key } = method;
  try {
    const around = aroundHandler(call, {
      item,
      owner: method,
      args: params,
      handle: (_args, ctx) => handler(params, ctx),
    });
    const returned = (await invokeHandler(call, around)) ?? {};
    if (!isObject(returned)) throw new TypeError(`Method "${key}" returned no object`);
    // basic/patterns/mrtr: only tools/call, prompts/get and resources/read may ask for input.
    if (returned instanceof InputRequired || returned['resultType'] === 'input_required') {
      throw new TypeError(`Method "${key}" asked for input, which only tools, prompts and resources can`);
    }
    return toJsonValue(returned) as object;
  } catch (error) {
    throw maskError(error, call, key);
  }
}
