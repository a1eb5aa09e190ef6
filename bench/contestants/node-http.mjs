// The least that node:http does for any answer: nothing is parsed, ready bytes are written.
import { callResponse } from '../work/tools.mjs';

export const title = 'bare node:http, ready bytes';
export const eras = ['legacy', 'modern'];
export const joins = ['tools-call'];

export function start() {
  const answer = Buffer.from(JSON.stringify(callResponse({ id: 1, params: {} }, { sum: 5 })));
  const headers = { 'content-type': 'application/json', 'content-length': answer.length };
  return (request, response) => {
    request.resume().on('end', () => response.writeHead(200, headers).end(answer));
  };
}
