// Copies what the site shows into site/pages, which Git does not keep: docs/, the README as first page, and the pages that it names.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
const pages = path.join(import.meta.dirname, 'pages');

/** Pages outside docs/, and where they stand on the site. */
const beside = {
  'README.md': 'index.md',
  'CHANGELOG.md': 'changelog.md',
  'CONTRIBUTING.md': 'contributing.md',
  'SECURITY.md': 'security.md',
};

/** Makes site/pages anew. */
export function copyPages() {
  rmSync(pages, { recursive: true, force: true });
  mkdirSync(pages);
  cpSync(path.join(root, 'docs'), pages, { recursive: true });
  for (const [file, place] of Object.entries(beside)) cpSync(path.join(root, file), path.join(pages, place));
  for (const name of readdirSync(pages, { recursive: true })) {
    // VitePress takes over files to download, such as the dashboard for Grafana, from a folder of this name.
    if (name.endsWith('.json')) cpSync(path.join(pages, name), path.join(pages, 'public', name));
    if (!name.endsWith('.md')) continue;
    const from = beside[sourceOf(name)] === undefined ? path.posix.join('docs', name) : sourceOf(name);
    const text = readFileSync(path.join(pages, name), 'utf8').replace(
      /\]\((?!https?:|#|mailto:)([^)\s]+)\)/g,
      (_, target) => `](${moved(target, from, name)})`,
    );
    const place = path.join(pages, name.replace(/README\.md$/, 'index.md'));
    if (place !== path.join(pages, name)) rmSync(path.join(pages, name));
    writeFileSync(place, text);
  }
}

function sourceOf(name) {
  return Object.keys(beside).find((file) => beside[file] === name);
}

/** A link of a page, as it has to be where the page stands on the site. */
function moved(target, from, name) {
  const [file, anchor] = target.split('#');
  const meant = path.posix.normalize(path.posix.join(path.posix.dirname(from), file));
  const suffix = anchor === undefined ? '' : `#${anchor}`;
  const place =
    beside[meant] ??
    (meant.startsWith('docs/') ? meant.slice('docs/'.length).replace(/README\.md$/, 'index.md') : undefined);
  // Sources are not part of the site.
  if (place === undefined) return 'https://www.npmjs.com/package/express-mcp?activeTab=code';
  const relative = path.posix.relative(path.posix.dirname(name), place);
  return `${relative.startsWith('.') ? relative : `./${relative}`}${suffix}`;
}
