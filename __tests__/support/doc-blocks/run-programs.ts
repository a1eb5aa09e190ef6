import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { transform } from '@swc/core';
import { build, stop } from 'esbuild';
import { asPackage } from '../bundled-programs.js';
import type { DocProgram } from './doc-program.js';
import { programText } from './doc-program.js';

/** How a program ended: successfully, or with its output before it failed. */
export type RunOutcome = { readonly failed: false } | { readonly failed: true; readonly output: string };

interface WrittenProgram {
  readonly program: DocProgram;
  readonly file: string;
}

/** Milliseconds that a program may take, however slow the machine. */
const timeLimit = 60_000;

/**
 * Runs programs with the current sources behind the public names. A port that a program listens on is replaced by a free one, also in its
 * own requests. An open server does not keep it alive. Programs run one after the other in as many processes as there are cores. If one
 * fails there, it runs again in a process of its own, and that counts. With `DOC_PROGRAMS_ALONE=1`, each has a process of its own.
 *
 * @param root - folder of package.json and lib
 */
export async function runPrograms(
  programs: readonly DocProgram[],
  root: string,
): Promise<ReadonlyMap<DocProgram, RunOutcome>> {
  const outcomes = new Map<DocProgram, RunOutcome>();
  const folder = await preparedPackage(root);
  try {
    const written: WrittenProgram[] = [];
    for (const program of programs) {
      const file = await writeProgram(program, folder, written.length);
      if (typeof file === 'string') written.push({ program, file });
      else outcomes.set(program, file);
    }
    const size = process.env['DOC_PROGRAMS_ALONE'] === '1' ? 1 : 20;
    const waiting = Array.from({ length: Math.ceil(written.length / size) }, (_none, index) =>
      written.slice(index * size, (index + 1) * size),
    );
    const worker = async () => {
      for (let some = waiting.shift(); some !== undefined; some = waiting.shift()) {
        for (const [program, outcome] of await runInTurn(some, folder)) outcomes.set(program, outcome);
      }
    };
    await Promise.all(Array.from({ length: availableParallelism() }, worker));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return outcomes;
}

/**
 * Makes a folder that contains the package `express-mcp`, built from the sources. It has few files, since opening two hundred takes
 * longer than most programs.
 */
export async function preparedPackage(root: string): Promise<string> {
  await mkdir(path.join(root, '.cache'), { recursive: true });
  const folder = await mkdtemp(path.join(root, '.cache', 'doc-run-'));
  const manifest = await readFile(path.join(root, 'package.json'), 'utf8');
  const { name, exports } = JSON.parse(manifest.replaceAll('./dist/', './lib/')) as {
    readonly name: string;
    readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name, type: 'module', exports }));
  await build({
    absWorkingDir: root,
    entryPoints: Object.values(exports).flatMap((entry) =>
      typeof entry === 'string' ? [] : [entry.default.replace(/\.js$/, '.ts')],
    ),
    outdir: path.join(folder, 'lib'),
    outbase: path.join(root, 'lib'),
    ...asPackage,
  });
  // Its service would stay beside the worker until the end.
  await stop();
  return folder;
}

async function javascript(typescript: string): Promise<string> {
  const { code } = await transform(typescript, {
    swcrc: false,
    configFile: false,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022', keepClassNames: true },
    module: { type: 'es6' },
  });
  return code;
}

/** The file of a program, or why it cannot be written as JavaScript. */
async function writeProgram(program: DocProgram, folder: string, index: number): Promise<string | RunOutcome> {
  const { text } = programText(program);
  const isCommonJs = program.language === 'js' && /\brequire\(/.test(text);
  const file = path.join(folder, `${index}.${isCommonJs ? 'cjs' : 'mjs'}`);
  try {
    await writeFile(file, program.language === 'ts' ? await javascript(text) : text);
    return file;
  } catch (error) {
    return { failed: true, output: String(error) };
  }
}

async function runInTurn(
  programs: readonly WrittenProgram[],
  folder: string,
): Promise<ReadonlyMap<DocProgram, RunOutcome>> {
  const outcomes = new Map<DocProgram, RunOutcome>();
  let left = programs;
  while (left.length > 0) {
    const { begun, outcome } = await runProcess(left, folder);
    for (const [index, program] of left.slice(0, begun).entries()) {
      const isLast = index === begun - 1;
      const isToRepeat = isLast && outcome.failed && left.length > 1;
      const own = isLast ? outcome : ({ failed: false } as const);
      outcomes.set(program.program, isToRepeat ? await runAlone(program, folder) : own);
    }
    left = left.slice(begun);
  }
  return outcomes;
}

async function runAlone(program: WrittenProgram, folder: string): Promise<RunOutcome> {
  return (await runProcess([program], folder)).outcome;
}

/** How many programs a process began, and how the last of them ended. */
async function runProcess(
  programs: readonly WrittenProgram[],
  folder: string,
): Promise<{ readonly begun: number; readonly outcome: RunOutcome }> {
  const env = {
    ...process.env,
    NODE_ENV: 'development',
    NODE_OPTIONS: '',
    // Environment variables of mcpAuth() without options.
    MCP_RESOURCE: 'http://localhost:3000/mcp',
    MCP_ISSUER: 'https://login.example.com',
  };
  const args = [path.join(import.meta.dirname, 'run-in-turn.mjs'), ...programs.map(({ file }) => file)];
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  let begun = 0;
  let output = '';
  const late = `did not end within ${timeLimit} ms\n`;
  const kill = () => {
    output += late;
    child.kill('SIGKILL');
  };
  let timer = setTimeout(kill, timeLimit);
  child.stdio[3]?.on('data', (bytes: Buffer) => {
    begun += bytes.length;
    output = '';
    clearTimeout(timer);
    timer = setTimeout(kill, timeLimit);
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes: Buffer) => (output += String(bytes)));
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  // A process that fails before its first program does as if that had failed.
  return { begun: Math.max(begun, 1), outcome: code === 0 ? { failed: false } : { failed: true, output } };
}
