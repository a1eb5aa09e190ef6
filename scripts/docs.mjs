// npm run docs: builds the documentation site into site/dist. A link that leads nowhere ends it with an error, and
// so does a search of a first user that does not find its page.
// npm run docs -- --serve: shows it at http://localhost:4173.
import path from 'node:path';
import { ensureInstalled, root, run } from './ensure-setup.mjs';
import { ensureFolderInstalled } from './install-folder.mjs';

const site = path.join(root, 'site');
const program = (...names) => path.join(site, 'node_modules', ...names);

ensureInstalled();
ensureFolderInstalled('site');
run(process.execPath, [path.join(root, 'scripts', 'standards.mjs')]);
const { copyPages } = await import('../site/copy-pages.mjs');
copyPages();
run(process.execPath, [program('typedoc', 'bin', 'typedoc')], { cwd: site });
run(process.execPath, [program('vitepress', 'bin', 'vitepress.js'), 'build', '.'], { cwd: site });
const { writeLlms } = await import('../site/write-llms.mjs');
writeLlms(path.join(site, 'dist'));
const { checkLinks } = await import('../site/check-links.mjs');
const { checkSearch } = await import('../site/check-search.mjs');
const problems = [...checkLinks(path.join(site, 'dist')), ...checkSearch(path.join(site, 'dist'))];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`The site is in ${path.relative(process.cwd(), path.join(site, 'dist'))}.`);
if (process.argv.includes('--serve')) {
  run(process.execPath, [program('vitepress', 'bin', 'vitepress.js'), 'preview', '.'], { cwd: site });
}
