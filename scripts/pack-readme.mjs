// Around `npm pack` and `npm publish`: the README that is packed has absolute links, if package.json says where the repository is. Until
// then its links lead to files in the tarball.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './ensure-setup.mjs';
import { withAbsoluteLinks } from './release/plan-release.mjs';

const readme = path.join(root, 'README.md');
const kept = path.join(root, '.cache', 'README.md');
const { repository, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

if (process.argv[2] === 'restore') {
  if (existsSync(kept)) {
    copyFileSync(kept, readme);
    rmSync(kept);
  }
} else if (repository !== undefined && !existsSync(kept)) {
  mkdirSync(path.dirname(kept), { recursive: true });
  copyFileSync(readme, kept);
  const url = repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
  writeFileSync(readme, withAbsoluteLinks(readFileSync(readme, 'utf8'), url, version));
}
