import path from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ProgramFindings } from '../support/doc-blocks/check-doc-blocks.js';
import { checkPrograms, readDocBlocks, textProblems } from '../support/doc-blocks/check-doc-blocks.js';

const root = path.join(import.meta.dirname, '../..');
const docs = readDocBlocks(root);

describe('the blocks of README.md, of docs/ and of the doc comments', () => {
  it('say what they are, parse, and name scripts that exist', () => {
    expect(textProblems(docs, root)).toEqual([]);
  });
});

// Every program's title says where it stands, and why it is not run when it is not.
const titles = docs.programs.map(({ name, noRun }) => ({
  name,
  title: noRun === undefined ? `${name} compiles and runs` : `${name} compiles; it is not run: ${noRun}`,
}));

(titles.length === 0 ? describe.skip : describe)('the programs in them', () => {
  let findings: ProgramFindings = new Map();

  beforeAll(async () => {
    findings = await checkPrograms(docs, root);
  }, 600_000);

  for (const { name, title } of titles) {
    it(title, () => {
      expect(findings.get(name)).toEqual([]);
    });
  }
});
