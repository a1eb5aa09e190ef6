import type { CodeKeywordDefinition } from 'ajv';
import { _, Name, stringify } from 'ajv';
import { Type } from 'ajv/dist/compile/util.js';
import { not } from 'ajv/dist/compile/codegen/index.js';

/**
 * `unevaluatedItems` (JSON Schema core §11.2). ajv's own compares the length with `true` or undefined where a branch decides
 * how many items are evaluated.
 */
export const unevaluatedItems: CodeKeywordDefinition = {
  keyword: 'unevaluatedItems',
  type: 'array',
  schemaType: ['boolean', 'object'],
  error: { message: ({ params }) => _`"must NOT have more than " + ${params['from']} + " items"` },
  code: (context) => {
    const { gen, data, it } = context;
    const { items } = it;
    if (items === true) return;
    const start = items instanceof Name ? _`${items} === true ? ${data}.length : ${items} || 0` : _`${items ?? 0}`;
    const from = gen.const('from', start);
    it.items = true;
    if (context.schema === false) {
      context.setParams({ from });
      context.pass(_`${data}.length <= ${from}`);
      return;
    }
    const valid = gen.var('valid', true);
    gen.forRange('i', from, _`${data}.length`, (index) => {
      context.subschema({ keyword: 'unevaluatedItems', dataProp: index, dataPropType: Type.Num }, valid);
      gen.if(not(valid), () => gen.break());
    });
    context.ok(valid);
  },
};

/**
 * `unevaluatedProperties` (JSON Schema core §11.3). ajv's own takes names that every object inherits, such as `constructor`,
 * for evaluated.
 */
export const unevaluatedProperties: CodeKeywordDefinition = {
  keyword: 'unevaluatedProperties',
  type: 'object',
  schemaType: ['boolean', 'object'],
  error: { message: 'must NOT have unevaluated properties' },
  code: (context) => {
    const { gen, data, it } = context;
    const { props } = it;
    if (props === true) return;
    it.props = true;
    const known =
      props instanceof Name ? props : gen.const('known', _`new Set(${stringify(Object.keys(props ?? {}))})`);
    const isKnown = (name: Name) =>
      props instanceof Name
        ? _`${known} === true || ${known} && Object.prototype.hasOwnProperty.call(${known}, ${name})`
        : _`${known}.has(${name})`;
    const valid = gen.var('valid', true);
    gen.forIn('name', data, (name) => {
      gen.if(_`!(${isKnown(name)})`, () => {
        if (context.schema === false) gen.assign(valid, false);
        else context.subschema({ keyword: 'unevaluatedProperties', dataProp: name, dataPropType: Type.Str }, valid);
        gen.if(not(valid), () => gen.break());
      });
    });
    if (context.schema === false) context.pass(valid);
    else context.ok(valid);
  },
};
