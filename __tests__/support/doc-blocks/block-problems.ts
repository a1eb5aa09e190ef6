import { spawnSync } from 'node:child_process';
import type { DocBlock } from './doc-block.js';
import { isContinuation, noRunReason } from './doc-program.js';

/** Problems of a block's own text: its info string, JSON that does not parse, missing npm scripts. */
export function blockProblems(block: DocBlock, scripts: readonly string[]): readonly string[] {
  return [...infoProblems(block), ...(checks[block.language]?.(block.code, scripts) ?? [unknownLanguage(block)])];
}

type Check = (code: string, scripts: readonly string[]) => readonly string[];

const unchecked: Check = () => [];

const checks: Readonly<Record<string, Check>> = {
  // Compiled and run separately.
  ts: unchecked,
  typescript: unchecked,
  js: unchecked,
  javascript: unchecked,
  cjs: unchecked,
  mjs: unchecked,
  json: jsonProblems,
  bash: shellProblems,
  sh: shellProblems,
  http: httpProblems,
  text: unchecked,
  python: pythonProblems,
  diff: unchecked,
  html: unchecked,
  yaml: unchecked,
  mermaid: unchecked,
};

function unknownLanguage({ language }: DocBlock): string {
  return language === ''
    ? 'name a language after the fence, `text` if it has none'
    : `nothing is known about checking "${language}"; use one of ${Object.keys(checks).join(', ')}`;
}

function infoProblems(block: DocBlock): readonly string[] {
  const reason = noRunReason(block);
  if (reason === '') return ['`no-run` must be followed by the reason'];
  if (block.info === '' || reason !== undefined || isContinuation(block)) return [];
  return [`what follows the language may be "continue" or "no-run <reason>", not "${block.info}"`];
}

/** Parsed if Python is installed; none of it is run. */
function pythonProblems(code: string): readonly string[] {
  const { error, status, stderr } = spawnSync('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], {
    input: code,
    encoding: 'utf8',
  });
  return error !== undefined || status === 0 ? [] : [`no Python: ${stderr.trim().split('\n').at(-1) ?? ''}`];
}

function jsonProblems(code: string): readonly string[] {
  try {
    JSON.parse(code);
    return [];
  } catch (error) {
    return [`no JSON: ${String(error)}`];
  }
}

// Commands of npm itself; `npm start` and `npm test` run scripts.
const npmCommands = new Set(['install', 'i', 'ci', 'init', 'exec', 'pack', 'run', 'uninstall', 'update', 'view']);

function shellProblems(code: string, scripts: readonly string[]): readonly string[] {
  const named = [...code.matchAll(/\bnpm\s+(?:run\s+(?<script>[\w:.-]+)|(?<command>[a-z][\w-]*))/g)];
  return named.flatMap(({ groups = {} }) => {
    const name = groups['script'] ?? groups['command'] ?? '';
    if (groups['script'] === undefined && npmCommands.has(name)) return [];
    return scripts.includes(name) ? [] : [`package.json has no script "${name}"`];
  });
}

function httpProblems(code: string): readonly string[] {
  const [first = ''] = code.split('\n');
  const isMessage = /^(?:HTTP\/1\.1 \d{3}\b|(?:GET|POST|PUT|PATCH|DELETE|OPTIONS|HEAD) \S+( HTTP\/1\.1)?$)/.test(first);
  return isMessage ? [] : [`begins with neither a request line nor a status line: ${first}`];
}
