import { isObject } from '../../jsonrpc/parse-message.js';
import { isJsonType, mediaTypeOf } from '../media-type.js';
import { cutText } from '../schemas/plain-text.js';
import type { ReceivedAnswer } from './received-answer.js';
import { fieldOf } from './received-answer.js';

const maxLength = 4_000;

/**
 * The text about an error for a model: the status, and the message of the route. HTML pages are left out, since Express writes stack
 * traces into them.
 *
 * @param answer - a whole answer
 */
export function errorText(answer: ReceivedAnswer): string {
  const { status, statusText, headers } = answer;
  const retryAfter = fieldOf(headers, 'retry-after');
  const lines = [
    `HTTP ${String(status)} ${statusText}`.trim(),
    detailsOf(answer),
    retryAfter === undefined ? '' : `Retry after ${retryAfter}${/^\d+$/.test(retryAfter) ? ' seconds' : ''}.`,
  ];
  return lines.filter((line) => line !== '').join('\n');
}

function detailsOf({ headers, bytes }: ReceivedAnswer): string {
  const type = mediaTypeOf(fieldOf(headers, 'content-type'));
  const text = bytes.toString('utf8').trim();
  if (isJsonType(type)) return cutText(jsonDetails(text, type === 'application/problem+json'), maxLength);
  return type === 'text/plain' ? cutText(text, maxLength) : '';
}

function jsonDetails(text: string, isProblem: boolean): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return '';
  }
  if (!isObject(value)) return JSON.stringify(value);
  // Error handlers for development add these; they reveal the inside of the app.
  const { stack: _stack, trace: _trace, stackTrace: _stackTrace, ...told } = value;
  if (!isProblem) return JSON.stringify(told);
  // RFC 9457 §3.1
  const { title, detail, status: _status, type, ...others } = told;
  const sentence = [title, detail].filter((part) => typeof part === 'string' && part !== '').join(': ');
  const kind = typeof type === 'string' && type !== 'about:blank' ? `Type: ${type}` : '';
  const more = Object.keys(others).length > 0 ? JSON.stringify(others) : '';
  return [sentence, kind, more].filter((part) => part !== '').join('\n');
}
