import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';

/** Returns the problem of a value and the remedy; undefined for a valid value. */
type Rule = (value: unknown) => string | undefined;

type Rules = Readonly<Record<string, Rule>>;

const isText = (value: unknown): boolean => typeof value === 'string';

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mustBe(wanted: string, holds: (value: unknown) => boolean): Rule {
  return (value) => (holds(value) ? undefined : `must be ${wanted}`);
}

/** One of some texts. */
export function oneOf(...values: readonly string[]): Rule {
  const known: readonly unknown[] = values;
  return mustBe(values.map((value) => `"${value}"`).join(' or '), (value) => known.includes(value));
}

const listOf =
  (rule: Rule): Rule =>
  (values) => {
    if (!Array.isArray(values)) return 'must be an array';
    for (const [index, value] of values.entries()) {
      const wrong = rule(value);
      if (wrong !== undefined) return `[${String(index)}]${spaced(wrong)}`;
    }
    return undefined;
  };

/** A text. */
export const text: Rule = mustBe('a text', isText);

/** `true` or `false`. */
export const flag: Rule = mustBe('true or false', (value) => typeof value === 'boolean');

/** An object of metadata (MCP `basic/index#_meta`). */
export const meta: Rule = mustBe('an object', isObject);

const taskLink = 'io.modelcontextprotocol/related-task';

/** Metadata of a whole result. Clients know two keys of it, and refuse the result if their values are wrong. */
export const resultMeta: Rule = (value) => {
  if (!isObject(value)) return meta(value);
  const { progressToken: token, [taskLink]: task } = value;
  if (token !== undefined && !isText(token) && !Number.isSafeInteger(token)) {
    return '.progressToken must be a text or a whole number';
  }
  return task === undefined || (isObject(task) && isText(task['taskId']))
    ? undefined
    : `["${taskLink}"] must be { taskId }`;
};

/** A number of bytes. */
export const byteCount: Rule = mustBe(
  'a whole number of bytes',
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
);

const isoTime =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** Whether clients take a text for a time: with seconds, with a zone, and on a day that exists. */
function isTime(value: unknown): boolean {
  if (typeof value !== 'string' || !isoTime.test(value)) return false;
  const day = value.slice(0, 10);
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

const annotationRules: Rules = {
  audience: listOf(oneOf('user', 'assistant')),
  priority: mustBe('a number from 0 to 1', (value) => typeof value === 'number' && value >= 0 && value <= 1),
  lastModified: mustBe('a time such as "2026-01-12T15:00:58Z": write date.toISOString()', isTime),
};

const iconRules: Rules = {
  src: mustBe('a URI, such as "https://example.com/icon.png"', isText),
  mimeType: text,
  sizes: listOf(mustBe('a size, such as "48x48" or "any"', isText)),
  theme: oneOf('light', 'dark'),
};

const toolAnnotationRules: Rules = {
  title: text,
  readOnlyHint: flag,
  destructiveHint: flag,
  idempotentHint: flag,
  openWorldHint: flag,
};

/** The problem of an object's members; undefined if they are valid. */
export function wrongMember(value: Readonly<Record<string, unknown>>, rules: Rules): string | undefined {
  for (const name of Object.keys(rules)) {
    const wrong = value[name] === undefined ? undefined : rules[name]?.(value[name]);
    if (wrong === undefined) continue;
    return `.${name}${spaced(wrong)}`;
  }
  return undefined;
}

const objectOf =
  (rules: Rules): Rule =>
  (value) =>
    isObject(value) ? wrongMember(value, rules) : 'must be an object: leave it out if there is nothing to say';

/** Hints about the use of content (MCP `server/resources#annotations`). */
export const annotations: Rule = objectOf(annotationRules);

/** Icons (MCP `basic/index#icons`). */
export const icons: Rule = listOf((icon) => {
  if (!isObject(icon) || icon['src'] === undefined) return 'must be an object with src';
  return wrongMember(icon, iconRules);
});

const spaced = (wrong: string): string => (/^[.[]/.test(wrong) ? wrong : ` ${wrong}`);

/** The parts of a definition that lists show. */
interface ListedMembers {
  readonly annotations?: unknown;
  readonly icons?: unknown;
}

/** Members of every listed item, and of some; prompts and resources have names of their own. */
const listedRules: Rules = { name: text, title: text, description: text, mimeType: text, size: byteCount };

/**
 * Checks the texts, annotations and icons of a definition, including unknown members. One mistake makes clients refuse the whole list.
 *
 * @param definition - of a prompt, a resource or a tool
 * @param kind - decides which annotations exist; prompts have none
 * @param owner - of them, for messages
 * @throws ConfigurationError `unknown_option` or `invalid_option`
 */
export function assertListedMembers(
  definition: ListedMembers,
  kind: 'prompt' | 'resource' | 'tool',
  owner: string,
): void {
  assertTexts(definition, owner);
  const rules = kind === 'tool' ? toolAnnotationRules : annotationRules;
  if (definition.annotations !== undefined) {
    assertMembers(definition.annotations, Object.keys(rules), `${owner} annotations`);
    assertRule(objectOf(rules), definition.annotations, `${owner} annotations`);
  }
  assertIcons(definition.icons, owner);
}

/**
 * Checks the texts that lists show.
 *
 * @param definition - has them, as far as they are there
 * @param owner - of them, for messages
 * @throws ConfigurationError `invalid_option`
 */
export function assertTexts(definition: object, owner: string): void {
  const wrong = wrongMember(definition as Readonly<Record<string, unknown>>, listedRules);
  if (wrong === undefined) return;
  throw new ConfigurationError(
    'invalid_option',
    `${owner}: ${wrong.slice(1)}. Leave it out if there is nothing to say.`,
  );
}

/**
 * The problem of a listed resource that a template's `list` returned, for its developer.
 *
 * @param entry - as it will be sent
 * @returns undefined if clients can read it
 */
export function wrongListedResource(entry: Readonly<Record<string, unknown>>): string | undefined {
  return wrongMember(entry, { uri: text, ...listedRules, annotations, icons, _meta: meta });
}

/**
 * Checks icons.
 *
 * @param value - what the developer wrote, if anything
 * @param owner - of them, for messages
 * @throws ConfigurationError `unknown_option` or `invalid_option`
 */
export function assertIcons(value: unknown, owner: string): void {
  if (value === undefined) return;
  assertRule(icons, value, `${owner} icons`);
  for (const icon of value as readonly unknown[]) assertMembers(icon, Object.keys(iconRules), `${owner} icons`);
}

function assertRule(rule: Rule, value: unknown, owner: string): void {
  const wrong = rule(value);
  if (wrong !== undefined) throw new ConfigurationError('invalid_option', `${owner}${spaced(wrong)}.`);
}
