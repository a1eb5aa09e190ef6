// npm run check:package: checks that the package is complete, well described and usable. It packs the package, lints the tarball, and
// installs it into new projects. They use it from ESM, CommonJS and TypeScript, with both Express majors.
import { deepStrictEqual } from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ts from 'typescript';
import { ensureBuilt, ensureInstalled, root } from './ensure-setup.mjs';
import { preparePages, restorePages } from './pack-pages.mjs';
import { unexportedNames } from './unexported-names.mjs';

const fixtures = path.join(root, '__tests__', 'package', 'fixtures');
const bin = (...names) => path.join(root, 'node_modules', ...names);

/** Packages that each entry may load, in all its files, besides Node's own modules and what every part shares in dist/shared/core.js. */
const ofCore = ['ajv', 'jose'];
const loads = {
  'dist/index.js': [],
  'dist/stdio/index.js': [],
  'dist/redis/index.js': [],
  'dist/page/index.js': [],
  'dist/opentelemetry/index.js': ['@opentelemetry/api'],
  'dist/testing/index.js': [],
  'dist/dev/index.js': ['oidc-provider'],
  'dist/openapi/index.js': ['@readme/openapi-parser', 'light-my-request'],
  'dist/upstream/index.js': ['oauth4webapi'],
  'dist/cli/main.js': [],
};

const expressMajors = [
  { express: '5', types: '5' },
  { express: '4.21', types: '4' },
];

let passed = 0;
let failed = 0;

/** Runs a step, prints its result, and continues with the next even if it fails. */
function step(title, work) {
  const started = performance.now();
  let problem;
  try {
    work();
  } catch (error) {
    problem = error;
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${problem === undefined ? '✓' : '✗'} ${title} (${seconds} s)`);
  if (problem === undefined) passed += 1;
  else {
    failed += 1;
    console.log(String(problem.message ?? problem).replace(/^/gm, '    '));
  }
}

/** Runs a command and returns its output; throws with its output if it fails. */
function succeed(command, args, options = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8', ...options });
  if (status !== 0) throw new Error(`${path.basename(args[0] ?? command)} failed\n${stdout}${stderr}`);
  return stdout;
}

function pack(folder) {
  preparePages();
  try {
    return packPrepared(folder);
  } finally {
    restorePages();
  }
}

function packPrepared(folder) {
  const args = ['pack', '--json', '--ignore-scripts', '--loglevel=error', `--pack-destination=${folder}`];
  const report = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8' }));
  const [packed] = Array.isArray(report) ? report : Object.values(report);
  return {
    tarball: path.join(folder, packed.filename),
    files: packed.files.map((file) => file.path),
    packed,
  };
}

const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/** Other files that may be in the tarball: build results, and the pages for users. */
const mayTravel = /^(dist|docs)\/|^(CHANGELOG|SECURITY)\.md$/;

/** Bundles that can be read, declarations and pages for users; docs/decisions/0007 and 0008 say what was left out. */
const limits = { files: 300, bytes: 500_000 };

function checkSize({ size }, files) {
  if (files.length > limits.files) throw new Error(`${files.length} files, and at most ${limits.files} are meant`);
  if (size > limits.bytes) throw new Error(`${size} bytes, and at most ${limits.bytes} are meant`);
}

/** Every relative link of every page in the tarball leads to a file in it, as the tarball has them. */
function checkPages(tarball, files) {
  const pages = files.filter((file) => file.endsWith('.md'));
  const dead = pages.flatMap((page) => {
    const text = succeed('tar', ['-xzOf', tarball, `package/${page}`]).replace(/^(```|~~~)[\s\S]*?^\1/gm, '');
    const targets = [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].map(([, target]) => target);
    const isDead = (target) => !files.includes(path.posix.join(path.posix.dirname(page), target));
    return targets.filter(isDead).map((target) => `${page}: ${target}`);
  });
  if (pages.length < 30 || dead.length > 0) throw new Error(`${pages.length} pages, dead links: ${dead.join(', ')}`);
}

/** Names that declarations need and that no user has to write: what types of schemas and URI templates are computed from, and bases. */
const machinery = new Set(
  [
    'Bare Expressions Flat InferAll InferEach InferHandlerResult InferJson Names OfAllOf OfAnyOf OfArray OfObject OfOneOf OfOneType OfType',
    'OfValue Operator Optional PromptInput Required RequiredNames RestItems Shown StandardIssue StandardJsonSchema StandardResult',
    'BareContents ContentBase IoRedisSubscriber ItemDefinition Meta NodeRedisSubscriber RequestId DecisionCode LimitCode',
    'configurationErrorCodes errorTable logLevels openApiMethods protocolVersions',
  ].flatMap((line) => line.split(' ')),
);

