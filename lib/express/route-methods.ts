import type { ItemAccess } from '../registry/access.js';
import { accessOfRoute } from '../server/authorization/route-access.js';
import type { Layer } from './handler-stack.js';
import { handlerOf } from './handler-stack.js';
import { nodeHttp } from '../builtins/node-http.js';

/** The guards in a route by method; one entry without a method if all methods have the same. */
export function guardsByMethod(stack: readonly Layer[]): ReadonlyMap<string | undefined, readonly ItemAccess[]> {
  const accesses = stack.map((layer) => {
    const handle = handlerOf(layer);
    return { method: layer.method, access: handle === undefined ? undefined : accessOfRoute(handle) };
  });
  const methods = new Set(
    accesses.filter(({ access, method }) => access === undefined || method !== undefined).map(({ method }) => method),
  );
  if (methods.size === 0) methods.add(undefined);
  const byMethod = new Map(
    [...methods].map((method) => [
      method,
      accesses.flatMap((each) =>
        each.access !== undefined && (each.method === undefined || each.method === method) ? [each.access] : [],
      ),
    ]),
  );
  // `app.all` registers each method that there is.
  const [first = []] = byMethod.values();
  const isAll = nodeHttp().METHODS.every((method) => isSame(byMethod.get(method.toLowerCase()), first));
  return isAll ? new Map([[undefined, first]]) : byMethod;
}

function isSame(some: readonly unknown[] | undefined, others: readonly unknown[]): boolean {
  return some?.length === others.length && some.every((each, index) => each === others[index]);
}
