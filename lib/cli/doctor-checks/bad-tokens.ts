import type { Endpoint } from '../endpoint.js';
import { knock } from '../endpoint.js';
import type { Finding } from '../finding.js';
import { failure, ok, warning } from '../finding.js';
import type { Answer } from '../http-probe.js';
import { isAnswer } from '../http-probe.js';
import { challengeOf } from './challenge.js';

/** An opaque-looking token and one that looks like a JWT: a verifier handles them differently. */
const tokens = ['express-mcp-doctor', 'eyJhbGciOiJub25lIn0.e30.c2lnbmF0dXJl'] as const;

/** RFC 6750 §3.1: an invalid token gets 401 with `invalid_token`. */
export async function checkBadTokens(endpoint: Endpoint): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const token of tokens) {
    const kind = token.includes('.') ? 'a JWT' : 'an opaque token';
    const answer = await knock(endpoint, { authorization: `Bearer ${token}` });
    const finding = isAnswer(answer)
      ? judgeBadToken(answer, kind)
      : failure('bad-token', `To ${kind} that no issuer made, the endpoint ${answer.problem}.`, lookIntoTheLog);
    if (finding !== undefined) findings.push(finding);
  }
  return findings.length > 0 ? findings : [ok('bad-token', 'It is 401 with invalid_token.')];
}

const lookIntoTheLog =
  'Look into the log: the verifier must throw InvalidTokenError for what is no good, and reach the keys of the issuer.';

function judgeBadToken(answer: Answer, kind: string): Finding | undefined {
  const { status } = answer;
  if (status === 401) {
    if (challengeOf(answer)?.parameters.get('error') === 'invalid_token') return undefined;
    return warning(
      'bad-token',
      `To ${kind} that no issuer made, the answer is 401 without error="invalid_token".`,
      'Say invalid_token in the challenge (RFC 6750 §3.1): clients do not know that they must get another token.',
    );
  }
  const finding = `To ${kind} that no issuer made, the answer is ${status}.`;
  if (status < 300) {
    return failure('bad-token', finding, 'The token is not verified. Put mcpAuth() in front of the endpoint.');
  }
  return failure('bad-token', finding, status >= 500 ? lookIntoTheLog : 'Answer 401 with error="invalid_token".');
}

/**
 * MCP `basic/authorization#token-requirements`: access tokens MUST NOT be in the query, where logs and histories keep them.
 *
 * @param withoutToken - the answer to a request without any token
 */
export async function checkQueryToken(endpoint: Endpoint, withoutToken: Answer): Promise<readonly Finding[]> {
  const answer = await knock(endpoint, {}, `access_token=${tokens[0]}`);
  if (!isAnswer(answer)) {
    return [failure('query-token', `The endpoint ${answer.problem}.`, 'Refuse it with 400 invalid_request.')];
  }
  const { status } = answer;
  const isRead = status === 401 && errorOf(answer) === 'invalid_token' && errorOf(withoutToken) !== errorOf(answer);
  if (isRead) {
    return [
      failure(
        'query-token',
        'The token is read: the answer is not the same as without one.',
        'Read tokens from the Authorization header only, and refuse the rest with 400 invalid_request.',
      ),
    ];
  }
  if (status === 400 || status === 401) return [ok('query-token', `It is ${status}: not taken.`)];
  // An endpoint that gives the same answer without a token has already been reported.
  if (status === withoutToken.status && status < 500) {
    return [warning('query-token', `It is ${status}, as without a token.`, 'Ask again when that is mended.')];
  }
  return [failure('query-token', `It is ${status}.`, 'Refuse it with 400 invalid_request, as mcpAuth() does.')];
}

function errorOf(answer: Answer): string | undefined {
  return challengeOf(answer)?.parameters.get('error');
}
