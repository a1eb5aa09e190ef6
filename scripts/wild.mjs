// npm run wild: tries everything in __tests__/wild, prints how many cases of each area come out right, and writes
// __tests__/wild/README.md's table. npm run wild -- --check: writes nothing, and fails when the table says something else.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureInstalled, root } from './ensure-setup.mjs';
import { areas } from './wild/areas.mjs';

ensureInstalled();
const report = path.join(root, '.cache', 'wild.json');
rmSync(report, { force: true });
spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    path.join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    ...['--json', `--outputFile=${report}`, '--silent', '__tests__/wild'],
  ],
  { cwd: root, stdio: ['ignore', 'ignore', 'ignore'] },
);
const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
const tests = testResults.flatMap(({ name, assertionResults }) =>
  assertionResults.map((each) => ({ file: path.basename(name), ...each })),
);
const rows = areas.map(({ area, files }) => {
  const own = tests.filter(({ file }) => files.includes(file));
  const failed = own.filter(({ status }) => status !== 'passed');
  return { area, tried: own.length, handled: own.length - failed.length, failed };
});
const unknown = tests.filter(({ file }) => !areas.some(({ files }) => files.includes(file)));
if (unknown.length > 0) throw new Error(`${unknown[0].file} is in no area of scripts/wild/areas.mjs`);

const cells = [
  ['area', 'tried', 'handled'],
  ['---', '---:', '---:'],
  ...rows.map((row) => [row.area, row.tried, row.handled]),
];
const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
const table = [...cells, ['all', sum('tried'), sum('handled')]].map((row) => `| ${row.join(' | ')} |`).join('\n');
console.log(table);
for (const { area, failed } of rows) {
  for (const { fullName } of failed) console.log(`not handled, ${area}: ${fullName}`);
}

const file = path.join(root, '__tests__', 'wild', 'README.md');
const [before, , after] = readFileSync(file, 'utf8').split(/(?<=<!-- made by npm run wild -->\n)|(?=<!-- end -->)/);
const { format } = await import('prettier');
const text = await format(`${before}\n${table}\n\n${after}`, { parser: 'markdown', printWidth: 140 });
const isSame = text === readFileSync(file, 'utf8');
if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (!isSame) console.error('__tests__/wild/README.md says something else: run npm run wild.');
process.exitCode = sum('tried') === sum('handled') && (isSame || !process.argv.includes('--check')) ? 0 : 1;
