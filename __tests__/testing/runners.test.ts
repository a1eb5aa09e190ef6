import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { markdownBlocks } from '../support/doc-blocks/doc-block.js';
import { preparedPackage } from '../support/doc-blocks/run-programs.js';

const root = path.join(import.meta.dirname, '../..');
const packageBin = (name: string, ...file: string[]) => path.join(root, 'node_modules', name, ...file);

const blocks = markdownBlocks('docs/testing.md', readFileSync(path.join(root, 'docs/testing.md'), 'utf8'));
const blockWith = (mark: string): string => {
  const found = blocks.find(({ code }) => code.includes(mark));
  if (found === undefined) throw new Error(`docs/testing.md has no block with ${mark}`);
  return found.code;
};

interface Ended {
  readonly code: number;
  readonly output: string;
}

const run = (folder: string, args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    // The runners must not take themselves for workers of the one that runs this.
    const { JEST_WORKER_ID: _worker, NODE_OPTIONS: _options, NODE_TEST_CONTEXT: _context, ...env } = process.env;
    execFile(
      process.execPath,
      args,
      { cwd: folder, env: { ...env, CI: '1' }, timeout: 120_000 },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : 1, output: `${stdout}${stderr}` });
      },
    );
  });

const runners: readonly [string, string, string, (file: string) => readonly string[]][] = [
  ['node:test', "from 'node:test';\nimport { testClient }", 'right-node.test.js', (file) => ['--test', file]],
  ['Vitest', "from 'vitest'", 'right-vitest.test.js', (file) => [packageBin('vitest', 'vitest.mjs'), 'run', file]],
  [
    'Jest',
    "from '@jest/globals'",
    'right-jest.test.js',
    (file) => ['--experimental-vm-modules', packageBin('jest', 'bin', 'jest.js'), '--config', '{"transform":{}}', file],
  ],
];

describe('testClient, as docs/testing.md shows it', () => {
  let folder = '';
  let project = '';

  beforeAll(async () => {
    folder = await preparedPackage(root);
    project = path.join(folder, 'project');
    const installed = path.join(project, 'node_modules', 'express-mcp');
    mkdirSync(installed, { recursive: true });
    cpSync(path.join(folder, 'lib'), path.join(installed, 'lib'), { recursive: true });
    cpSync(path.join(folder, 'package.json'), path.join(installed, 'package.json'));
    writeFileSync(path.join(project, 'package.json'), JSON.stringify({ type: 'module' }));
    writeFileSync(path.join(project, 'app.js'), blockWith('export const app = express();\nconst scopesSupported'));
    for (const [, mark, file] of runners) {
      writeFileSync(path.join(project, file), blockWith(mark));
      writeFileSync(
        path.join(project, file.replace('right', 'wrong')),
        blockWith(mark).replaceAll('notes:write', 'notes:admin'),
      );
    }
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(runners)(
    'passes and fails in %s',
    async (_runner, _mark, file, args) => {
      const right = await run(project, args(file));
      expect(right.code === 0 ? '' : right.output).toBe('');
      const wrong = await run(project, args(file.replace('right', 'wrong')));
      expect(wrong.code).toBe(1);
      expect(wrong.output).toContain('Expected a refusal with the scope "notes:admin", but it has "notes:write"');
    },
    180_000,
  );
});
