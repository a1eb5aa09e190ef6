// npm run words: checks the pages for stilted words and long sentences (scripts/plain-words). `npm run lint` runs it, too.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { root } from './ensure-setup.mjs';

const { longSentences, sentencesOf, stiltedWords } = createRequire(import.meta.url)('./plain-words/plain-words.js');

const maxWords = 35;
const maxLabelWords = 4;

/** Pages whose sentences quote the documents of others. */
const quoting = /^docs\/standards(?:\.md$|\/)/;

/**
 * The prose of a page: paragraphs, list items and cells, without code. Headings are
 * left out, also as texts of links, since readers search for questions.
 *
 * @param {string} text - Markdown
 */
export function proseOf(text) {
  const blank = (match) => match.replaceAll(/[^\n]/g, '');
  return text
    .replace(/^---\n[\s\S]*?\n---\n/, blank)
    .replaceAll(/^([ \t]*)(```|~~~)[\s\S]*?^\1?\2[ \t]*$/gm, blank)
    .replaceAll(/<!--[\s\S]*?-->/g, blank)
    .replaceAll(/`[^`\n]*(?:\n[^`\n]*)?`/g, (code) => `code${blank(code)}`)
    .replaceAll(/\[[^\]]*\]\([^)\s]*\)/g, 'page')
    .replaceAll(/<[^>\n]*>|[[\]*_]/g, '')
    .replaceAll(/^#+ .*$/gm, '');
}

/**
 * Problems of a page, each with the remedy.
 *
 * @param {string} text - Markdown
 * @returns {readonly string[]}
 */
export function problemsOf(text) {
  // Fragments such as the head of a column are labels.
  const sentences = sentencesOf(proseOf(text)).filter((each) => each.split(' ').length > maxLabelWords);
  return [...sentences.flatMap(stiltedWords), ...longSentences(sentences, maxWords)];
}

/** Problems of all pages that git knows, each with the name of its page. */
export function checkPages() {
  const { stdout } = spawnSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' });
  const pages = stdout.split('\n').filter((page) => /^(?:docs\/|[A-Z]+\.md$)/.test(page) && !quoting.test(page));
  return pages.flatMap((page) =>
    problemsOf(readFileSync(path.join(root, page), 'utf8')).map((problem) => `${page}: ${problem}.`),
  );
}

if (process.argv[1] === import.meta.filename) {
  const problems = checkPages();
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
