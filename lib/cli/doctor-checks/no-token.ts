import type { Finding } from '../finding.js';
import { failure, ok } from '../finding.js';
import type { Answer } from '../http-probe.js';
import { headerOf } from '../http-probe.js';
import { quoted } from '../plain-text.js';

/** MCP `basic/authorization#token-handling`: a request that needs a token and has none gets 401; nothing else makes clients sign in. */
export function checkNoToken(answer: Answer): readonly Finding[] {
  const { status } = answer;
  if (status === 401) return [ok('no-token', 'It is 401.')];
  return [failure('no-token', `It is ${status}, and clients begin to sign in at 401 only.`, mendStatus(answer))];
}

function mendStatus(answer: Answer): string {
  const { status } = answer;
  if (status >= 200 && status < 300) {
    return (
      'Clients do not have to sign in. Put mcpAuth() in front of the endpoint, at the path that its `resource` has; ' +
      'when everything may be used without a token (`allowAnonymous`), there is nothing to mend.'
    );
  }
  if (status >= 300 && status < 400) {
    return (
      `It leads to ${quoted(headerOf(answer, 'location'))}. Put mcpAuth() in front of the middleware that redirects to ` +
      'a sign-in page, or give clients the URL that it leads to (https, a slash at the end).'
    );
  }
  return mendRefusal(status);
}

function mendRefusal(status: number): string {
  if (status === 404) {
    return 'The app has no handler at this path: compare it with the path of `resource`, and with what the proxy strips (`path` of mcpAuth).';
  }
  if (status === 405) return 'POST does not arrive: let the proxy and the app take POST at this path.';
  if (status === 403) {
    return 'Something in front refuses first: a firewall, a check of Origin or Host, a CSRF guard. Let requests without cookies through to mcpAuth().';
  }
  if (status === 429) return 'A rate limit refuses first. Wait, or let it count after mcpAuth().';
  if (status >= 500) {
    return 'The app or the proxy fails. Look into the log; when the error is ours, mcpErrorHandler() may be missing behind the router.';
  }
  return 'Something looks at the request before the token. Put mcpAuth() in front of it.';
}
