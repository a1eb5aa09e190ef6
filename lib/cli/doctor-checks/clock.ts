import type { Endpoint } from '../endpoint.js';
import type { Finding } from '../finding.js';
import { failure, ok, warning } from '../finding.js';
import type { Answer } from '../http-probe.js';
import { headerOf } from '../http-probe.js';

const maxSeconds = 60;

/** A server whose clock is wrong refuses fresh tokens, or takes ended ones. */
export function checkClock(answer: Answer, { now }: Endpoint): readonly Finding[] {
  const date = Date.parse(headerOf(answer, 'date') ?? '');
  if (Number.isNaN(date)) {
    return [
      warning(
        'clock',
        'There is no Date header to compare it with.',
        'Let the server send one (RFC 9110 §6.6.1); Node does by itself.',
      ),
    ];
  }
  const seconds = Math.round((date - now()) / 1000);
  if (Math.abs(seconds) <= maxSeconds) return [ok('clock', `It agrees with the one here within ${maxSeconds} s.`)];
  return [
    failure(
      'clock',
      `It is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} the one here.`,
      'Let both synchronise with a time server (NTP): tokens are refused as ended, or as not valid yet.',
    ),
  ];
}
