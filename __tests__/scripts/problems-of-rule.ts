import { createRequire } from 'node:module';
import { Linter } from 'eslint';

const load = createRequire(import.meta.url);

/** Messages of one of our own lint rules (scripts/eslint-rules) about some code. */
export function problemsOfRule(name: string, code: string): readonly string[] {
  const plugins = { ours: { rules: { [name]: load(`../../scripts/eslint-rules/${name}.js`) as never } } };
  return new Linter().verify(code, { plugins, rules: { [`ours/${name}`]: 'error' } }).map(({ message }) => message);
}
