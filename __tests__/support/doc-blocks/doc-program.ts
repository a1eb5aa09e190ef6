import type { DocBlock } from './doc-block.js';

/** Blocks that are one program: the first one, and those that continue it. */
export interface DocProgram {
  /** `file:line` of its first visible block. */
  readonly name: string;
  readonly language: 'ts' | 'js';
  readonly blocks: readonly DocBlock[];
  /** Why it is compiled but not run, when it is not. */
  readonly noRun: string | undefined;
}

const languages = new Map<string, DocProgram['language']>([
  ['ts', 'ts'],
  ['typescript', 'ts'],
  ['js', 'js'],
  ['javascript', 'js'],
  ['cjs', 'js'],
  ['mjs', 'js'],
]);

/**
 * The programs that the blocks of one file make. `continue` joins a block to the program before it, and a hidden block
 * joins the visible one after it.
 */
export function docPrograms(blocks: readonly DocBlock[]): readonly DocProgram[] {
  const groups: { language: DocProgram['language']; blocks: DocBlock[] }[] = [];
  let joinNext = false;
  for (const block of blocks) {
    const language = languages.get(block.language);
    if (language === undefined) continue;
    const last = groups.at(-1);
    if (last !== undefined && (joinNext || isContinuation(block))) last.blocks.push(block);
    else groups.push({ language, blocks: [block] });
    joinNext = block.hidden;
  }
  return groups.map((group) => ({ ...group, name: nameOf(group.blocks), noRun: reasonOf(group.blocks) }));
}

/** Whether a block's info string says that it goes on where the program before it ended. */
export function isContinuation({ info }: DocBlock): boolean {
  return /^continue\b/.test(info);
}

/** The reason that follows `no-run`; empty when there is none, undefined when the block is run. */
export function noRunReason({ info }: DocBlock): string | undefined {
  return /^(?:continue\s+)?no-run\b[\s:]*(?<reason>.*)$/.exec(info)?.groups?.['reason'];
}

/** The text of a program, and where each of its lines comes from. */
export function programText({ blocks }: DocProgram): { text: string; origin: (line: number) => string } {
  const origins = blocks.flatMap(({ file, line, code }) =>
    code.split('\n').map((_text, index) => `${file}:${line + index}`),
  );
  return {
    text: `${blocks.map(({ code }) => code).join('\n')}\n`,
    origin: (line) => origins[Math.min(line, origins.length) - 1] ?? 'unknown place',
  };
}

function nameOf(blocks: readonly DocBlock[]): string {
  const first = blocks.find(({ hidden }) => !hidden) ?? blocks[0];
  return first === undefined ? '' : `${first.file}:${first.line}`;
}

function reasonOf(blocks: readonly DocBlock[]): string | undefined {
  return blocks.map(noRunReason).find((reason) => reason !== undefined);
}
