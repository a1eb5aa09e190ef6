// npm run release -- <version>: writes the version into package.json and package-lock.json, and a heading into CHANGELOG.md.
// node scripts/release.mjs tag: the tag of npm for the version in package.json.
// docs/releasing.md says what comes before and after.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { npm, root } from './ensure-setup.mjs';
import { isAfter, releaseChangelog, tagOf } from './release/plan-release.mjs';

const [version] = process.argv.slice(2);
const file = path.join(root, 'CHANGELOG.md');
const { version: previous } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

if (version === 'tag') console.log(tagOf(previous));
else if (version === undefined || !isAfter(version, previous)) {
  console.error(`Write a version after ${previous}, such as 1.0.0-rc.0: npm run release -- <version>`);
  process.exitCode = 1;
} else {
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(file, releaseChangelog(readFileSync(file, 'utf8'), version, date));
  npm(['version', version, '--no-git-tag-version', '--ignore-scripts']);
}
