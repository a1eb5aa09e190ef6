// Is every mutant that survived explained in docs/mutation.md, and is everything that is explained there still alive?
// node scripts/mutation/check-survivors.mjs [report] [document] [--partial]
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../ensure-setup.mjs';

// A run of some files says nothing about the others, so that what is explained there need not be found.
const isPartial = process.argv.includes('--partial');
const [reportFile = '.cache/mutation.json', documentFile = 'docs/mutation.md'] = process.argv
  .slice(2)
  .filter((argument) => argument !== '--partial');
const { files } = JSON.parse(readFileSync(path.resolve(root, reportFile), 'utf8'));
const survived = Object.entries(files).flatMap(survivorsOf);
const explained = explainedIn(readFileSync(path.resolve(root, documentFile), 'utf8'));

const unexplained = survived.filter((each) => !explained.includes(each));
const dead = isPartial ? [] : explained.filter((each) => !survived.includes(each));
for (const each of unexplained) console.error(`Survived, and ${documentFile} does not explain it:\n  ${each}`);
for (const each of dead) console.error(`${documentFile} explains it, but it did not survive:\n  ${each}`);
if (unexplained.length + dead.length > 0) process.exit(1);
console.log(`${documentFile} explains every mutant that survived (${survived.length}).`);

/** Survivors of one file, each as the first three cells of a row of the document. */
function survivorsOf([file, { source, mutants }]) {
  const lines = source.split('\n');
  return mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map(({ location, replacement }) => {
      const line = onOneLine(lines[location.start.line - 1]);
      return `${file} | ${line} | ${onOneLine(textAt(lines, location))} → ${onOneLine(replacement)}`;
    });
}

/** Places of a report count from 1, and the end is the place behind. */
function textAt(lines, { start, end }) {
  const text = lines.slice(start.line - 1, end.line);
  text[text.length - 1] = text.at(-1).slice(0, end.column - 1);
  text[0] = text[0].slice(start.column - 1);
  return text.join('\n');
}

function onOneLine(text) {
  return text.replace(/\s+/g, ' ').trim();
}

/** The rows of the table whose first cell is a file of lib/, without their last cell and without what marks code. */
function explainedIn(document) {
  const rows = document.split('\n').filter((line) => /^\| `lib\//.test(line));
  return rows.map((row) => {
    const [, file, line, change, why] = row.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
    if (!why) throw new Error(`${documentFile} does not say why:\n  ${row}`);
    const [before, after] = change.split(/(?<=`) → (?=`)/);
    return `${code(file)} | ${code(line)} | ${code(before)} → ${code(after)}`;
  });
}

/** The text of a code span, which has as many backticks around it as it needs. */
function code(cell = '') {
  const [, , text] = /^(`+) ?(.*?) ?\1$/.exec(cell) ?? [];
  if (text === undefined) throw new Error(`${documentFile}: not code: ${cell}`);
  return text;
}
