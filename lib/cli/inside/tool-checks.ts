import { challengeOf } from '../doctor-checks/challenge.js';
import type { Finding } from '../finding.js';
import { failure, ok, warning } from '../finding.js';
import { isAnswer } from '../http-probe.js';
import { parseChallengeField } from '../parse-challenge-field.js';
import { plainText, quoted } from '../plain-text.js';
import type { CallerToken } from './caller-token.js';
import type { ListedTool } from './listed-tool.js';
import { refusedArguments } from './listed-tool.js';
import type { McpVisitor, Reply } from './mcp-visitor.js';

/** The number of tools that are called, even if there are more. */
const maxCalls = 100;
const portableName = /^[A-Za-z0-9_-]{1,64}$/;

/** Options of the checks. */
export interface ToolOptions {
  /** Whether to also call tools that are not marked as read-only. */
  readonly callsAll: boolean;
}

/** The answer to a call, as far as it concerns access. */
type Verdict =
  | { readonly kind: 'denied' | 'silent' | 'unknown' }
  | { readonly kind: 'lacking'; readonly scopes: readonly string[] }
  /** Refused for its arguments only, so access was granted. */
  | { readonly kind: 'let-in' };

/** Finds names that some hosts reject. */
export function checkNames(tools: readonly ListedTool[]): Finding {
  const odd = tools.map(({ name }) => name).filter((name) => !portableName.test(name));
  if (odd.length === 0) return ok('tool-names', 'All hosts take them.');
  return warning(
    'tool-names',
    `Some hosts refuse ${odd.slice(0, 5).map(quoted).join(', ')}${odd.length > 5 ? ` and ${String(odd.length - 5)} more` : ''}.`,
    'Write up to 64 letters, digits, "_" or "-"; dots and longer names fail with the APIs of some models.',
  );
}

/**
 * Finds out what each tool needs, by the list and by the answer to a call. Calls have arguments that violate the tool's schema, so that
 * no handler runs.
 */
export async function checkTools(
  tools: readonly ListedTool[],
  token: CallerToken,
  visitor: McpVisitor,
  { callsAll }: ToolOptions,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const unseen: string[] = [];
  let calls = 0;
  for (const tool of tools) {
    const args = (callsAll || tool.isReadOnly) && calls < maxCalls ? await refusedArguments(tool) : undefined;
    if (args === undefined && tool.ways === undefined) {
      unseen.push(tool.name);
      continue;
    }
    let verdict: Verdict = { kind: 'silent' };
    if (args !== undefined) {
      calls += 1;
      verdict = verdictOf(await visitor.request('tools/call', { name: tool.name, arguments: args }));
    }
    findings.push(judge(tool, token, verdict));
  }
  if (unseen.length > 0) {
    const names = unseen.slice(0, 5).map(quoted).join(', ');
    const more = unseen.length > 5 ? ` and ${String(unseen.length - 5)} more` : '';
    findings.push(
      ok('tool', `Not looked at: ${names}${more}. The list does not say what they need, and they were not called.`),
    );
  }
  return findings;
}

function verdictOf({ answer, message }: Reply): Verdict {
  if (!isAnswer(answer)) return { kind: 'silent' };
  const { error, result } = message ?? {};
  const challenge = answer.status === 403 || answer.status === 401 ? challengeOf(answer) : challengeIn(result);
  if (challenge?.parameters.get('error') === 'insufficient_scope') {
    const scopes = (challenge.parameters.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
    return { kind: 'lacking', scopes };
  }
  if (answer.status === 403 || answer.status === 401) return { kind: 'denied' };
  const { code, message: text } = Object(error) as { readonly code?: unknown; readonly message?: unknown };
  if (typeof text === 'string' && /unknown tool|tool .*not found/i.test(text)) return { kind: 'unknown' };
  const isFailedCall = (Object(result) as { readonly isError?: unknown }).isError === true;
  return code === -32602 || isFailedCall ? { kind: 'let-in' } : { kind: 'silent' };
}

/** The challenge that a failed call carries for hosts that do not act on 403. */
function challengeIn(result: unknown): ReturnType<typeof challengeOf> {
  const { _meta: meta } = Object(result) as { readonly _meta?: unknown };
  const challenges: unknown = (Object(meta) as Readonly<Record<string, unknown>>)['mcp/www_authenticate'];
  const [first] = Array.isArray(challenges) ? (challenges as readonly unknown[]) : [challenges];
  return typeof first === 'string' ? parseChallengeField(first)?.[0] : undefined;
}

const stepUp =
  'Sign in for these as well. If hosts shall have them from the start, name them in scopesSupported or challengeScopes.';

function judge(tool: ListedTool, { scopes: held }: CallerToken, verdict: Verdict): Finding {
  const name = plainText(tool.name);
  const isMet = held === undefined ? undefined : tool.ways?.some((way) => way.every((scope) => held.includes(scope)));
  const needed = needs(tool);
  if (verdict.kind === 'unknown') {
    return failure(
      'tool',
      `${name} is listed, and a call says that it is unknown.`,
      'Let list and call go by the same tools.',
    );
  }
  if (verdict.kind === 'denied') {
    return warning(
      'tool',
      `${name} is refused, and no scopes would help.`,
      'A policy refuses this caller, or the sign-in is not strong or recent enough.',
    );
  }
  if (verdict.kind === 'lacking') {
    const missing = verdict.scopes.filter((scope) => held?.includes(scope) !== true);
    const text = `${name} needs ${quoted(missing.join(' '))}, which the token lacks.`;
    if (isMet !== true) return warning('tool', text, stepUp);
    return failure(
      'tool',
      `${text} The list says ${needed}.`,
      'Let securitySchemes say what a call needs (advertiseScopes does).',
    );
  }
  if (isMet === false) {
    const text = `${name} needs ${needed}, which the token lacks.`;
    if (verdict.kind === 'silent') return warning('tool', text, stepUp);
    return warning(
      'tool',
      `${text} A call is refused for its arguments only.`,
      'Look at scopes before arguments, and make sure that it refuses.',
    );
  }
  const how = verdict.kind === 'let-in' ? 'A call is let in' : `The list says ${needed}`;
  return ok(
    'tool',
    `${name} can be used. ${how}${tool.ways === undefined || verdict.kind === 'silent' ? '' : `, and the list says ${needed}`}.`,
  );
}

function needs({ ways }: ListedTool): string {
  if (ways === undefined) return 'nothing about scopes';
  if (ways.some((way) => way.length === 0)) return 'no scopes';
  return ways.map((way) => quoted(way.join(' '))).join(' or ');
}
