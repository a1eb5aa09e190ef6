import { invalidOption } from '../../errors/invalid-option.js';
import { displayName } from '../../errors/display-name.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import { UnusableError } from './unusable-error.js';

/** A JSON object of the document, not checked yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

// A chain of references longer than this refers to itself.
const maxReferences = 50;

/** An OpenAPI document with its references. It is a copy: changing the original afterwards changes nothing. */
export class OpenApiDocument {
  readonly root: JsonObject;

  /**
   * @param document - OpenAPI 3.0 or 3.1, parsed
   * @throws ConfigurationError `invalid_option` when it is none
   */
  constructor(document: unknown) {
    this.root = copyOf(document);
    assertVersion(this.root);
    if (!isObject(this.root['paths'])) {
      throw invalidOption('toolsFromOpenApi', 'the document has no paths, so there is nothing to make a tool of');
    }
  }

  /**
   * Follows a reference within the document.
   *
   * @param reference - such as `#/components/schemas/Note`
   * @throws UnusableError when it leads nowhere or out of the document
   */
  follow(reference: string): unknown {
    if (!reference.startsWith('#')) {
      throw new UnusableError(`${displayName(reference)} is in another document; bundle them into one`);
    }
    let found: unknown = this.root;
    for (const step of pointerSteps(reference)) {
      const holder: unknown = found;
      const isMember = (Array.isArray(holder) || isObject(holder)) && Object.hasOwn(holder, step);
      if (!isMember) throw new UnusableError(`${displayName(reference)} leads nowhere`);
      found = (holder as JsonObject)[step];
    }
    return found;
  }

  /**
   * The object that a value is, or refers to.
   *
   * @param value - an object of the document, or a reference to one
   * @param what - what it should be, for the message
   * @throws UnusableError when there is no object
   */
  object(value: unknown, what: string): JsonObject {
    let found = value;
    for (let step = 0; isObject(found) && typeof found['$ref'] === 'string'; step++) {
      if (step === maxReferences) throw new UnusableError(`${displayName(found['$ref'])} refers to itself`);
      found = this.follow(found['$ref']);
    }
    if (isObject(found)) return found;
    throw new UnusableError(`${what} is no object`);
  }
}

// RFC 6901 §4, §6
function pointerSteps(reference: string): readonly string[] {
  const [first, ...steps] = decodeFragment(reference).split('/');
  // An anchor such as `#note` names a schema by `$anchor`, which few documents have.
  if (first !== '') throw new UnusableError(`${displayName(reference)} is no JSON pointer`);
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function decodeFragment(reference: string): string {
  try {
    return decodeURIComponent(reference.slice(1));
  } catch {
    return reference.slice(1);
  }
}

function copyOf(document: unknown): JsonObject {
  if (typeof document === 'string') {
    throw invalidOption(
      'toolsFromOpenApi',
      'the document is text. Parse it first: JSON.parse(text), or the parse function of a YAML library',
    );
  }
  let copy: unknown;
  try {
    copy = JSON.parse(JSON.stringify([document])) as unknown;
  } catch (cause) {
    throw invalidOption(
      'toolsFromOpenApi',
      'the document is no JSON. If its references were replaced by objects already, give it as it was written',
      { cause },
    );
  }
  const [only] = copy as readonly unknown[];
  if (isObject(only)) return only;
  throw invalidOption(
    'toolsFromOpenApi',
    'the document must be an object: toolsFromOpenApi(registry, document, { app })',
  );
}

function assertVersion(root: JsonObject): void {
  const { openapi, swagger } = root;
  if (typeof openapi === 'string' && /^3\.[01](\.|$)/.test(openapi)) return;
  if (swagger !== undefined) {
    throw invalidOption('toolsFromOpenApi', 'the document is Swagger 2.0. Convert it to OpenAPI 3.0 or 3.1 first');
  }
  const version = typeof openapi === 'string' ? `OpenAPI ${displayName(openapi)}` : 'no OpenAPI document';
  throw invalidOption('toolsFromOpenApi', `the document is ${version}. Give one of OpenAPI 3.0 or 3.1`);
}
