import { challengeOf } from '../doctor-checks/challenge.js';
import type { Endpoint } from '../endpoint.js';
import type { FirstVisit } from '../examine.js';
import type { Finding } from '../finding.js';
import { failure, ok } from '../finding.js';
import { isAnswer } from '../http-probe.js';
import { quoted } from '../plain-text.js';
import type { ListedTool } from './listed-tool.js';
import { toolsOf } from './listed-tool.js';
import type { Reply } from './mcp-visitor.js';
import { McpVisitor } from './mcp-visitor.js';
import { checkToken } from './token-checks.js';
import type { TokenSource } from './token-source.js';
import type { ToolOptions } from './tool-checks.js';
import { checkNames, checkTools } from './tool-checks.js';

const maxPages = 10;

/** Looks at an endpoint as a client does that has signed in. */
export async function examineInside(
  endpoint: Endpoint,
  visit: FirstVisit,
  source: TokenSource,
  options: ToolOptions,
): Promise<readonly Finding[]> {
  const { token, findings } = await source(visit);
  if (token === undefined) return findings;
  const visitor = new McpVisitor(endpoint, token.value);
  const hello = checkHello(await visitor.open());
  const isTaken = hello.status === 'ok';
  const context = { visit, typed: endpoint.typed, isTaken, now: endpoint.now() };
  const about = [...findings, hello, ...checkToken(token, context)];
  if (!isTaken) return about;
  const listed = await listTools(visitor);
  if ('status' in listed) return [...about, listed];
  const ofTools = await checkTools(listed.tools, token, visitor, options);
  await visitor.close();
  const count = `The token shows ${String(listed.tools.length)} tool${listed.tools.length === 1 ? '' : 's'}.`;
  return [...about, ok('list', count), checkNames(listed.tools), ...ofTools];
}

function checkHello({ answer, message }: Reply): Finding {
  if (!isAnswer(answer)) {
    return failure('token', `With the token, the endpoint ${answer.problem}.`, 'Look into the log of the app.');
  }
  if (message?.['result'] !== undefined) return ok('token', 'The endpoint takes it.');
  const parameters = challengeOf(answer)?.parameters;
  const words = [parameters?.get('error'), parameters?.get('error_description')].filter((word) => word !== undefined);
  const said = words.length === 0 ? '' : `: ${words.map(quoted).join(' ')}`;
  const scope = parameters?.get('scope');
  if (answer.status === 403) {
    const mend = scope === undefined ? 'Look into the log of the app.' : `Sign in for ${quoted(scope)}.`;
    return failure('token', `The endpoint refuses it with 403${said}.`, mend);
  }
  const mend =
    'Compare issuer and audience below with what the metadata says; onDecision of mcpAuth() has the reason, with both values, in `cause`.';
  return failure('token', `The endpoint answers ${answer.status} to it${said}.`, mend);
}

async function listTools(visitor: McpVisitor): Promise<Finding | { readonly tools: readonly ListedTool[] }> {
  const tools: ListedTool[] = [];
  let cursor: unknown;
  for (let page = 0; page < maxPages; page += 1) {
    const { answer, message } = await visitor.request('tools/list', typeof cursor === 'string' ? { cursor } : {});
    const result = message?.['result'] as { readonly tools?: unknown; readonly nextCursor?: unknown } | undefined;
    if ((message?.['error'] as { readonly code?: unknown } | undefined)?.code === -32601) return { tools: [] };
    if (!Array.isArray(result?.tools)) {
      const problem = isAnswer(answer) ? `answers ${answer.status} to tools/list, without tools` : answer.problem;
      return failure('list', `The endpoint ${problem}.`, 'Look into the log of the app.');
    }
    tools.push(...toolsOf(result.tools));
    cursor = result.nextCursor;
    if (typeof cursor !== 'string') break;
  }
  return { tools };
}
