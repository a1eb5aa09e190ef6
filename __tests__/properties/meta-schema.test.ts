import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileValidator } from '../../lib/registry/schemas/checks/compile-validator.js';
import { checkMetaSchema } from '../../lib/registry/schemas/check-meta-schema.js';
import { metaSchema } from '../../lib/registry/schemas/meta-schema.js';
import { SchemaDocument } from '../../lib/registry/schemas/schema-document.js';

const byAjv = compileValidator(new SchemaDocument({ ...metaSchema }), { checksFormats: false });

const names = Object.keys(metaSchema.properties ?? {});
const words = ['string', 'object', 'strin', '^a', '#', '#/$defs/a', 'a', 'a/b~c', '1a', ''];
const scalar = fc.oneof(
  fc.constantFrom<unknown>(...words, null, true, false, 0, -1, 1.5, 2, -0, 1e300),
  fc.array(fc.constantFrom(...words), { maxLength: 3 }),
);

/** Values that look like schemas, with mistakes at every place. */
const { schema } = fc.letrec<{ schema: unknown; value: unknown; map: unknown }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 4 }),
  ),
  map: fc.dictionary(fc.constantFrom(...words, '__proto__', 'constructor'), tie('value'), { maxKeys: 3 }),
  value: fc.oneof({ depthSize: 'small' }, scalar, tie('schema'), tie('map'), fc.array(tie('schema'), { maxLength: 3 })),
}));

describe('the check by the meta-schema', () => {
  it('finds what ajv finds, in the same words', () => {
    let wrong = 0;
    fc.assert(
      fc.property(schema, (value) => {
        const issues = checkMetaSchema(value);
        if (issues.length > 0) wrong++;
        expect(issues).toEqual(byAjv(value) ?? []);
      }),
      { numRuns: 3_000 },
    );
    expect(wrong).toBeGreaterThan(100);
  });

  it.each(names)('looks at the keyword %s as ajv does, for values of every kind', (name) => {
    const kinds = [null, true, 0, -1, 0.5, 'string', '#', [], [true], ['a', 'a'], ['string', 'null'], {}, { a: [] }];
    for (const value of [
      ...kinds,
      { a: ['b', 'b'] },
      { a: 1 },
      { a: { type: 'x' } },
      [{ [name]: 7 }],
      { a: { [name]: 7 } },
    ]) {
      expect(checkMetaSchema({ [name]: value })).toEqual(byAjv({ [name]: value }) ?? []);
    }
  });

  it('cuts long paths and many issues of nested unions as ajv does', () => {
    const deep = (levels: number): unknown =>
      levels === 0 ? 7 : { dependencies: { ['n'.repeat(40)]: deep(levels - 1) } };
    expect(checkMetaSchema(deep(14))).toEqual(byAjv(deep(14)));
    expect(checkMetaSchema(deep(14))).toHaveLength(10);
  });
});
