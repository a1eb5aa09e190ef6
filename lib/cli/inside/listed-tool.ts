import { SchemaCompiler } from '../../registry/schemas/schema-compiler.js';

type Members = Readonly<Record<string, unknown>>;

/** A tool as the list shows it. */
export interface ListedTool {
  readonly name: string;
  /** Whether it says that a call changes nothing. */
  readonly isReadOnly: boolean;
  /** The scopes of each way to use it; undefined if the list does not say. */
  readonly ways: readonly (readonly string[])[] | undefined;
  readonly inputSchema: unknown;
}

/** The tools of a list; what is no tool is left out. */
export function toolsOf(listed: unknown): readonly ListedTool[] {
  if (!Array.isArray(listed)) return [];
  return listed.flatMap((each: unknown): readonly ListedTool[] => {
    const { name, annotations, inputSchema, securitySchemes, _meta: meta } = Object(each) as Members;
    if (typeof name !== 'string') return [];
    const schemes: unknown = securitySchemes ?? (Object(meta) as Members)['securitySchemes'];
    const isReadOnly = (Object(annotations) as Members)['readOnlyHint'] === true;
    return [{ name, isReadOnly, inputSchema, ways: waysOf(schemes) }];
  });
}

function waysOf(schemes: unknown): ListedTool['ways'] {
  if (!Array.isArray(schemes)) return undefined;
  return schemes.map((scheme: unknown) => {
    const { scopes } = Object(scheme) as Members;
    return Array.isArray(scopes) ? scopes.filter((scope): scope is string => typeof scope === 'string') : [];
  });
}

const schemas = new SchemaCompiler();

/**
 * Arguments that the tool's own schema refuses, so that a call with them runs nothing.
 *
 * @returns undefined if there are none: then any call might run it
 */
export async function refusedArguments({ name, inputSchema }: ListedTool): Promise<Members | undefined> {
  try {
    const schema = schemas.compile(inputSchema, { owner: `tool ${name}`, direction: 'input' });
    for (const candidate of candidatesFor(inputSchema)) {
      if (!(await schema.validate(candidate)).valid) return candidate;
    }
  } catch {
    // A schema that we cannot read says nothing about what it refuses.
  }
  return undefined;
}

function candidatesFor(schema: unknown): readonly Members[] {
  const { properties } = Object(schema) as Members;
  const wrong = Object.keys(Object(properties) as Members).flatMap((property): readonly Members[] => [
    { [property]: { 'express-mcp-doctor': [] } },
    { [property]: 'express-mcp-doctor' },
  ]);
  return [{ 'express-mcp-doctor': true }, {}, ...wrong];
}
