import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import type { McpAuthOptions } from '../../lib/index.js';
import { InvalidTokenError } from '../../lib/index.js';

const page = readFileSync(path.join(import.meta.dirname, '../../docs/authorization.md'), 'utf8');
const { ModuleKind, ScriptTarget } = ts;

type Recipe = (mcpAuth: (options: McpAuthOptions) => void, error: typeof InvalidTokenError) => void;

/**
 * The options for `mcpAuth` in the recipe for a product. This is the code of the documentation itself, so the tests always use the
 * same.
 *
 * @param product - the heading of the recipe
 * @param rewrite - changes the code before it runs
 */
export async function readRecipe(product: string, rewrite: (code: string) => string): Promise<McpAuthOptions> {
  const section = page.split(/^### /m).find((each) => each.startsWith(`${product}\n`)) ?? '';
  const code = /^```ts\n(?<code>.*?)^```$/ms.exec(section)?.groups?.['code'];
  if (code === undefined) throw new Error(`docs/authorization.md has no recipe for ${product}`);
  const compilerOptions = { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(rewrite(code), { compilerOptions });
  const body = outputText.replace(/^import .*$/gm, '');
  const url = `data:text/javascript,${encodeURIComponent(`export default (mcpAuth, InvalidTokenError) => {${body}}`)}`;
  const { default: run } = (await import(url)) as { default: Recipe };
  const given: McpAuthOptions[] = [];
  run((options) => given.push(options), InvalidTokenError);
  const [options] = given;
  if (options === undefined) throw new Error(`The recipe for ${product} does not call mcpAuth`);
  return options;
}
