// Hand-written server-sent events.

/** The header fields that express-mcp sends as well. */
export const sseHeaders = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Content-Type': 'text/event-stream',
  'X-Accel-Buffering': 'no',
};

/**
 * @param {import('node:http').ServerResponse} response
 * @param {object} message
 */
export function writeEvent(response, message) {
  response.write(`data: ${JSON.stringify(message)}\n\n`);
}
