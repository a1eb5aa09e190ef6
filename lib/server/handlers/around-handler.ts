import { ProtocolError } from '../../errors/protocol-error.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import type { CallContext } from '../../registry/call-context.js';
import type { CallMiddleware } from '../../registry/call-middleware.js';
import type { Origin, UsableItem } from '../../registry/item.js';
import type { ValidationOutcome } from '../../registry/schemas/schema-issue.js';
import { describeIssues } from '../../registry/schemas/schema-issue.js';
import type { Eventually } from '../../promises/and-then.js';
import type { Tool } from '../../registry/tool.js';
import { assertStillAllowed } from '../authorization/authorize.js';
import type { OperationItem } from '../authorization/operation.js';
import type { RequestInWork } from '../call/call.js';
import type { HandlerContext } from './handler-context.js';

type SentArguments = Readonly<Record<string, unknown>>;

/** A handler with the facts for its middleware. */
export interface WrappedHandler {
  /** The item of the decision; `args` are those that the client sent. */
  readonly item: OperationItem;
  /** The item of the registry that the handler belongs to. */
  readonly owner: Pick<UsableItem, 'origins'>;
  /** The arguments as the handler gets them. */
  readonly args: unknown;
  handle(args: unknown, ctx: CallContext): unknown;
  /** Validates other arguments; undefined if there can be none. */
  readonly validate?: (args: SentArguments) => Eventually<ValidationOutcome>;
}

/**
 * Wraps a handler in the middleware of its registry, in the order of registration. Without any, it returns the handler itself. If the
 * registry was included, the middleware of the served registry comes first.
 *
 * @param call - the request, which was allowed
 */
export function aroundHandler(call: RequestInWork, wrapped: WrappedHandler): (ctx: HandlerContext) => unknown {
  const { owner } = wrapped;
  const steps = stepsAround(call, owner, wrapped.item.target);
  if (steps.length === 0) return (ctx) => wrapped.handle(wrapped.args, ctx.of(owner));
  return (ctx) => runFrom(steps, { call, wrapped, ctx, sent: wrapped.item.args, args: wrapped.args });
}

/** One middleware, with its registry's view of the call. */
interface Step {
  readonly run: CallMiddleware;
  readonly origin: Origin | undefined;
  readonly target: OperationItem['target'];
}

/** A copy: middleware that is registered meanwhile counts for the next call. */
function stepsAround(
  call: RequestInWork,
  { origins = [] }: WrappedHandler['owner'],
  target: OperationItem['target'],
): readonly Step[] {
  const served = call.endpoint.catalog.middleware.map((run): Step => ({ run, origin: undefined, target }));
  const included = origins.flatMap((origin) =>
    origin.middleware.map((run): Step => ({ run, origin, target: targetWithin(origin, target) })),
  );
  return [...served, ...included];
}

/** A registry knows its tools and prompts by names without a prefix. */
function targetWithin({ key }: Origin, target: OperationItem['target']): OperationItem['target'] {
  return target.kind === 'tool' || target.kind === 'prompt' ? { ...target, name: key } : target;
}

interface Passage {
  readonly call: RequestInWork;
  readonly wrapped: WrappedHandler;
  readonly ctx: HandlerContext;
  readonly sent: SentArguments;
  readonly args: unknown;
}

function runFrom(steps: readonly Step[], passage: Passage): unknown {
  const { call, wrapped, ctx, sent, args } = passage;
  // A middleware that retries after the time limit, or after the client went away, reaches no handler.
  ctx.signal.throwIfAborted();
  const [first, ...others] = steps;
  if (first === undefined) return wrapped.handle(args, ctx.of(wrapped.owner));
  const { run, origin, target } = first;
  const own = origin === undefined ? ctx : ctx.within(origin);
  // Frozen, so that `call.args = …` throws: it would have no effect.
  const seen = Object.freeze({ method: call.request.method, target, args: frozenCopy(sent), ctx: own });
  return run(seen, async (changed) => {
    const next = changed === undefined ? passage : await withArguments(changed, passage);
    return runFrom(others, next);
  });
}

/** @throws Error if they are invalid, which is the middleware's mistake, and what `authorize` throws if they need more scopes */
async function withArguments(sent: SentArguments, passage: Passage): Promise<Passage> {
  const { call, wrapped } = passage;
  const { item, validate } = wrapped;
  if (!isObject(sent)) throw new TypeError('A middleware must give next() an object, or nothing');
  if (validate === undefined) throw new TypeError(`The arguments of ${call.request.method} cannot be changed`);
  const copy = structuredClone(sent);
  const outcome = await validate(copy);
  if (!outcome.valid) throw new Error(`A middleware passed on invalid arguments: ${describeIssues(outcome.issues)}`);
  for (const args of new Set([copy, isObject(outcome.value) ? outcome.value : {}])) {
    await assertStillAllowed({ ...item, args }, call.caller);
  }
  return { ...passage, sent: copy, args: outcome.value };
}

/** Changing the arguments in place would bypass validation. */
function frozenCopy(args: SentArguments): SentArguments {
  return deepFreeze(structuredClone(args));
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}

/** Wraps a tool's handler in the middleware of its registry. */
export function aroundTool(
  call: RequestInWork,
  tool: Tool,
  item: OperationItem,
  args: unknown,
): (ctx: HandlerContext) => unknown {
  // Usually there is no middleware, and one function is enough.
  const isPlain = tool.origins === undefined && call.endpoint.catalog.middleware.length === 0;
  if (isPlain) return (ctx) => tool.handler(args, ctx);
  return aroundHandler(call, {
    item,
    owner: tool,
    args,
    handle: (given, ctx) => tool.handler(given, ctx),
    validate: (given) => tool.input.validate(given),
  });
}

/** The item of a call whose arguments were checked before. */
export function toolItem(call: RequestInWork, tool: Tool): OperationItem {
  const args = call.request.params['arguments'];
  const notFound = (): ProtocolError => new ProtocolError('invalid_params');
  return { access: tool.access, target: { kind: 'tool', name: tool.key }, args: isObject(args) ? args : {}, notFound };
}
