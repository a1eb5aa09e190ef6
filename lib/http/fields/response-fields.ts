/** Header fields that every answer of ours carries: nobody may keep it, nobody may guess its type. */
export const securityHeaders = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
} as const;

/**
 * Header fields of an answer in JSON.
 *
 * @param length - bytes of the body
 */
export function jsonHeaders(length: number): Readonly<Record<string, number | string>> {
  return {
    'Cache-Control': securityHeaders['Cache-Control'],
    'X-Content-Type-Options': securityHeaders['X-Content-Type-Options'],
    'Content-Type': 'application/json',
    'Content-Length': length,
  };
}
