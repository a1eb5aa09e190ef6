import type { CallContext } from '../../registry/call-context.js';
import type { CallToolResult } from '../../registry/content.js';
import type { Tool } from '../../registry/tool.js';
import { mediaTypeOf } from '../media-type.js';
import type { RouteRequest } from '../requests/build-request.js';
import { buildRequest } from '../requests/build-request.js';
import type { RequestPlan } from '../requests/request-plan.js';
import type { ReceivedAnswer } from '../results/received-answer.js';
import { fieldOf } from '../results/received-answer.js';
import { relayRefusal } from '../results/refusal.js';
import { recordReader } from '../results/stream-records.js';
import { toolResultOf } from '../results/tool-result.js';
import { callerOf } from '../routes/hand-on-caller.js';
import { readBody } from '../routes/read-body.js';
import type { RouteAnswer, RouteRunner } from '../routes/run-route.js';
import { runRoute } from '../routes/run-route.js';
import { cutText } from '../schemas/plain-text.js';

/** The parts that the handler of an operation uses. */
export interface OperationCall {
  readonly tool: string;
  readonly request: RequestPlan;
  readonly accept: string;
  readonly runner: RouteRunner;
  readonly maxResponseBytes: number;
  /** The tool's schema of results, as it is now. */
  output(): Tool['output'];
}

/** The handler of an operation's tool. */
export type OperationHandler = (args: Readonly<Record<string, unknown>>, ctx: CallContext) => Promise<CallToolResult>;

/**
 * Makes the handler of a tool that runs a route.
 *
 * @param call - the parts that it uses
 */
export function operationHandler(call: OperationCall): OperationHandler {
  return async (args, ctx) => {
    const built = buildRequest(call.request, args);
    const fields = { accept: call.accept, 'accept-encoding': 'identity' };
    const request: RouteRequest = { ...built, headers: { ...fields, ...built.headers } };
    const answer = await runRoute(call.runner, request, callerOf(ctx.request), ctx.signal);
    const received = await receive(answer, call.maxResponseBytes, ctx);
    relayRefusal(received, ctx, call.tool);
    const origin = call.request.origin ?? ctx.auth?.resource?.origin;
    // Without a public address the URI only names the route.
    const uri = origin === undefined ? `openapi:${request.url}` : `${origin}${request.url}`;
    return toolResultOf(received, { method: request.method, uri, isPublic: origin !== undefined }, call.output());
  };
}

// A progress message is for a person to read.
const maxMessageLength = 500;

/** Reads an answer, and reports records of a stream as progress. */
async function receive(answer: RouteAnswer, maxBytes: number, ctx: CallContext): Promise<ReceivedAnswer> {
  const { status, statusText, headers } = answer;
  const reader = status < 400 ? recordReader(mediaTypeOf(fieldOf(headers, 'content-type'))) : undefined;
  const records: string[] = [];
  const length = Number(fieldOf(headers, 'content-length'));
  const total = Number.isSafeInteger(length) && length > 0 ? length : undefined;
  let pieces = 0;
  const { bytes, isCut } = await readBody(answer, maxBytes, async (chunk, received) => {
    pieces++;
    if (reader !== undefined) {
      for (const record of reader.add(chunk)) {
        records.push(record);
        await ctx.progress(records.length, undefined, cutText(record, maxMessageLength));
      }
    } else if (pieces > 1) {
      await ctx.progress(received, total, `${String(received)} bytes`);
    }
  });
  records.push(...(reader?.end() ?? []));
  return { status, statusText, headers, bytes, isCut, maxBytes, records: reader === undefined ? undefined : records };
}
