import { stripVTControlCharacters } from 'node:util';
import { isObject } from '../../jsonrpc/parse-message.js';
import { importPeer } from '../import-peer.js';
import type { OpenApiDocument } from './openapi-document.js';

// One mistake in a part that everything refers to leads to hundreds of complaints.
const maxProblems = 20;

/**
 * Checks a document against the specification. It fetches no URLs: references to other documents are left alone.
 *
 * @param document - the document
 * @returns one line for each complaint, at most 20; empty if it is valid
 * @throws ConfigurationError `missing_peer` without `@readme/openapi-parser`
 */
export async function validateDocument({ root }: OpenApiDocument): Promise<readonly string[]> {
  const { validate } = await importPeer('@readme/openapi-parser', () => import('@readme/openapi-parser'));
  const copy = withoutSchemaReferences(root) as Parameters<typeof validate>[0];
  try {
    const result = await validate(copy, { resolve: { external: false }, timeoutMs: 10_000 });
    return result.valid ? [] : result.errors.slice(0, maxProblems).map(({ message }) => oneLine(message));
  } catch (error) {
    return [oneLine(error instanceof Error ? error.message : String(error))];
  }
}

/**
 * A copy whose references to schemas seem to lead out of it, so that the library leaves them alone. It would expand every reference
 * first, which takes forever if schemas share others.
 */
function withoutSchemaReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSchemaReferences);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const isToSchema = key === '$ref' && typeof member === 'string' && member.startsWith('#/components/schemas/');
      return [key, isToSchema ? `schemas.json${member}` : withoutSchemaReferences(member)];
    }),
  );
}

function oneLine(message: string): string {
  // The library draws the place for a terminal below the first paragraph.
  const [first = ''] = stripVTControlCharacters(message)
    .trim()
    .split(/\n\s*\n/);
  return first.replace(/\s+/g, ' ').trim();
}