function checkDeclarations(files) {
  const entries = Object.values(manifest.exports).flatMap(({ types }) => types ?? []);
  const names = unexportedNames(
    entries.map((file) => path.join(root, file)),
    path.join(root, 'dist'),
  );
  const internal = names.filter((name) => !machinery.has(name));
  if (internal.length > 0) throw new Error(`declarations show ${internal.join(', ')}, which no entry exports`);
  const maps = files.filter((file) => file.endsWith('.map'));
  if (maps.length > 0) throw new Error(`maps of sources that are not there: ${maps.join(', ')}`);
}

function checkContents(files) {
  const wanted = ['LICENSE', 'README.md', 'package.json'];
  wanted.push(...Object.values(manifest.bin).map(path.posix.normalize));
  const { exports } = manifest;
  for (const target of Object.values(exports)) {
    const named = typeof target === 'string' ? [target] : Object.values(target);
    wanted.push(...named.filter((name) => !name.includes('*')).map(path.posix.normalize));
  }
  const missing = wanted.filter((file) => !files.includes(file));
  const unexpected = files.filter((file) => !wanted.includes(file) && !mayTravel.test(file));
  if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);
  if (unexpected.length > 0) throw new Error(`unexpected: ${unexpected.join(', ')}`);
}

/** The packages that a built file loads, itself or through the files it imports. */
function packagesLoadedBy(entry) {
  const seen = new Set([path.join(root, entry)]);
  const packages = new Set();
  for (const file of seen) {
    const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
    for (const { fileName } of importedFiles) {
      if (fileName.startsWith('.')) seen.add(path.resolve(path.dirname(file), fileName));
      else if (!fileName.startsWith('node:')) packages.add(/^(@[^/]+\/)?[^/]+/.exec(fileName)[0]);
    }
  }
  return [...packages].sort();
}

function checkLoads(entry, allowed) {
  const unexpected = packagesLoadedBy(entry).filter((name) => ![...ofCore, ...allowed].includes(name));
  if (unexpected.length > 0) throw new Error(`${entry} also loads ${unexpected.join(', ')}`);
}

/** Loads the main entry in a process of its own. It must leave to the first call what the first call needs. */
function checkImport() {
  const program = `
    import Module from 'node:module';
    await import(${JSON.stringify(path.join(root, 'dist', 'index.js'))});
    const files = Object.keys(Module._cache ?? {});
    console.log(JSON.stringify([...process.moduleLoadList, ...files]));
  `;
  const loaded = JSON.parse(succeed(process.execPath, ['--input-type=module', '--eval', program]));
  const costly =
    /^NativeModule (internal\/deps\/undici\/undici|crypto|http|internal\/crypto\/.*)$|node_modules[\\/]ajv[\\/]/;
  const early = loaded.filter((name) => costly.test(name));
  if (early.length > 0) throw new Error(`an import of the package loads ${early.join(', ')}`);
}

