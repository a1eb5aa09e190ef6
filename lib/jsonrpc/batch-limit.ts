/** Messages that a batch may hold: more than clients send. A batch is one request to rate limiters and many to handlers. */
export const maxBatchMessages = 100;
