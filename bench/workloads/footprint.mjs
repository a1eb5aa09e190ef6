// Measures the cost of importing the package: time, files, and bytes on the disk.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { median } from '../harness/statistics.mjs';

const here = fileURLToPath(new URL('../', import.meta.url));
const ourRoot = fileURLToPath(new URL('../../', import.meta.url));

const packages = [
  { title: 'express-mcp', imports: ['../dist/index.js'], names: undefined },
  {
    title: 'official SDK 1.x, as in the contestant',
    imports: [
      '@modelcontextprotocol/sdk/server/mcp.js',
      '@modelcontextprotocol/sdk/server/streamableHttp.js',
      '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js',
    ],
    names: ['@modelcontextprotocol/sdk'],
  },
  {
    title: 'official SDK 2.x, as in the contestant',
    imports: ['@modelcontextprotocol/express', '@modelcontextprotocol/node', '@modelcontextprotocol/server'],
    names: ['@modelcontextprotocol/express', '@modelcontextprotocol/node', '@modelcontextprotocol/server'],
  },
  {
    title: 'mcp-handler',
    imports: ['mcp-handler'],
    names: ['mcp-handler', '@modelcontextprotocol/server', '@modelcontextprotocol/node'],
  },
  { title: 'fastmcp', imports: ['fastmcp'], names: ['fastmcp'] },
];

export function run({ quick, publish }) {
  const rounds = quick ? 1 : 7;
  const samples = packages.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    // Express alone and with the package, one after the other, each in a process of its own.
    for (const [index, { imports }] of packages.entries()) {
      const alone = timeImports(['express']);
      const both = timeImports(['express', ...imports]);
      samples[index].push({ milliseconds: both.milliseconds - alone.milliseconds, memory: both.memory - alone.memory });
    }
  }
  const rows = packages.map(({ title, names }, index) => ({
    id: title,
    title,
    importMilliseconds: median(samples[index].map(({ milliseconds }) => milliseconds)),
    importMemory: median(samples[index].map(({ memory }) => memory)),
    ...(names === undefined ? ourSize() : sizeOf(closure(names, here), here)),
  }));
  publish({ id: 'footprint', title: 'Import beyond Express, and size', rows });
}

const program = `
const start = performance.now();
await Promise.resolve();
for (const name of process.argv.slice(1)) await import(name);
console.log(JSON.stringify({ milliseconds: performance.now() - start, memory: process.memoryUsage.rss() }));
`;

function timeImports(names) {
  const args = ['--input-type=module', '--eval', program, '--', ...names];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: here, encoding: 'utf8' }));
}

/** The size of the package and all of its dependencies, and the number of packages. */
function ourSize() {
  const { dependencies } = JSON.parse(readFileSync(`${ourRoot}package.json`, 'utf8'));
  const others = sizeOf(closure(Object.keys(dependencies), ourRoot), ourRoot);
  const [packed] = Object.values(
    JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ourRoot, encoding: 'utf8' }),
    ),
  );
  return { packages: others.packages + 1, installedBytes: others.installedBytes + packed.unpackedSize };
}

/** The places of packages and of their dependencies in node_modules, from the lockfile. */
function closure(names, folder) {
  const { packages: locked } = JSON.parse(readFileSync(`${folder}package-lock.json`, 'utf8'));
  const found = new Set();
  const visit = (name, from) => {
    // Node's resolution: the nearest node_modules on the way up.
    let base = from;
    let place = `${base}node_modules/${name}`;
    while (!(place in locked) && base !== '') {
      base = base.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+\/$/, '$1');
      place = `${base}node_modules/${name}`;
    }
    if (!(place in locked) || found.has(place)) return;
    found.add(place);
    for (const each of Object.keys(locked[place].dependencies ?? {})) visit(each, `${place}/`);
  };
  for (const name of names) visit(name, '');
  return found;
}

function sizeOf(places, folder) {
  const sizes = [...places].map((place) => folderBytes(`${folder}${place}`));
  return { packages: places.size, installedBytes: sizes.reduce((sum, bytes) => sum + bytes, 0) };
}

/** The files of a package, without the packages inside it. */
function folderBytes(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules')
    .map((entry) =>
      entry.isDirectory() ? folderBytes(`${folder}/${entry.name}`) : readFileSync(`${folder}/${entry.name}`).length,
    )
    .reduce((sum, bytes) => sum + bytes, 0);
}
