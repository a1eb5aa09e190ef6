// npm run check:release: what is missing before the package can be published? No address is invented.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './ensure-setup.mjs';
import { missingForRelease } from './release/plan-release.mjs';

const read = (name) => readFileSync(path.join(root, name), 'utf8');
const missing = missingForRelease(JSON.parse(read('package.json')), read('CHANGELOG.md'));
for (const each of missing) console.error(`Missing: ${each}`);
if (missing.length > 0) process.exitCode = 1;
else console.log('Nothing is missing for a release.');
