// Writes llms.txt (an index) and llms-full.txt (every page but the reports) beside the site, for models: https://llmstxt.org.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sections } from './structure.mjs';

const pages = path.join(import.meta.dirname, 'pages');
const pathOf = (file) => path.join(pages, file.replace('README.md', 'index.md'));

/** @param {string} folder - where the built site is */
export function writeLlms(folder) {
  const present = sections.map(({ title, pages: all }) => ({
    title,
    pages: all.filter(([file]) => existsSync(pathOf(file))),
  }));
  const { description } = JSON.parse(readFileSync(path.join(import.meta.dirname, '../package.json'), 'utf8'));
  const index = present.map(({ title, pages: all }) =>
    [
      `## ${title}`,
      '',
      ...all.map(([file, text]) => `- [${text}](/${file.replace('README.md', 'index.md')}): ${summaryOf(file)}`),
      '',
    ].join('\n'),
  );
  // The index names the sources of the pages.
  for (const [file] of present.flatMap(({ pages: all }) => all)) {
    const name = file.replace('README.md', 'index.md');
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    copyFileSync(pathOf(file), path.join(folder, name));
  }
  writeFileSync(path.join(folder, 'llms.txt'), [`# express-mcp`, '', `> ${description}`, '', ...index].join('\n'));
  const full = present
    .filter(({ title }) => title !== 'Reports')
    .flatMap(({ pages: all }) => all.map(([file]) => readFileSync(pathOf(file), 'utf8').trim()));
  writeFileSync(path.join(folder, 'llms-full.txt'), `${full.join('\n\n---\n\n')}\n`);
}

/** The first sentence of a page. */
function summaryOf(file) {
  const text = readFileSync(pathOf(file), 'utf8')
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, '')
    .replace(/<!--[\s\S]*?-->/g, '');
  const paragraph = text.split(/\n\s*\n/).find((part) => /^[A-Z*`]/.test(part.trim())) ?? '';
  const [sentence] = paragraph
    .replace(/\s+/g, ' ')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .split(/(?<=[.:]) /);
  return sentence.trim();
}
