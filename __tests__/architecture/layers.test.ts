import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, '../..');
const fixtures = path.join(here, 'fixtures');

interface LintResult {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
}

interface LegacyConfig {
  readonly overrides: readonly {
    readonly rules?: {
      readonly 'import/no-restricted-paths'?: readonly [
        string,
        { readonly zones: readonly { readonly target: string }[] },
      ];
    };
  }[];
}

/** ESLint with the configuration of the repository, over a small lib/ that breaks each rule in one file. */
async function lintFixtures(): Promise<readonly LintResult[]> {
  const args = [
    '--disable-warning=ESLintRCWarning',
    path.join(root, 'node_modules/eslint/bin/eslint.js'),
    ...['--no-eslintrc', '--config', path.join(root, '.eslintrc.cjs')],
    ...['--rulesdir', path.join(root, 'scripts/eslint-rules')],
    ...['--resolve-plugins-relative-to', root],
    ...['--ext', '.ts', '--format', 'json', 'lib'],
  ];
  const env = { ...process.env, ESLINT_USE_FLAT_CONFIG: 'false' };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: fixtures, env, maxBuffer: 2 ** 24 }, (_error, stdout, stderr) => {
      // ESLint's status is 1 when it has findings, which is what we are here for.
      if (stdout === '') reject(new Error(stderr));
      else resolve(JSON.parse(stdout) as readonly LintResult[]);
    });
  });
}

describe('the layer rules of .eslintrc.cjs', () => {
  const findings = new Map<string, LintResult['messages']>();

  beforeAll(async () => {
    for (const { filePath, messages } of await lintFixtures()) {
      findings.set(path.relative(path.join(fixtures, 'lib'), filePath), messages);
    }
  }, 600_000);

  const rulesOf = (file: string) => [...new Set(findings.get(file)?.map(({ ruleId }) => ruleId))].sort();

  it.each([
    ['a file of the lowest layer that imports nothing', 'errors/fact.ts'],
    ['an import from a lower layer and of the package that the folder may know', 'oauth/clean.ts'],
    ['Express in lib/express', 'express/clean.ts'],
    ['ajv in the room of the schemas', 'registry/schemas/schema-compiler.ts'],
    ['node:crypto in lib/builtins', 'builtins/node-crypto.ts'],
    ['what lib/testing finds out in the command line', 'cli/clean.ts'],
  ])('accept %s', (_title, file) => {
    expect(findings.get(file)).toEqual([]);
  });

  it.each([
    ['an import from a higher layer', 'errors/upward.ts', ['import/no-restricted-paths']],
    ['an import of a type from a higher layer', 'errors/upward-type.ts', ['import/no-restricted-paths']],
    ['an import from a folder of the same layer', 'jsonrpc/sideways.ts', ['import/no-restricted-paths']],
    ['an edge that imports another edge', 'stdio/sideways.ts', ['import/no-restricted-paths']],
    [
      'the command line when it imports an edge that it does not show',
      'cli/sideways.ts',
      ['import/no-restricted-paths'],
    ],
    ['lib/testing when it imports the command line', 'testing/upward.ts', ['import/no-restricted-paths']],
    ['lib/dev when it knows more of us than errors and oauth', 'dev/too-deep.ts', ['import/no-restricted-paths']],
    ['a main entry that loads another entry', 'index.ts', ['import/no-restricted-paths']],
    ['a cycle', 'registry/cycle-one.ts', ['import/no-cycle', 'no-type-cycle']],
    ['a cycle of types', 'registry/type-cycle-one.ts', ['no-type-cycle']],
    ['ajv in the registry outside the room of the schemas', 'registry/schema-library.ts', ['no-restricted-imports']],
    ['node:crypto elsewhere in the registry', 'registry/crypto-elsewhere.ts', ['no-restricted-imports']],
    ['jose in the server layer', 'server/jose-in-server.ts', ['no-restricted-imports']],
    ['a type of Express in the server layer', 'server/express-in-server.ts', ['no-restricted-imports']],
    ['a type of Express in lib/http', 'http/express-in-http.ts', ['no-restricted-imports']],
    [
      'a room of lib/server that imports a higher floor',
      'server/authorization/upward.ts',
      ['import/no-restricted-paths'],
    ],
    ['a part of Node in the server layer', 'server/node-in-server.ts', ['no-restricted-imports']],
    ['a part of Node that is loaded without an import', 'server/builtin-module.ts', ['no-restricted-syntax']],
    ['a dynamic import, which would go past these rules', 'server/dynamic-express.ts', ['no-restricted-syntax']],
    ['the package by its own name inside of it', 'testing/package-name.ts', ['no-restricted-imports']],
    ['a barrel that is no index.ts', 'errors/barrel.ts', ['no-restricted-syntax']],
    ['a default export', 'errors/default-export.ts', ['import/no-default-export']],
  ])('refuse %s', (_title, file, rules) => {
    expect(rulesOf(file)).toEqual(rules);
  });

  it('refuse any', () => {
    expect(rulesOf('errors/any.ts')).toContain('@typescript-eslint/no-explicit-any');
  });

  it('name the whole cycle', () => {
    expect(findings.get('registry/type-cycle-one.ts')?.map(({ message }) => message)).toEqual([
      'Cycle: lib/registry/type-cycle-one.ts → lib/registry/type-cycle-two.ts → lib/registry/type-cycle-one.ts.',
    ]);
  });

  it('have a zone for each folder of lib', () => {
    const config = createRequire(import.meta.url)(path.join(root, '.eslintrc.cjs')) as LegacyConfig;
    const zones = config.overrides.flatMap(({ rules }) => rules?.['import/no-restricted-paths']?.[1].zones ?? []);
    const folders = readdirSync(path.join(root, 'lib'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `./lib/${name}`);
    expect(zones.map(({ target }) => target)).toEqual(expect.arrayContaining(folders));
  });
});
