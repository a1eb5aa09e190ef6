import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SchemaCompiler } from '../../lib/registry/schemas/schema-compiler.js';

/** A number as JSON writes it: whole digits and a power of ten, of few enough digits that JavaScript keeps them all. */
interface Decimal {
  readonly digits: bigint;
  readonly power: number;
}

const decimal = (maxDigits: number, powers: { readonly min: number; readonly max: number }): fc.Arbitrary<Decimal> =>
  fc.record({ digits: fc.bigInt({ min: 1n, max: 10n ** BigInt(maxDigits) - 1n }), power: fc.integer(powers) });

const numberOf = ({ digits, power }: Decimal): number => Number(`${String(digits)}e${String(power)}`);

/** By whole numbers alone: both are brought to the same power of ten. */
function isMultipleOf(value: Decimal, divisor: Decimal): boolean {
  const power = Math.min(value.power, divisor.power);
  const scale = ({ digits, power: own }: Decimal): bigint => digits * 10n ** BigInt(own - power);
  return scale(value) % scale(divisor) === 0n;
}

async function verdict(value: number, multipleOf: number): Promise<boolean> {
  const schema = { type: 'object', properties: { a: { type: 'number', multipleOf } } };
  const compiled = new SchemaCompiler().compile(schema, { owner: 'tool "x" inputSchema', direction: 'input' });
  // As it arrives: parsed from JSON.
  return (await compiled.validate(JSON.parse(JSON.stringify({ a: value })))).valid;
}

const divisors = decimal(4, { min: -9, max: 4 });

describe('multipleOf', () => {
  it('is what decimal arithmetic says, for any two numbers', async () => {
    await fc.assert(
      fc.asyncProperty(
        decimal(15, { min: -14, max: 6 }),
        divisors,
        fc.boolean(),
        async (value, divisor, isNegative) => {
          const sent = numberOf(value) * (isNegative ? -1 : 1);
          expect(await verdict(sent, numberOf(divisor))).toBe(isMultipleOf(value, divisor));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('takes every whole multiple, and none that is one last digit away from it', async () => {
    await fc.assert(
      fc.asyncProperty(divisors, fc.bigInt({ min: 1n, max: 10n ** 10n }), async (divisor, times) => {
        const multiple = { digits: divisor.digits * times, power: divisor.power };
        expect(await verdict(numberOf(multiple), numberOf(divisor))).toBe(true);
        const beside = { digits: multiple.digits * 10n + 1n, power: multiple.power - 1 };
        expect(await verdict(numberOf(beside), numberOf(divisor))).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('takes zero, and nothing that is smaller than the divisor', async () => {
    await fc.assert(
      fc.asyncProperty(divisors, fc.bigInt({ min: 2n, max: 9n }), async (divisor, part) => {
        expect(await verdict(0, numberOf(divisor))).toBe(true);
        const smaller = { digits: divisor.digits * part, power: divisor.power - 1 };
        expect(await verdict(numberOf(smaller), numberOf(divisor))).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
});
