import { ConfigurationError } from '../errors/configuration-error.js';

/** The frontmatter of a SKILL.md, which is also in the skill's entry (Agent Skills, frontmatter). */
export interface SkillFrontmatter {
  readonly name: string;
  readonly description: string;
  readonly license?: string;
  readonly compatibility?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

// The Agent Skills specification's limits, in characters.
const maxDescriptionLength = 1024;
const maxCompatibilityLength = 500;
// YAML 1.2 §7.4: a key that is written before its value has at most 1024 characters; escapes take up to six for one.
const maxKeyLength = 128;

/**
 * Checks the frontmatter of a SKILL.md, and leaves out absent members.
 *
 * @param frontmatter - as the developer wrote it
 * @param owner - of it, for messages
 * @throws ConfigurationError `invalid_option`
 */
export function checkFrontmatter(frontmatter: Readonly<Record<string, unknown>>, owner: string): SkillFrontmatter {
  const { name, description, license, compatibility, metadata = {} } = frontmatter;
  const hasMetadata = Object.keys(checkMetadata(metadata, owner)).length > 0;
  return {
    name: checkText(name, 'name', owner),
    description: checkText(description, 'description', owner, maxDescriptionLength),
    ...(license === undefined ? {} : { license: checkText(license, 'license', owner) }),
    ...(compatibility === undefined
      ? {}
      : { compatibility: checkText(compatibility, 'compatibility', owner, maxCompatibilityLength) }),
    ...(hasMetadata ? { metadata: { ...checkMetadata(metadata, owner) } } : {}),
  };
}

function checkText(value: unknown, member: string, owner: string, longest = Infinity): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= longest && isWellFormed(value)) return value;
  const limit = longest === Infinity ? '' : ` of at most ${longest} characters`;
  throw new ConfigurationError('invalid_option', `${owner}: ${member} must be a text${limit}.`);
}

function checkMetadata(metadata: unknown, owner: string): Readonly<Record<string, string>> {
  const isRecord = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata);
  const entries = isRecord ? Object.entries(metadata) : undefined;
  const isFine = entries?.every(
    ([key, value]: [string, unknown]) =>
      key !== '' && key.length <= maxKeyLength && typeof value === 'string' && isWellFormed(key + value),
  );
  if (entries === undefined || isFine !== true) {
    throw new ConfigurationError(
      'invalid_option',
      `${owner}: metadata must be an object of texts, with keys of 1 to ${maxKeyLength} characters.`,
    );
  }
  // Skills #frontmatter: reserved for extensions of MCP, which define none yet.
  if (entries.some(([key]) => key.startsWith('io.modelcontextprotocol/'))) {
    throw new ConfigurationError(
      'invalid_option',
      `${owner}: metadata keys that begin with "io.modelcontextprotocol/" are reserved. Take a prefix of your own.`,
    );
  }
  return metadata as Readonly<Record<string, string>>;
}

/** Half of a surrogate pair is not a character: it has no UTF-8, and YAML parsers refuse it. */
function isWellFormed(text: string): boolean {
  return !/\p{Cs}/u.test(text);
}

/**
 * The text of a SKILL.md: YAML frontmatter, then the instructions.
 *
 * @param frontmatter - checked
 * @param instructions - Markdown
 */
export function writeManifest(frontmatter: SkillFrontmatter, instructions: string): string {
  const { metadata = {}, ...texts } = frontmatter;
  const lines = [
    ...Object.entries(texts).map(([member, text]: [string, string]) => `${member}: ${quote(text)}`),
    ...(frontmatter.metadata === undefined ? [] : ['metadata:']),
    ...Object.entries(metadata).map(([key, text]) => `  ${quote(key)}: ${quote(text)}`),
  ];
  const end = instructions.endsWith('\n') ? '' : '\n';
  return `---\n${lines.join('\n')}\n---\n\n${instructions}${end}`;
}

/**
 * A JSON string is a double-quoted scalar of YAML 1.2 (§7.3.1), so that its text cannot be misread. Characters that parsers of YAML 1.1
 * treat as line breaks or refuse are escaped as well.
 */
function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
