// A reporter for Jest: at the end of a run, it lists the skipped tests, the reasons, and how to run them.
import { installCommand } from '../tools/programs.mjs';

const mark = /\[needs ([^\]]+)\]$/;

// The mark of a test that needs something that no package manager of the system has.
const elsewhere = /\[not here: .+\]$/;

/** The signature is that of Jest's `reporters`. */
export default class SkippedReporter {
  #isFiltered;

  constructor({ testNamePattern }) {
    // With -t, Jest reports every other test as skipped.
    this.#isFiltered = Boolean(testNamePattern);
  }

  onRunComplete(_contexts, { testResults }) {
    const report = reportOf(testResults.flatMap(({ testResults: tests }) => tests).filter(isSkipped), this.#isFiltered);
    // Jest prints its own summary after all other reporters.
    if (report !== '') process.once('exit', () => process.stderr.write(report));
  }
}

const isSkipped = ({ status }) => status === 'pending' || status === 'todo' || status === 'disabled';

/**
 * The text about skipped tests.
 *
 * @param tests the skipped tests as Jest reports them
 * @param isFiltered whether tests are skipped because of a filter
 * @returns an empty string without skipped tests
 */
export function reportOf(tests, isFiltered = false) {
  const programs = new Set();
  const blocks = new Map();
  const unexplained = [];
  const notHere = [];
  for (const { ancestorTitles, fullName } of tests) {
    const block = ancestorTitles.find((title) => mark.test(title));
    if (elsewhere.test(fullName)) notHere.push(fullName);
    else if (block === undefined) unexplained.push(fullName);
    else {
      blocks.set(block, (blocks.get(block) ?? 0) + 1);
      for (const name of mark.exec(block)[1].split(', ')) programs.add(name);
    }
  }
  const lines = [];
  if (blocks.size > 0) {
    const count = [...blocks.values()].reduce((sum, each) => sum + each, 0);
    lines.push(`SKIPPED ${count} tests: this machine has no ${[...programs].join(' and no ')}.`);
    for (const [block, size] of blocks) lines.push(`  ${String(size).padStart(4)}  ${block.replace(mark, '').trim()}`);
    lines.push(
      'Everything else was run. To run these too (on Debian; elsewhere the packages are called redis and nginx):',
    );
    lines.push(`  sudo ${installCommand([...programs])}`);
  }
  if (notHere.length > 0 && !isFiltered) {
    lines.push(
      `SKIPPED ${notHere.length} tests for the reason that each one names:`,
      ...notHere.map((name) => `  ${name}`),
    );
  }
  if (unexplained.length > 0 && !isFiltered) {
    lines.push(`SKIPPED ${unexplained.length} tests that do not say why:`, ...unexplained.map((name) => `  ${name}`));
  }
  if (lines.length === 0) return '';
  const line = '*'.repeat(100);
  return `\n${line}\n${lines.join('\n')}\n${line}\n`;
}
