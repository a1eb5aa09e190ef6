import type { FuncKeywordDefinition } from 'ajv';
import type { DataValidateFunction } from 'ajv/dist/types/index.js';
import type { Evaluation } from '../evaluation.js';

/** `uniqueItems` (JSON Schema validation §6.4.3) in time proportional to the array: ajv compares each item with each other. */
export const uniqueItems: FuncKeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  compile: (isWanted: boolean) => {
    const check: DataValidateFunction = function (this: Evaluation, items: readonly unknown[]) {
      const twice = isWanted ? firstDuplicate(items, this) : undefined;
      if (twice === undefined) return true;
      const message = `must NOT have duplicate items (items ## ${twice.before} and ${twice.index} are identical)`;
      check.errors = [{ keyword: 'uniqueItems', params: {}, message }];
      return false;
    };
    return check;
  },
};

function firstDuplicate(
  items: readonly unknown[],
  { identities }: Evaluation,
): { readonly before: number; readonly index: number } | undefined {
  const seen = new Map<number, number>();
  for (const [index, item] of items.entries()) {
    const identity = identities.of(item);
    const before = seen.get(identity);
    if (before !== undefined) return { before, index };
    seen.set(identity, index);
  }
  return undefined;
}
