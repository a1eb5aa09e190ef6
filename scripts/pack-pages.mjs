// Runs around `npm pack` and `npm publish`, so that the packed pages have working links. A link to a page outside of the package gets
// its address in the repository, if package.json has one; until then it becomes plain text. npm shows the README on a page of its own,
// so all of its links become absolute once there is an address. node scripts/pack-pages.mjs restore: restores the original pages.
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './ensure-setup.mjs';
import { packedPage, travels } from './release/plan-release.mjs';

const kept = path.join(root, '.cache', 'packed-pages');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/** Puts the pages into the form in which they are packed. */
export function preparePages() {
  // A pack that was interrupted left its own pages there.
  restorePages();
  const pages = ['README.md', 'CHANGELOG.md', 'SECURITY.md'];
  for (const name of readdirSync(path.join(root, 'docs'), { recursive: true })) {
    pages.push(path.posix.join('docs', name.split(path.sep).join('/')));
  }
  for (const page of pages.filter((each) => each.endsWith('.md') && travels(each, manifest))) {
    const text = readFileSync(path.join(root, page), 'utf8');
    const packed = packedPage(page, text, manifest);
    if (packed === text) continue;
    mkdirSync(path.dirname(path.join(kept, page)), { recursive: true });
    copyFileSync(path.join(root, page), path.join(kept, page));
    writeFileSync(path.join(root, page), packed);
  }
}

/** Puts the pages of the repository back. */
export function restorePages() {
  if (!existsSync(kept)) return;
  for (const name of readdirSync(kept, { recursive: true })) {
    if (name.endsWith('.md')) copyFileSync(path.join(kept, name), path.join(root, name));
  }
  rmSync(kept, { recursive: true });
}

if (process.argv[1] === import.meta.filename) {
  if (process.argv[2] === 'restore') restorePages();
  else preparePages();
}
