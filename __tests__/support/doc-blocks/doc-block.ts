/** A fenced block of code in a Markdown file, or in the `@example` of a doc comment. */
export interface DocBlock {
  /** Path of the file, relative to the searched folder. */
  readonly file: string;
  /** Line of the block's first line of code, counted from 1. */
  readonly line: number;
  /** The first word after the fence; empty without one. */
  readonly language: string;
  /** The text after the language: `continue`, or `no-run` and the reason. */
  readonly info: string;
  readonly code: string;
  /** It is in an HTML comment: set-up that readers need not see. */
  readonly hidden: boolean;
}

const opening = /^(?<indent>\s*)(?<fence>`{3,}|~{3,})\s*(?<language>[^\s`]*)\s*(?<info>.*)$/;
const hiddenOpening = /^<!--\s*(?<language>ts)\b\s*(?<info>.*)$/;

interface Opened {
  readonly language: string;
  readonly info: string;
  readonly indent: number;
  readonly hidden: boolean;
  readonly ends: (line: string) => boolean;
}

/**
 * The fenced blocks of a Markdown text, in order, and the hidden ones. Lines between `<!-- ts` and `-->` are put in front of the next
 * visible block.
 */
export function markdownBlocks(file: string, text: string): readonly DocBlock[] {
  return blocksOf(
    file,
    text.split(/\r?\n/).map((content, index) => ({ content, number: index + 1 })),
  );
}

/** The fenced blocks in the `@example`s of a TypeScript file's doc comments. */
export function exampleBlocks(file: string, text: string): readonly DocBlock[] {
  const lines: { content: string; number: number }[] = [];
  let inComment = false;
  let inExample = false;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*\/\*\*/.test(line)) [inComment, inExample] = [true, false];
    const tag = /^\s*\*\s*@(?<name>\w+)/.exec(line)?.groups?.['name'];
    if (tag !== undefined) inExample = tag === 'example';
    else if (inComment && inExample && !/^\s*\*\//.test(line)) {
      lines.push({ content: line.replace(/^\s*\* ?/, ''), number: index + 1 });
    }
    if (line.includes('*/')) inComment = false;
  }
  return blocksOf(file, lines);
}

function blocksOf(file: string, lines: readonly { content: string; number: number }[]): readonly DocBlock[] {
  const blocks: DocBlock[] = [];
  let open: (Opened & { line: number; code: string[] }) | undefined;
  for (const { content, number } of lines) {
    if (open === undefined) {
      const opened = openedBy(content);
      if (opened !== undefined) open = { ...opened, line: number + 1, code: [] };
    } else if (open.ends(content)) {
      const { language, info, hidden, line, code } = open;
      blocks.push({ file, line, language, info, hidden, code: code.join('\n') });
      open = undefined;
    } else {
      open.code.push(content.slice(Math.min(open.indent, content.length - content.trimStart().length)));
    }
  }
  if (open !== undefined) throw new Error(`${file}:${open.line}: a block that does not end`);
  return blocks;
}

function openedBy(line: string): Opened | undefined {
  const hidden = hiddenOpening.exec(line)?.groups;
  if (hidden !== undefined) {
    const { language = '', info = '' } = hidden;
    return { language, info, indent: 0, hidden: true, ends: (end) => end.trim() === '-->' };
  }
  const fenced = opening.exec(line)?.groups;
  if (fenced === undefined) return undefined;
  const { language = '', info = '', indent = '', fence = '' } = fenced;
  const isEnd = (end: string) => end.trim().startsWith(fence) && /^(`+|~+)$/.test(end.trim());
  return { language, info: info.trim(), indent: indent.length, hidden: false, ends: isEnd };
}
