'use strict';

// The layers of lib/, from the ground up. A file imports from its own folder and from the folders listed for it; folders of one layer
// do not import each other. docs/architecture.md has the reasons.
const mayImport = {
  builtins: [],
  errors: [],
  promises: [],
  oauth: ['builtins', 'errors', 'promises', 'stores'],
  jsonrpc: ['errors'],
  stores: ['errors'],
  sealing: ['builtins', 'errors'],
  registry: ['builtins', 'errors', 'promises', 'oauth', 'jsonrpc', 'stores'],
  server: ['errors', 'promises', 'oauth', 'jsonrpc', 'stores', 'sealing', 'registry'],
  http: ['builtins', 'errors', 'promises', 'oauth', 'jsonrpc', 'stores', 'registry', 'server'],
  express: ['builtins', 'errors', 'promises', 'oauth', 'jsonrpc', 'stores', 'registry', 'server', 'http'],
  page: ['errors', 'registry', 'server', 'http'],
  upstream: ['errors', 'promises', 'oauth', 'stores', 'registry'],
  stdio: ['errors', 'oauth', 'jsonrpc', 'stores', 'registry', 'server'],
  opentelemetry: ['errors', 'server'],
  // Its client talks to a registry as over stdio, and its matrix reads the routes of an app: it stands above lib/stdio and lib/express.
  testing: ['errors', 'promises', 'oauth', 'jsonrpc', 'stores', 'registry', 'server', 'stdio', 'express'],
  redis: ['errors', 'promises', 'stores'],
  dev: ['errors', 'oauth'],
  openapi: ['errors', 'oauth', 'jsonrpc', 'registry', 'http'],
  // Shows the results of lib/testing and lib/express in a terminal, so it stands above them.
  cli: ['errors', 'oauth', 'jsonrpc', 'stores', 'registry', 'server', 'express', 'testing'],
};

// Packages that a folder may import from outside, as beginnings of a regular expression.
const outside = {
  builtins: ['node:'],
  errors: [],
  promises: [],
  oauth: ['jose(?:/[a-z/]+)?$'],
  jsonrpc: [],
  stores: [],
  sealing: ['jose(?:/[a-z/]+)?$'],
  registry: [],
  server: [],
  http: ['node:'],
  express: ['express$', 'node:'],
  page: ['node:'],
  stdio: ['node:'],
  opentelemetry: ['@opentelemetry/api$', 'node:diagnostics_channel$'],
  testing: ['jose$', 'node:'],
  // Clients are injected; not even their types are imported, so that ours compile without them.
  redis: ['node:crypto$'],
  dev: ['oidc-provider$', 'node:'],
  openapi: ['light-my-request$', '@readme/openapi-parser$', 'node:'],
  upstream: ['oauth4webapi$'],
  cli: ['node:'],
};

// All restrictions on a folder's imports, except those of the layer zones.
const onlyOutside = (allowed, message) => [
  'error',
  { patterns: [{ regex: `^(?!\\.{1,2}/${allowed.map((name) => `|${name}`).join('')})`, message }] },
];

// The rooms of lib/server and lib/http, from the ground up. A room imports from lower floors; rooms of one floor do not import
// each other.
const floors = {
  server: [
    ['authorization', 'cancellation', 'revisions', 'reporting'],
    ['limits', 'transport', 'notifications', 'tasks'],
    ['calls'],
    ['client-requests', 'sessions'],
    ['call'],
    ['handlers', 'lists'],
    ['task-calls'],
    ['methods'],
    ['dispatch'],
  ],
  http: [['fields'], ['resource'], ['page'], ['access', 'streams'], ['endpoint']],
};

const roomZones = Object.entries(floors).flatMap(([folder, levels]) =>
  levels.flatMap((rooms, level) =>
    rooms.map((room) => ({
      target: `./lib/${folder}/${room}`,
      from: `./lib/${folder}`,
      except: [room, ...levels.slice(0, level).flat()].map((name) => `./${name}`),
      message: `lib/${folder}/${room} imports from its own room and from lower floors (docs/architecture.md).`,
    })),
  ),
);

const zones = [
  ...Object.entries(mayImport).map(([folder, lower]) => ({
    target: `./lib/${folder}`,
    from: './lib',
    except: [folder, ...lower].map((name) => `./${name}`),
    message: `lib/${folder} imports from ${['its own folder', ...lower].join(', ')} (docs/architecture.md).`,
  })),
  {
    target: './lib/index.ts',
    from: './lib',
    except: ['errors', 'promises', 'stores', 'oauth', 'registry', 'server', 'http', 'express'].map(
      (name) => `./${name}`,
    ),
    message: 'Who needs only the middleware loads no other entry (docs/architecture.md).',
  },
  ...roomZones,
];

const noBarrel = {
  selector: 'ExportAllDeclaration, ExportNamedDeclaration[source]',
  message: 'Only an index.ts hands on what other files export.',
};

const noDynamicImport = {
  selector: 'ImportExpression',
  message:
    'A dynamic import goes past the rules on what a folder may import; only lib/dev, lib/openapi, lib/sealing, lib/oauth/jose.ts, lib/registry/schemas/load-validation.ts and lib/cli/load-registry.ts need one.',
};

const noBuiltinModule = {
  selector: "MemberExpression[property.name='getBuiltinModule']",
  message: 'It goes past the rules on what a folder may import; lib/builtins has what is loaded so.',
};

