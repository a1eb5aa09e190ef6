import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { createRegistry } from '../../lib/index.js';
import type { CallToolResult, InferSchema, TemplateVariables } from '../../lib/index.js';
import type { InferHandlerResult } from '../../lib/registry/schemas/infer-schema.js';

// Two types are the same when a conditional type that depends on them is; each T is there twice on purpose.
/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/* eslint-enable @typescript-eslint/no-unnecessary-type-parameters */

/** Compiles only when the types are the same. */
function same<A, B>(isSame: Equal<A, B>): void {
  expect(isSame).toBe(true);
}

/** Compiles only when the type of the value is this one. */
function isA<Expected>(): <Actual>(value: Actual, isSame: Equal<Actual, Expected>) => void {
  return (_value, isSame) => {
    expect(isSame).toBe(true);
  };
}

describe('types inferred from JSON Schema', () => {
  it('are those of the values', () => {
    same<InferSchema<{ type: 'string' }>, string>(true);
    same<InferSchema<{ type: 'integer' }>, number>(true);
    same<InferSchema<{ type: 'boolean' }>, boolean>(true);
    same<InferSchema<{ type: 'null' }>, null>(true);
    same<InferSchema<{ type: readonly ['string', 'null'] }>, string | null>(true);
    same<InferSchema<{ const: 7 }>, 7>(true);
    same<InferSchema<{ type: 'string'; enum: readonly ['a', 'b'] }>, 'a' | 'b'>(true);
    same<InferSchema<{ type: 'array'; items: { type: 'number' } }>, readonly number[]>(true);
    same<InferSchema<{ type: 'array' }>, readonly unknown[]>(true);
    same<
      InferSchema<{ type: 'array'; prefixItems: readonly [{ type: 'string' }, { type: 'number' }]; items: false }>,
      readonly [string, number]
    >(true);
    same<InferSchema<{ anyOf: readonly [{ type: 'string' }, { type: 'number' }] }>, string | number>(true);
    same<InferSchema<{ oneOf: readonly [{ const: 'a' }, { const: 'b' }] }>, 'a' | 'b'>(true);
    same<InferSchema<{ type: 'object' }>, Readonly<Record<string, unknown>>>(true);
    same<InferSchema<{ type: 'object'; additionalProperties: { type: 'number' } }>, Readonly<Record<string, number>>>(
      true,
    );
  });

  it('have required and optional members', () => {
    interface Schema {
      type: 'object';
      properties: { id: { type: 'string' }; tags: { type: 'array'; items: { type: 'string' } } };
      required: readonly ['id'];
    }
    same<InferSchema<Schema>, { readonly id: string; readonly tags?: readonly string[] }>(true);
  });

  it('combine what is said in several places', () => {
    interface Schema {
      allOf: readonly [
        { type: 'object'; properties: { a: { type: 'string' } }; required: readonly ['a'] },
        { type: 'object'; properties: { b: { type: 'number' } }; required: readonly ['b'] },
      ];
    }
    same<InferSchema<Schema>, { readonly a: string; readonly b: number }>(true);
  });

  it('never become any for what is not understood', () => {
    same<InferSchema<{ $ref: '#/$defs/x' }>, unknown>(true);
    same<InferSchema<Readonly<Record<string, unknown>>>, unknown>(true);
  });

  it('are those of a Standard Schema on either side of its conversion', () => {
    const schema = z.object({ at: z.string().transform((text) => text.length) });
    same<InferSchema<typeof schema>, { at: number }>(true);
    same<InferHandlerResult<typeof schema>, { at: string }>(true);
    expect(schema.parse({ at: 'now' })).toEqual({ at: 3 });
  });
});

describe('handlers', () => {
  it('receive what their definitions promise', () => {
    const registry = createRegistry({ name: 'test', version: '1.0.0' }, { state: { pool: 'db' } });
    registry.tool(
      'typed',
      {
        inputSchema: {
          type: 'object',
          properties: { id: { type: 'string' }, mode: { enum: ['fast', 'slow'] } },
          required: ['id'],
        },
      },
      (args, ctx) => {
        isA<{ readonly id: string; readonly mode?: 'fast' | 'slow' }>()(args, true);
        isA<{ pool: string }>()(ctx.state, true);
      },
    );
    registry.tool('without', {}, (args) => {
      isA<Readonly<Record<string, never>>>()(args, true);
    });
    const loose: Readonly<Record<string, unknown>> = { type: 'object' };
    registry.tool('loose', { inputSchema: loose }, (args) => {
      isA<Readonly<Record<string, unknown>>>()(args, true);
    });
    registry.tool('zod', { inputSchema: z.object({ n: z.number() }) }, ({ n }) => {
      isA<number>()(n, true);
    });
    registry.prompt('prompt', { arguments: { code: { required: true }, style: {} } }, (values) => {
      isA<{ readonly code: string; readonly style: string | undefined }>()(values, true);
      return values.code;
    });
    registry.resourceTemplate('x://{a}/{+b}{?c}', {}, ({ variables }) => {
      isA<string>()(variables.a, true);
      isA<string>()(variables.b, true);
      isA<string | undefined>()(variables.c, true);
      return variables.a;
    });
    same<TemplateVariables<string>, Readonly<Record<string, string>>>(true);
  });

  it('return what their output schema describes', () => {
    const registry = createRegistry({ name: 'test', version: '1.0.0' });
    const outputSchema = { type: 'object', properties: { sum: { type: 'number' } }, required: ['sum'] } as const;
    registry.tool('right', { outputSchema }, () => ({ sum: 3 }));
    registry.tool('full', { outputSchema }, (): CallToolResult => ({ content: [], structuredContent: { sum: 3 } }));
    // @ts-expect-error the sum must be a number
    registry.tool('wrong', { outputSchema }, () => ({ sum: 'three' }));
    expect(registry.catalog.tools.items).toHaveLength(3);
  });
});
