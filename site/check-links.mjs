// VitePress looks whether the page of a link is there; this also looks for its heading, in what was built.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * @param {string} folder - the built site
 * @returns {readonly string[]} a line for each link that leads nowhere
 */
export function checkLinks(folder) {
  const files = readdirSync(folder, { recursive: true }).filter(
    (name) => name.endsWith('.html') && name !== '404.html',
  );
  const texts = new Map(files.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
  const problems = [];
  for (const [name, text] of texts) {
    for (const [, href] of text.matchAll(/<a [^>]*?href="([^"]*)"/g)) {
      if (/^(https?:|mailto:|vscode:|cursor:|goose:)/.test(href)) continue;
      const { pathname, hash } = new URL(href, `http://site/${name.replace(/\.html$/, '')}`);
      const page = pageOf(decodeURIComponent(pathname));
      if (page === undefined) problems.push(`${name}: ${href} leads to no page`);
      else if (hash !== '' && texts.has(page) && !hasAnchor(texts.get(page), decodeURIComponent(hash.slice(1)))) {
        problems.push(`${name}: ${href} leads to no heading`);
      }
    }
  }
  const index = readFileSync(path.join(folder, 'llms.txt'), 'utf8');
  for (const [, target] of index.matchAll(/\]\(\/([^)]*)\)/g)) {
    if (!existsSync(path.join(folder, target))) problems.push(`llms.txt: /${target} leads to no page`);
  }
  return problems;

  function pageOf(pathname) {
    const name = pathname.slice(1);
    const candidates = [name, `${name}.html`, `${name}index.html`, `${name}/index.html`].map((each) =>
      each.replace(/^\//, ''),
    );
    return candidates.find(
      (each) => texts.has(each) || (each !== '' && /\.\w+$/.test(each) && existsSync(path.join(folder, each))),
    );
  }
}

function hasAnchor(text, anchor) {
  return text.includes(`id="${anchor}"`);
}
