import type { CallMiddleware } from 'express-mcp';

/** Which calls are tried again, how often, and after which errors. */
export interface RetryOptions {
  /** Tools that may run twice: those that only read, or notice that they did it already. */
  readonly tools: ReadonlySet<string>;
  readonly attempts: number;
  readonly isTransient: (error: unknown) => boolean;
}

/** Tries handlers again that failed for a moment. The time limit counts for all attempts together. */
export function retry({ tools, attempts, isTransient }: RetryOptions): CallMiddleware {
  return async (call, next) => {
    const most = tools.has(call.target.name ?? '') ? attempts : 1;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await next();
      } catch (error) {
        if (attempt >= most || !isTransient(error)) throw error;
      }
    }
  };
}
