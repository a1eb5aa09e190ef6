import { isObject } from '../../jsonrpc/parse-message.js';
import { metaKeys } from '../../server/revisions/modern.js';
import type { ServerNotification } from './channel.js';
import type { RequestOptions } from './test-client-types.js';
import type { TestClientOptions } from './test-client-options.js';

type Members = Readonly<Record<string, unknown>>;

/** The name and version that the client sends. */
export const clientInfo = { name: 'express-mcp-test-client', version: '1.0.0' };

const newest = '2026-07-28';

/** Whether a client with these options begins with a handshake, as clients up to 2025-11-25 do. */
export function isOlder({ protocolVersion = newest }: TestClientOptions): boolean {
  return protocolVersion !== newest;
}

/**
 * The `_meta` of a request.
 *
 * @param id - of the request, which also names its progress
 * @param capabilities - of the client; older clients say them in their handshake
 */
export function metaOf(
  id: number,
  { onProgress, logLevel }: RequestOptions,
  capabilities: Members | undefined,
): Members | undefined {
  const progress = onProgress === undefined ? undefined : { progressToken: id };
  if (capabilities === undefined) return progress;
  return {
    [metaKeys.protocolVersion]: newest,
    [metaKeys.clientInfo]: clientInfo,
    [metaKeys.clientCapabilities]: capabilities,
    ...(logLevel === undefined ? {} : { [metaKeys.logLevel]: logLevel }),
    ...progress,
  };
}

/**
 * Passes the notifications that come before an answer to the callbacks.
 *
 * @param id - of the request
 * @param options - has the callbacks
 */
export function hearerOf(
  id: number,
  { onProgress, onNotification }: RequestOptions,
): (notification: ServerNotification) => void {
  return (notification) => {
    const { progressToken, progress, total, message } = notification.params;
    if (notification.method !== 'notifications/progress') onNotification?.(notification);
    else if (progressToken === id) {
      onProgress?.({
        progress: Number(progress),
        ...(typeof total === 'number' ? { total } : {}),
        ...(typeof message === 'string' ? { message } : {}),
      });
    }
  };
}

/** Capabilities of a client: it can be asked for input if it has answers. */
export function capabilitiesOf(
  { answer, capabilities }: { [Name in 'answer' | 'capabilities']?: TestClientOptions[Name] | undefined },
  isOld: boolean,
): Members {
  const answering = isOld
    ? { elicitation: {}, sampling: {}, roots: {} }
    : { elicitation: { form: {}, url: {} }, sampling: { tools: {} }, roots: {} };
  return { ...(answer === undefined ? {} : answering), ...capabilities };
}

/** The same with one more extension. */
export function withExtension(capabilities: Members | undefined, name: string): Members {
  const { extensions } = capabilities ?? {};
  return { ...capabilities, extensions: { ...(isObject(extensions) ? extensions : {}), [name]: {} } };
}
