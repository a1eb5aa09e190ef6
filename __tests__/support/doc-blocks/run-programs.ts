import { execFile } from 'node:child_process';
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

/** Milliseconds that a program may take, however slow the machine. */
const timeLimit = 60_000;

/**
 * Runs programs, each in its own process, with the current sources behind the public names. A port that a program listens on is
 * replaced by a free one, also in its own requests. An open server does not keep it alive.
 *
 * @param root - folder of package.json and lib
 */
export async function runPrograms(
  programs: readonly DocProgram[],
  root: string,
): Promise<ReadonlyMap<DocProgram, RunOutcome>> {
  const outcomes = new Map<DocProgram, RunOutcome>();
  const waiting = [...programs];
  const folder = await preparedPackage(root);
  const worker = async () => {
    for (let program = waiting.shift(); program !== undefined; program = waiting.shift()) {
      outcomes.set(program, await runProgram(program, folder, programs.indexOf(program)));
    }
  };
  try {
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

async function runProgram(program: DocProgram, folder: string, index: number): Promise<RunOutcome> {
  const { text } = programText(program);
  const isCommonJs = program.language === 'js' && /\brequire\(/.test(text);
  const file = path.join(folder, `${index}.${isCommonJs ? 'cjs' : 'mjs'}`);
  try {
    await writeFile(file, program.language === 'ts' ? await javascript(text) : text);
  } catch (error) {
    return { failed: true, output: String(error) };
  }
  const preload = path.join(import.meta.dirname, 'ephemeral-ports.mjs');
  const env = {
    ...process.env,
    NODE_ENV: 'development',
    // Environment variables of mcpAuth() without options.
    MCP_RESOURCE: 'http://localhost:3000/mcp',
    MCP_ISSUER: 'https://login.example.com',
  };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', preload, file],
      { cwd: folder, env, timeout: timeLimit },
      (error, stdout, stderr) => {
        const why = error?.killed === true ? `did not end within ${timeLimit} ms\n` : '';
        resolve(error === null ? { failed: false } : { failed: true, output: `${why}${stdout}${stderr}` });
      },
    );
    child.stdin?.end();
  });
}
