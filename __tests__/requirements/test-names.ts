import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** The name of a test, or the pattern of the names of a table of tests. */
interface TestName {
  readonly pattern: RegExp;
  readonly title: string;
}

const placeholder = /%[sidjop#]|\$[\w.]+/g;

/** Every test in a file, by its full name: the titles of its groups and its own. */
export class TestNames {
  readonly #source: string;
  readonly names: readonly TestName[];

  constructor(file: string, source = readFileSync(file, 'utf8')) {
    this.#source = source;
    const parsed = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
    this.names = collect(parsed, []);
  }

  /** Whether there is such a test; of a table, what stands for a placeholder must be written in the file. */
  has(name: string): boolean {
    return this.names.some(({ pattern }) => {
      const found = pattern.exec(name);
      // `%j` puts texts into double quotes, whatever they are written in.
      return found?.slice(1).every((text) => this.#source.includes(text.replace(/^"(.*)"$/s, '$1'))) === true;
    });
  }
}

function collect(node: ts.Node, groups: readonly string[]): readonly TestName[] {
  const inner = (below: readonly string[]): readonly TestName[] => {
    const found: TestName[] = [];
    node.forEachChild((child) => void found.push(...collect(child, below)));
    return found;
  };
  if (!ts.isCallExpression(node)) return inner(groups);
  const kind = kindOf(node.expression);
  const [title] = node.arguments;
  if (kind === undefined || title === undefined || !ts.isStringLiteralLike(title)) return inner(groups);
  const names = [...groups, title.text];
  return kind === 'describe' ? inner(names) : [{ title: names.join(' '), pattern: patternOf(names.join(' ')) }];
}

/** `it(…)`, `it.each(…)(…)`, and the same for groups; what is skipped counts for nothing. */
function kindOf(callee: ts.Expression): 'describe' | 'it' | undefined {
  if (ts.isIdentifier(callee)) return callee.text === 'it' || callee.text === 'describe' ? callee.text : undefined;
  if (!ts.isCallExpression(callee) || !ts.isPropertyAccessExpression(callee.expression)) return undefined;
  return callee.expression.name.text === 'each' ? kindOf(callee.expression.expression) : undefined;
}

function patternOf(title: string): RegExp {
  const texts = title.split(placeholder).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${texts.join('(.+)')}$`, 's');
}
