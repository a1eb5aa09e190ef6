import type { CallMiddleware } from 'express-mcp';

/** Tells of handlers that take longer than so many milliseconds, also of those that fail. */
export function tellSlowCalls(limitMs: number, tell: (text: string) => void): CallMiddleware {
  return async (call, next) => {
    const startedAt = performance.now();
    try {
      return await next();
    } finally {
      const ms = performance.now() - startedAt;
      if (ms > limitMs) tell(`${call.method} ${call.target.name ?? ''} took ${ms.toFixed(0)} ms`);
    }
  };
}
