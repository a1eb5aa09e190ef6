/** Header fields of every answer of ours: no cache may store it, no browser may guess its type. */
export const securityFields = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
} as const;

/**
 * Header fields of an answer in JSON.
 *
 * @param length - bytes of the body
 */
export function jsonFields(length: number): Readonly<Record<string, number | string>> {
  return {
    'Cache-Control': securityFields['Cache-Control'],
    'X-Content-Type-Options': securityFields['X-Content-Type-Options'],
    'Content-Type': 'application/json',
    'Content-Length': length,
  };
}
