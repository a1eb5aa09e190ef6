import { ConfigurationError } from '../errors/configuration-error.js';
import { displayName } from '../errors/display-name.js';

/** Characters that the value of a variable may have in a URI, besides percent-encoded ones. */
export type Allowed = 'label' | 'reserved' | 'segments' | 'simple';

/** A piece of a template: text that has to be there, or a variable. */
export type TemplatePart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string; readonly allowed: Allowed };

/** A parsed template. */
export interface ParsedTemplate {
  readonly parts: readonly TemplatePart[];
  /** Variables of the query, each optional and in any order. */
  readonly query: readonly string[];
  /** Number of parameters in the template's own text before those variables, such as 1 for `?lang=en{&q}`. */
  readonly writtenParameters: number;
}

/** Prefix and separator of each operator (RFC 6570 §3.2), and the allowed characters of its values. */
const operators: Readonly<
  Partial<Record<string, { readonly first: string; readonly between: string; readonly allowed: Allowed }>>
> = {
  '': { first: '', between: ',', allowed: 'simple' },
  '+': { first: '', between: ',', allowed: 'reserved' },
  '#': { first: '#', between: ',', allowed: 'reserved' },
  '.': { first: '.', between: '.', allowed: 'label' },
  '/': { first: '/', between: '/', allowed: 'simple' },
};

/**
 * Parses a URI template (RFC 6570 §2).
 *
 * @param template - what the developer wrote
 * @throws ConfigurationError `invalid_uri_template`
 */
export function parseUriTemplate(template: unknown): ParsedTemplate {
  if (typeof template !== 'string') throw invalid(String(template), 'write text, such as "notes://{id}"');
  const parts: TemplatePart[] = [];
  const query: string[] = [];
  let rest = template;
  for (let open = rest.indexOf('{'); open !== -1; open = rest.indexOf('{')) {
    const close = rest.indexOf('}', open);
    const expression = rest.slice(open + 1, close === -1 ? undefined : close);
    if (close === -1 || expression.includes('{')) throw invalid(template, 'every { needs its }');
    parts.push({ kind: 'literal', text: rest.slice(0, open) });
    if (query.length > 0 && open > 0) throw invalid(template, 'nothing may come after the variables of the query');
    if (/^[?&]/.test(expression)) query.push(...namesIn(expression.slice(1), template));
    else if (query.length > 0) throw invalid(template, 'nothing may come after the variables of the query');
    else parts.push(...partsOf(expression, template));
    rest = rest.slice(close + 1);
  }
  if (rest.includes('}')) throw invalid(template, 'every } needs its {');
  if (query.length > 0 && rest !== '') throw invalid(template, 'nothing may come after the variables of the query');
  parts.push({ kind: 'literal', text: rest });
  const merged = mergeLiterals(parts);
  assertClear(merged, query, template);
  return { parts: merged, query, writtenParameters: countParameters(merged) };
}

/** RFC 6570 §3.2.9: `{&q}` continues a query that the text before it has begun. */
function countParameters(parts: readonly TemplatePart[]): number {
  const text = parts.map((part) => (part.kind === 'literal' ? part.text : '')).join('');
  return text.includes('?') ? text.slice(text.indexOf('?')).split('&').length : 0;
}

function partsOf(expression: string, template: string): readonly TemplatePart[] {
  const [operator = ''] = /^[+#./;=,!@|]/.exec(expression) ?? [];
  const rules = operators[operator];
  if (rules === undefined) throw invalid(template, `the operator ${operator} is not supported`);
  const list = expression.slice(operator.length);
  if (operator === '/' && list.endsWith('*')) {
    const [name = ''] = namesIn(list.slice(0, -1), template);
    return [
      { kind: 'literal', text: '/' },
      { kind: 'variable', name, allowed: 'segments' },
    ];
  }
  return namesIn(list, template).flatMap((name, index): readonly TemplatePart[] => [
    { kind: 'literal', text: index === 0 ? rules.first : rules.between },
    { kind: 'variable', name, allowed: rules.allowed },
  ]);
}

function namesIn(list: string, template: string): readonly string[] {
  const names = list.split(',');
  // RFC 6570 §2.3, without percent-encoded characters, which a handler could not use as a name.
  const wrong = names.find((name) => !/^\w+(?:\.\w+)*$/.test(name));
  if (wrong === undefined) return names;
  throw invalid(template, `${displayName(wrong)} is no name for a variable (modifiers are supported as {/path*} only)`);
}

function mergeLiterals(parts: readonly TemplatePart[]): readonly TemplatePart[] {
  return parts.reduce<TemplatePart[]>((merged, part) => {
    const last = merged.at(-1);
    if (part.kind === 'literal' && last?.kind === 'literal') {
      merged[merged.length - 1] = { kind: 'literal', text: last.text + part.text };
    } else if (part.kind === 'variable' || part.text !== '') merged.push(part);
    return merged;
  }, []);
}

function assertClear(parts: readonly TemplatePart[], query: readonly string[], template: string): void {
  const names = [...parts.flatMap((part) => (part.kind === 'variable' ? [part.name] : [])), ...query];
  if (names.length === 0) throw invalid(template, 'it has no variable; use resource() for a single URI');
  if (new Set(names).size !== names.length) throw invalid(template, 'a variable is there twice');
  const [first] = parts;
  if (first?.kind !== 'literal' || !/^[A-Za-z][A-Za-z0-9+.-]*:/.test(first.text)) {
    throw invalid(template, 'begin with a scheme, such as notes:');
  }
  const isUnclear = parts.some((part, index) => part.kind === 'variable' && parts[index + 1]?.kind === 'variable');
  if (isUnclear) throw invalid(template, 'put some text between two variables, so that it is clear where one ends');
}

function invalid(template: string, what: string): ConfigurationError {
  return new ConfigurationError(
    'invalid_uri_template',
    `${displayName(template)} is no URI template that can be matched: ${what}.`,
  );
}