/** New projects in which the tarball is installed, each a copy of a folder in __tests__/package/fixtures. */
function installConsumers(folder, tarball, { express, types }) {
  const version = (name) => JSON.parse(readFileSync(bin(name, 'package.json'), 'utf8')).version;
  const dependencies = {
    'express-mcp': `file:${tarball}`,
    express,
    '@types/express': types,
    '@types/node': version('@types/node'),
    typescript: version('typescript'),
  };
  mkdirSync(folder);
  cpSync(fixtures, folder, { recursive: true });
  cpSync(path.join(root, '__tests__', 'wild', 'table'), path.join(folder, 'esm', 'table'), { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  succeed('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], {
    cwd: folder,
  });
}

function checkConsumers(folder, major) {
  const name = `Express ${major.express}`;
  const node = (project, file) => succeed(process.execPath, [file], { cwd: path.join(folder, project) });
  // The consumer's own compiler, with its types and skipLibCheck left off: our declarations must stand by themselves.
  const tsc = (project) =>
    succeed(process.execPath, [path.join(folder, 'node_modules/typescript/bin/tsc'), '-p', project], {
      cwd: folder,
    });
  step(`${name}: an ES module imports it and serves with it`, () => node('esm', 'app.js'));
  step(`${name}: what people really send comes out right, row by row`, () => node('esm', 'table/main.mjs'));
  step(`${name}: CommonJS requires it and serves with it`, () => node('cjs', 'app.js'));
  step(`${name}: npx runs its command line`, () => checkCommandLine(folder));
  // The Jest of this repository, without any flag: its loader cannot require an ES module.
  step(`${name}: Jest requires it from CommonJS, with one line of configuration`, () =>
    succeed(process.execPath, [bin('jest/bin/jest.js'), '--config=jest.config.json', '--rootDir=.'], {
      cwd: path.join(folder, 'jest'),
    }),
  );
  for (const project of ['ts-esm', 'ts-cjs']) {
    step(`${name}: TypeScript compiles against it and runs (${project})`, () => {
      tsc(project);
      node(project, 'out/app.js');
    });
  }
}

/** The program as npm installs it: its version, and a registry that uses the same installed package. */
function checkCommandLine(folder) {
  const npx = (...args) => succeed('npx', ['--no-install', 'express-mcp', ...args], { cwd: folder });
  const version = npx('--version').trim();
  if (version !== manifest.version) throw new Error(`says that it is ${version}, and is ${manifest.version}`);
  const { items } = JSON.parse(npx('scopes', 'esm/registry.js', '--role', 'greeter=hello', '--format', 'json'));
  deepStrictEqual(
    items.map(({ name, scopes, access }) => ({ name, scopes, access })),
    [{ name: 'hello', scopes: 'hello', access: { greeter: 'may use' } }],
  );
}

/** A new app of express-generator gets its endpoint by `npx express-mcp init` and answers a client. */
function checkInit(folder, tarball) {
  const npm = (args, cwd) => succeed('npm', [...args, '--loglevel=error'], { cwd });
  const began = performance.now();
  mkdirSync(folder);
  npm(['exec', '--yes', '--package=express-generator@4.16.1', '--', 'express', '--no-view', 'app'], folder);
  const app = path.join(folder, 'app');
  npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', 'express@^4.21', tarball], app);
  cpSync(path.join(fixtures, 'generated'), app, { recursive: true });
  succeed(process.execPath, ['use-init.mjs'], { cwd: app });
  const seconds = Math.round((performance.now() - began) / 1000);
  if (seconds > 120) {
    throw new Error(`from an empty folder to the answer it took ${seconds} s, and two minutes are meant`);
  }
}

ensureInstalled();
ensureBuilt();
const folder = mkdtempSync(path.join(tmpdir(), 'express-mcp-package-'));
try {
  const { tarball, files, packed } = pack(folder);
  console.log(`${packed.filename}: ${files.length} files, ${packed.size} bytes packed`);
  step('the tarball has what it needs and nothing else', () => checkContents(files));
  step(`at most ${limits.files} files and ${limits.bytes / 1000} KB`, () => checkSize(packed, files));
  step('the links of all its pages lead to files in the tarball', () => checkPages(tarball, files));
  step('declarations show nothing internal', () => checkDeclarations(files));
  for (const [entry, allowed] of Object.entries(loads)) {
    step(`${entry} loads of others only ${[...ofCore, ...allowed].join(', ')}`, () => checkLoads(entry, allowed));
  }
  step("an import loads neither ajv nor Node's crypto, http and fetch", checkImport);
  step('publint', () => succeed(process.execPath, [bin('publint/src/cli.js'), 'run', tarball, '--strict']));
  // cjs-resolves-to-esm is what we mean to do, and is proved below; the node10 resolution has no subpaths at all.
  step('are the types wrong?', () =>
    succeed(process.execPath, [
      bin('@arethetypeswrong/cli/dist/index.js'),
      tarball,
      ...[
        '--profile=node16',
        '--ignore-rules=cjs-resolves-to-esm',
        '--exclude-entrypoints',
        './jest',
        '--no-definitely-typed',
        '--no-color',
      ],
    ]),
  );
  step('init adds an endpoint to an app of express-generator, which answers a client', () =>
    checkInit(path.join(folder, 'generated'), tarball),
  );
  for (const major of expressMajors) {
    const consumers = path.join(folder, `express-${major.express}`);
    step(`Express ${major.express}: the tarball installs`, () => installConsumers(consumers, tarball, major));
    checkConsumers(consumers, major);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`package checks: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
