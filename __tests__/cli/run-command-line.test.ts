import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runCommandLine } from '../../lib/cli/run-command-line.js';
import { fixtures, runCli } from '../support/command-line.js';

const root = path.join(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
};

/** Runs the program itself, in a process of its own. */
async function spawnCli(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const program = [path.join(root, 'node_modules/tsx/dist/cli.mjs'), path.join(root, 'lib/cli/main.ts'), ...args];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, program, { cwd: root }, (_error, out, err) => {
      resolve({ code: child.exitCode ?? -1, out, err });
    });
  });
}

describe('express-mcp', () => {
  it.each([[['--help']], [['-h']], [['scopes', '--help']], [['doctor', '-h']]])('prints help for %j', async (args) => {
    const { code, out, err } = await runCli(args);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(
      /^express-mcp: adds protected MCP endpoints, and looks at them\n[^]*init \[file\][^]*scopes <module>[^]*doctor <url>/,
    );
  });

  it('prints its version', async () => {
    expect(await runCli(['--version'])).toEqual({ code: 0, out: `${manifest.version}\n`, err: '' });
  });

  it.each([
    [[], 'Name a command.'],
    [['check'], 'There is no command "check".'],
    [['constructor'], 'There is no command "constructor".'],
  ])('refuses %j with exit code 2 and says what there is', async (args, message) => {
    const { code, out, err } = await runCli(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(err).toContain('express-mcp doctor <url>');
  });

  it('hides no error of its own', async () => {
    const write = () => {
      throw new Error('write EPIPE');
    };
    const environment = { write, complain: write, folder: fixtures, now: Date.now };
    await expect(runCommandLine(['scopes', 'notes.ts'], environment)).rejects.toThrow('write EPIPE');
  });

  it('is a program of its own, which ends although the module that it imports keeps a timer', async () => {
    expect(manifest.bin).toEqual({ 'express-mcp': './dist/cli/main.js' });
    const { code, out, err } = await spawnCli('scopes', '__tests__/cli/fixtures/stays-open.ts');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^tool +wait +no scopes +always$/m);
  });

  it('tells by its exit code that it was used wrongly', async () => {
    const { code, out, err } = await spawnCli('doctor', 'no url');
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^express-mcp: "no url" is no URL with http or https\./);
  });
});
