import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { displayName } from '../errors/display-name.js';
import type { AccessDefinition } from './access.js';
import { compileAccess } from './access.js';
import type { CatalogItem } from './item.js';
import type { McpResource } from './resource.js';
import type { SkillFile } from './skill-files.js';
import { compileFiles, manifestName, skillUri } from './skill-files.js';
import { checkFrontmatter, writeManifest } from './skill-manifest.js';

/** Name of the extension (SEP-2640). */
export const skillsExtension = 'io.modelcontextprotocol/skills';

/** Skills #capability-negotiation: a setting of the extension says that folders can be read. */
export const skillsSettings = Object.freeze({ directoryRead: true });

/** Contents and access rules of a skill: instructions for a model, and the files that they mention. */
export interface SkillDefinition extends AccessDefinition {
  /** Its purpose and when to use it, at most 1024 characters. Models choose by it. */
  readonly description: string;
  /** Markdown. It becomes the body of SKILL.md; the frontmatter is written for you. */
  readonly instructions: string;
  /** Contents by path, such as `references/style.md`. At most 511, and 16 MiB together. */
  readonly files?: Readonly<Record<string, Uint8Array | string>>;
  /** Name of a license, or of a file with one. */
  readonly license?: string;
  /** Its requirements, at most 500 characters. */
  readonly compatibility?: string;
  /** Your own texts for the frontmatter of `SKILL.md`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A skill, compiled. Its key is the URI of its SKILL.md. */
export interface Skill extends CatalogItem {
  readonly kind: 'skill';
  /** SKILL.md first. */
  readonly files: readonly SkillFile[];
  /** The contents of each of its folders, by URI, as lists show them. */
  readonly directories: ReadonlyMap<string, readonly Listing[]>;
}

type Listing = McpResource['listing'];

/** The source of a compiled skill. */
export interface SkillSource {
  readonly name: string;
  readonly definition: SkillDefinition;
}

const definitionKeys = [
  ...['description', 'instructions', 'files', 'license', 'compatibility', 'metadata'],
  ...['scopes', 'visibility', 'authentication', 'policy'],
];

/**
 * Compiles a skill.
 *
 * @throws ConfigurationError if name, definition, files or scopes are wrong
 */
export function compileSkill({ name, definition }: SkillSource, order: number): Skill {
  assertSkillName(name);
  const owner = `skill "${name}"`;
  assertMembers(definition, definitionKeys, owner);
  const { instructions, files: others = {}, ...rest } = definition;
  const frontmatter = checkFrontmatter({ ...rest, name }, owner);
  assertInstructions(instructions, owner);
  const files = compileFiles(name, writeManifest(frontmatter, instructions), others, owner);
  const uri = skillUri(name, manifestName);
  // Skills #skill-entries: every file with its digest, SKILL.md among them.
  const resources = files.map(({ uri, digest, size }) => ({ uri, digest, size }));
  return {
    kind: 'skill',
    key: uri,
    order,
    access: compileAccess(definition, owner),
    listing: { uri, frontmatter, resources },
    files,
    directories: directoriesOf(name, frontmatter.description, files),
  };
}

/** A file of a skill as a resource. The skill's access rules apply to it. */
export function resourceOf(skill: Skill, file: SkillFile, order: number): McpResource {
  const { uri, contents, mimeType } = file;
  const folder = skill.directories.get(uri.slice(0, uri.lastIndexOf('/')));
  const listing = folder?.find((listed) => listed['uri'] === uri) ?? { uri };
  return { kind: 'resource', key: uri, order, access: skill.access, listing, mimeType, read: () => contents };
}

/** Agent Skills, name: 1 to 64 lower-case letters and digits, and single hyphens between them. */
function assertSkillName(name: unknown): asserts name is string {
  if (typeof name === 'string' && name.length <= 64 && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)) return;
  throw new ConfigurationError(
    'invalid_name',
    `${typeof name === 'string' ? displayName(name) : String(name)} is no name for a skill. ` +
      'Write 1 to 64 lower-case letters and digits, with single hyphens between them, such as "release-notes".',
  );
}

function assertInstructions(instructions: unknown, owner: string): asserts instructions is string {
  if (typeof instructions !== 'string' || instructions.trim() === '') {
    throw new ConfigurationError('invalid_option', `${owner}: instructions must be a text.`);
  }
  if (/^\uFEFF?---\r?\n[\w-]+:/.test(instructions)) {
    throw new ConfigurationError(
      'invalid_option',
      `${owner}: instructions begin with frontmatter, which is written for you. Leave it out, and give description, ` +
        'license, compatibility and metadata as members.',
    );
  }
}

/** Skills #directory-resources: the skill's folder and each one in it, by URI without a slash at the end. */
function directoriesOf(
  name: string,
  description: string,
  files: readonly SkillFile[],
): ReadonlyMap<string, readonly Listing[]> {
  const folders = new Map<string, Map<string, Listing>>();
  for (const { path, mimeType, size } of files) {
    const segments = path.split('/');
    for (const [depth, segment] of segments.entries()) {
      const parent = skillUri(name, segments.slice(0, depth).join('/'));
      const children = folders.get(parent) ?? new Map<string, Listing>();
      folders.set(parent, children);
      const uri = skillUri(name, segments.slice(0, depth + 1).join('/'));
      const isFile = depth === segments.length - 1;
      // Skills #resource-metadata: SKILL.md has the name and the description of the skill.
      const about = path === manifestName ? { name, description } : { name: segment };
      children.set(
        uri,
        isFile ? { uri, ...about, mimeType, size } : { uri, name: segment, mimeType: 'inode/directory' },
      );
    }
  }
  return new Map([...folders].map(([uri, children]) => [uri, [...children.values()]]));
}
