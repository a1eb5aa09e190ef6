import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { runInNewContext } from 'node:vm';
import { Ajv } from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ProtocolVersion } from '../../lib/server/revisions/revision.js';

type Schema = Readonly<Record<string, unknown>>;

/**
 * The published JSON schemas of the protocol revisions. They have no npm package of their own. The bundle of the official conformance
 * suite contains them as object literals, and they are read from there.
 */
function readPublishedSchemas(): ReadonlyMap<ProtocolVersion, Schema> {
  const require = createRequire(import.meta.url);
  const bundle = readFileSync(require.resolve('@modelcontextprotocol/conformance/dist/index.js'), 'utf8');
  const starts = [...bundle.matchAll(/=\{\$schema:`[^`]+`,(?:\$defs|definitions):\{Annotations:/g)];
  const schemas = starts.map(({ index }) => runInNewContext(`(${objectLiteralAt(bundle, index + 1)})`) as Schema);
  return new Map(schemas.map((schema) => [revisionOf(schema), schema]));
}

function objectLiteralAt(text: string, start: number): string {
  let depth = 0;
  let isQuoted = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '\\') at++;
    else if (character === '`') isQuoted = !isQuoted;
    else if (!isQuoted && character === '{') depth++;
    else if (!isQuoted && character === '}' && --depth === 0) return text.slice(start, at + 1);
  }
  throw new Error('The object literal does not end');
}

export function definitionsOf(schema: Schema): Readonly<Record<string, unknown>> {
  return (schema['$defs'] ?? schema['definitions']) as Readonly<Record<string, unknown>>;
}

function revisionOf(schema: Schema): ProtocolVersion {
  const names = definitionsOf(schema);
  if ('DiscoverResult' in names) return '2026-07-28';
  if ('JSONRPCErrorResponse' in names) return '2025-11-25';
  return 'JSONRPCBatchRequest' in names ? '2025-03-26' : '2025-06-18';
}

const schemas = readPublishedSchemas();
const validators = new Map<string, ValidateFunction>();
const compilers = new Map<ProtocolVersion, Ajv | Ajv2020>();

export function publishedSchema(version: ProtocolVersion): Schema {
  const schema = schemas.get(version);
  if (schema === undefined) throw new Error(`No schema of ${version} was found`);
  return schema;
}

/** The problems of a value by the published schema of a revision; empty for a valid one. */
export function schemaErrors(version: ProtocolVersion, definition: string, value: unknown): readonly ErrorObject[] {
  const key = `${version}#${definition}`;
  const validate = validators.get(key) ?? compile(version, definition);
  validators.set(key, validate);
  return validate(value) ? [] : (validate.errors ?? []);
}

function compile(version: ProtocolVersion, definition: string): ValidateFunction {
  const schema = publishedSchema(version);
  if (!(definition in definitionsOf(schema))) throw new Error(`${version} has no ${definition}`);
  const isNew = '$defs' in schema;
  const ajv = compilers.get(version) ?? compilerOf(schema, isNew);
  compilers.set(version, ajv);
  return ajv.compile({ $ref: `mcp#/${isNew ? '$defs' : 'definitions'}/${definition}` });
}

function compilerOf(schema: Schema, isNew: boolean): Ajv | Ajv2020 {
  const options = { strict: false, validateFormats: false };
  const ajv = isNew ? new Ajv2020(options) : new Ajv(options);
  ajv.addSchema({ ...schema, $id: 'mcp' });
  return ajv;
}
