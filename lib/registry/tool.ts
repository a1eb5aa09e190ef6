import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { assertDefinition, foreignMembers } from './foreign-habits.js';
import { withoutSchema } from './foreign-parameters.js';
import type { CallContext } from './call-context.js';
import { compileAccess } from './access.js';
import { assertListedMembers } from './content-rules.js';
import type { CallToolResult } from './content.js';
import type { ItemDefinition } from './definition.js';
import { assertHandler, assertMeta, assertName, defined, itemDefinitionKeys } from './definition.js';
import type { InputRequired } from './input-required.js';
import type { InferHandlerResult, InferSchema, SchemaDefinition } from './schemas/infer-schema.js';
import type { CatalogItem } from './item.js';
import type { HeaderParameter } from './schemas/header-parameters.js';
import { compileHeaderParameters } from './schemas/header-parameters.js';
import type { CompiledSchema, SchemaCompiler } from './schemas/schema-compiler.js';
import type { Claims } from '../oauth/claim-mapping.js';
import type { CompiledTask, TaskDefinition, TaskSupport } from './task-support.js';
import { compileTask } from './task-support.js';

/** Hints about what a tool does (MCP `server/tools#tool`). Hints only: clients must not trust them. */
export interface ToolAnnotations {
  /** Name for people. Prefer `title` of the definition. */
  readonly title?: string;
  /** Whether the tool changes nothing. Clients assume false. */
  readonly readOnlyHint?: boolean;
  /** Whether the tool may delete or overwrite. Clients assume true. */
  readonly destructiveHint?: boolean;
  /** Whether a second call with the same arguments changes nothing more. Clients assume false. */
  readonly idempotentHint?: boolean;
  /** Whether the tool reaches systems outside, such as the web. Clients assume true. */
  readonly openWorldHint?: boolean;
}

/** Description, schemas and access rules of a tool. */
export interface ToolDefinition<
  Input,
  Output,
  State = unknown,
  Request = unknown,
  TokenClaims = Claims,
> extends ItemDefinition {
  /** JSON Schema 2020-12 with `type: "object"`, or a Standard Schema. Without it the tool takes no arguments. */
  readonly inputSchema?: Input;
  /** Schema of the structured content. The handler's result is validated against it. */
  readonly outputSchema?: Output;
  /** Hints for clients about what the tool does. They enforce nothing. */
  readonly annotations?: ToolAnnotations;
  /**
   * Milliseconds after which the call fails and `ctx.signal` aborts. Default: the router's; for a task, the time for which it is kept.
   */
  readonly timeoutMs?: number;
  /**
   * Maximum number of calls that run at once in a process, for all callers together; beyond, 503 with `Retry-After`. For systems behind
   * the tool with little capacity. Default: no limit.
   */
  readonly maxConcurrent?: number;
  /** Whether calls become tasks: the client gets a handle at once, and fetches the result later. Default: they do not. */
  readonly task?: TaskDefinition<ToolArguments<Input>, CallContext<State, Request, TokenClaims>> | TaskSupport;
}

/** The arguments of a tool's handler: always an object, none without a schema. */
export type ToolArguments<Input> = [Input] extends [SchemaDefinition]
  ? unknown extends InferSchema<Input>
    ? Readonly<Record<string, unknown>>
    : InferSchema<Input>
  : Readonly<Record<string, never>>;

/** The result of a tool's handler: structured content if there is a schema for it, a full result, or else anything. */
export type ToolReturn<Output> = [Output] extends [SchemaDefinition]
  ? CallToolResult | InferHandlerResult<Output> | InputRequired
  : unknown;

/** The function behind a tool. */
export type ToolHandler<State, Request, TokenClaims, Input, Output> = (
  args: ToolArguments<Input>,
  ctx: CallContext<State, Request, TokenClaims>,
) => Promise<ToolReturn<Output>> | ToolReturn<Output>;

