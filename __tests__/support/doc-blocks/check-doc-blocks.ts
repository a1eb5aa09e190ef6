import { readFileSync, readdirSync, existsSync } from 'node:fs';
import path from 'node:path';
import { blockProblems } from './block-problems.js';
import type { DocBlock } from './doc-block.js';
import { exampleBlocks, markdownBlocks } from './doc-block.js';
import type { DocProgram } from './doc-program.js';
import { docPrograms } from './doc-program.js';
import type { RunOutcome } from './run-programs.js';
import { runPrograms } from './run-programs.js';
import { typeErrors } from './type-errors.js';

/** Every block of a folder's documentation. */
export interface DocBlocks {
  readonly blocks: readonly DocBlock[];
  readonly programs: readonly DocProgram[];
}

/** Problems of programs by name; none if a program compiles and runs. */
export type ProgramFindings = ReadonlyMap<string, readonly string[]>;

/**
 * Reads README.md, docs/**\/*.md and the `@example`s in lib/**\/*.ts, as far as they exist.
 *
 * @param folder - has the documentation
 */
export function readDocBlocks(folder: string): DocBlocks {
  const markdown = ['README.md', ...filesIn(folder, 'docs', '.md')].filter((file) =>
    existsSync(path.join(folder, file)),
  );
  const files = [
    ...markdown.map((file) => markdownBlocks(file, read(folder, file))),
    ...filesIn(folder, 'lib', '.ts').map((file) => exampleBlocks(file, read(folder, file))),
  ];
  return { blocks: files.flat(), programs: files.flatMap(docPrograms) };
}

/** Problems of each block's own text, as `file:line problem`. */
export function textProblems({ blocks }: DocBlocks, root: string): readonly string[] {
  const { scripts } = JSON.parse(read(root, 'package.json')) as { scripts: Record<string, string> };
  return blocks.flatMap((block) =>
    blockProblems(block, Object.keys(scripts)).map((problem) => `${block.file}:${block.line} ${problem}`),
  );
}

/** Compiles all programs and runs those that may be run. */
export async function checkPrograms({ programs }: DocBlocks, root: string): Promise<ProgramFindings> {
  const types = typeErrors(programs, root);
  const runs = await runPrograms(
    programs.filter(({ noRun }) => noRun === undefined),
    root,
  );
  return new Map(
    programs.map((program) => [program.name, [...(types.get(program) ?? []), ...failureOf(runs.get(program))]]),
  );
}

function failureOf(outcome: RunOutcome | undefined): readonly string[] {
  return outcome?.failed === true ? [`fails when it is run:\n${outcome.output}`] : [];
}

function filesIn(folder: string, name: string, extension: string): readonly string[] {
  if (!existsSync(path.join(folder, name))) return [];
  return readdirSync(path.join(folder, name), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(extension))
    .map((file) => path.posix.join(name, file.split(path.sep).join('/')))
    .sort();
}

function read(folder: string, file: string): string {
  return readFileSync(path.join(folder, file), 'utf8');
}