/** @type {import('eslint').Linter.LegacyConfig} */
module.exports = {
  root: true,
  env: { node: true, es2022: true },
  parserOptions: { ecmaVersion: 2022, sourceType: 'module' },
  ignorePatterns: ['node_modules', 'dist', 'coverage', '.cache', '__tests__/**/fixtures', '!.eslintrc.cjs'],
  reportUnusedDisableDirectives: true,
  plugins: ['import'],
  extends: ['eslint:recommended'],
  settings: {
    'import/parsers': { '@typescript-eslint/parser': ['.ts'] },
    'import/resolver': { typescript: { project: './tsconfig.json', noWarnOnMultipleProjects: true } },
  },
  rules: {
    curly: ['error', 'multi-line'],
    eqeqeq: 'error',
    'no-console': 'error',
    'object-shorthand': 'error',
    'import/first': 'error',
    'import/no-duplicates': ['error', { 'prefer-inline': false }],
    'import/no-self-import': 'error',
    'plain-comments': 'error',
  },
  overrides: [
    {
      files: ['*.ts'],
      parser: '@typescript-eslint/parser',
      parserOptions: { projectService: true },
      plugins: ['@typescript-eslint'],
      extends: ['plugin:@typescript-eslint/strict-type-checked', 'plugin:@typescript-eslint/stylistic-type-checked'],
      rules: {
        '@typescript-eslint/consistent-type-imports': 'error',
        '@typescript-eslint/consistent-type-exports': 'error',
        '@typescript-eslint/no-import-type-side-effects': 'error',
        '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
        // A number in a message is readable; types that are not are still refused.
        '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
        '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      },
    },
    {
      files: ['lib/**/*.ts'],
      rules: {
        'import/no-restricted-paths': ['error', { zones }],
        'import/no-cycle': ['error', { ignoreExternal: true }],
        // The same for `import type`, which import/no-cycle leaves out (scripts/eslint-rules).
        'no-type-cycle': 'error',
        'plain-messages': 'error',
        'import/no-default-export': 'error',
        'import/no-extraneous-dependencies': ['error', { devDependencies: false, peerDependencies: true }],
        'max-lines': ['error', { max: 260 }],
        'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      },
    },
    {
      // Scripts in Lua, in which words are names.
      files: ['lib/redis/*-scripts.ts'],
      rules: { 'plain-messages': 'off' },
    },
    ...Object.entries(outside).map(([folder, allowed]) => ({
      files: [`lib/${folder}/**/*.ts`],
      rules: {
        'no-restricted-imports': onlyOutside(
          allowed,
          `Of what is outside the package, lib/${folder} imports ${allowed.length === 0 ? 'nothing' : `only ${allowed.join(', ').replaceAll('$', '')}`} (docs/architecture.md).`,
        ),
      },
    })),
    {
      // The one place that publishes calls over Node's diagnostics channels.
      files: ['lib/server/calls/call-observation.ts'],
      rules: {
        'no-restricted-imports': onlyOutside(
          ['node:diagnostics_channel$'],
          'Of what is outside the package, the observation of calls imports only node:diagnostics_channel (docs/architecture.md).',
        ),
      },
    },
    {
      // The one place that knows ajv.
      files: ['lib/registry/schemas/**/*.ts'],
      rules: {
        'no-restricted-imports': onlyOutside(
          ['ajv(/|$)'],
          'Of what is outside the package, lib/registry/schemas imports only ajv (docs/architecture.md).',
        ),
      },
    },
    {
      files: ['lib/**/*.ts'],
      excludedFiles: [
        'lib/index.ts',
        'lib/*/index.ts',
        'lib/builtins/**',
        'lib/dev/**',
        'lib/openapi/**',
        'lib/sealing/**',
        'lib/oauth/jose.ts',
        'lib/registry/schemas/load-validation.ts',
        'lib/cli/load-registry.ts',
      ],
      rules: { 'no-restricted-syntax': ['error', noBarrel, noDynamicImport, noBuiltinModule] },
    },
    {
      files: ['lib/builtins/**/*.ts'],
      rules: { 'no-restricted-syntax': ['error', noBarrel, noDynamicImport] },
    },
    {
      // Optional peers are imported on demand. So are the module of a user, encryption and ajv.
      files: [
        'lib/dev/**/*.ts',
        'lib/openapi/**/*.ts',
        'lib/sealing/**/*.ts',
        'lib/oauth/jose.ts',
        'lib/registry/schemas/load-validation.ts',
        'lib/cli/load-registry.ts',
      ],
      excludedFiles: ['lib/dev/index.ts', 'lib/openapi/index.ts'],
      rules: { 'no-restricted-syntax': ['error', noBarrel, noBuiltinModule] },
    },
    {
      files: ['__tests__/**/*.ts'],
      rules: {
        // describe() blocks are long by nature.
        'max-lines-per-function': 'off',
        // `expect(mock.method)` and supertest's thenables are how tests read.
        '@typescript-eslint/unbound-method': 'off',
      },
    },
    {
      // node:test collects its suites and tests itself.
      files: ['examples/*/test/**/*.ts'],
      rules: {
        '@typescript-eslint/no-floating-promises': [
          'error',
          {
            allowForKnownSafeCalls: [
              { from: 'package', package: 'node:test', name: ['describe', 'it', 'before', 'after'] },
            ],
          },
        ],
      },
    },
    {
      files: ['bench/**', 'endurance/**', 'examples/**', 'inspect/**', 'scripts/**'],
      rules: { 'no-console': 'off' },
    },
    {
      // Parts of it run in a browser.
      files: ['inspect/*.mjs'],
      env: { browser: true },
    },
    {
      files: ['*.cjs'],
      parserOptions: { sourceType: 'script' },
    },
  ],
};