/** A tool, compiled. */
export interface Tool extends CatalogItem {
  readonly kind: 'tool';
  readonly input: CompiledSchema;
  readonly output: CompiledSchema | undefined;
  readonly timeoutMs: number | undefined;
  readonly maxConcurrent: number | undefined;
  /** Undefined if calls never become tasks. */
  readonly task: CompiledTask | undefined;
  /** Arguments that modern clients repeat in header fields. */
  readonly headerParameters: readonly HeaderParameter[];
  readonly handler: (args: unknown, ctx: CallContext) => unknown;
}

const definitionKeys = [
  ...itemDefinitionKeys,
  ...['inputSchema', 'outputSchema', 'annotations', 'timeoutMs', 'maxConcurrent', 'task'],
];

// MCP server/tools#tool-with-no-parameters: the recommended schema of a tool that takes no arguments.
const noArguments = { type: 'object', additionalProperties: false } as const;

/** The source of a compiled tool. */
export interface ToolSource {
  readonly name: string;
  readonly definition: ToolDefinition<SchemaDefinition | undefined, SchemaDefinition | undefined>;
  readonly handler: Tool['handler'];
}

/**
 * Compiles a tool.
 *
 * @throws ConfigurationError if name, definition, schemas or scopes are wrong
 */
export function compileTool({ name, definition, handler }: ToolSource, order: number, schemas: SchemaCompiler): Tool {
  assertName(name, 'tool');
  const owner = `tool "${name}"`;
  assertDefinition(definition, owner);
  assertMembers(definition, definitionKeys, owner, foreignMembers);
  assertHandler(handler, owner);
  assertMeta(definition._meta, owner);
  assertListedMembers(definition, 'tool', owner);
  const { inputSchema = noArguments, outputSchema, timeoutMs, maxConcurrent, task } = definition;
  const input = schemas.compile(inputSchema, { owner: `${owner} inputSchema`, direction: 'input' });
  const output =
    outputSchema === undefined
      ? undefined
      : schemas.compile(outputSchema, { owner: `${owner} outputSchema`, direction: 'output' });
  return {
    kind: 'tool',
    key: name,
    order,
    access: compileAccess(definition, owner, timeoutMs),
    listing: listTool(name, definition, input, output),
    input,
    output,
    headerParameters: compileHeaderParameters(input.json, `${owner} inputSchema`),
    timeoutMs: timeoutMs === undefined ? undefined : positiveMilliseconds(timeoutMs, owner),
    maxConcurrent: maxConcurrent === undefined ? undefined : positiveCount(maxConcurrent, owner),
    task: task === undefined ? undefined : compileTask(task, owner),
    handler: definition.inputSchema === undefined ? withoutSchema(handler) : handler,
  };
}

function listTool(
  name: string,
  { title, description, annotations, icons, _meta }: ToolSource['definition'],
  input: CompiledSchema,
  output: CompiledSchema | undefined,
): Readonly<Record<string, unknown>> {
  return defined({
    name,
    title,
    description,
    inputSchema: input.json,
    outputSchema: output?.json,
    annotations,
    icons,
    _meta,
  });
}

// Node keeps timers in 32 bits; a longer one would fire at once.
const maxTimerMs = 2 ** 31 - 1;

function positiveMilliseconds(value: unknown, owner: string): number {
  if (Number.isInteger(value) && Number(value) > 0 && Number(value) <= maxTimerMs) return Number(value);
  throw new ConfigurationError(
    'invalid_option',
    `${owner}: timeoutMs must be a whole number of milliseconds from 1 to ${String(maxTimerMs)}.`,
  );
}

function positiveCount(value: unknown, owner: string): number {
  if (Number.isSafeInteger(value) && Number(value) > 0) return Number(value);
  throw new ConfigurationError(
    'invalid_option',
    `${owner}: maxConcurrent must be a whole number from 1. Leave it out for no limit.`,
  );
}
