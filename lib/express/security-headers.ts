/** Header fields that every answer of ours carries: nobody may keep it, nobody may guess its type. */
export const securityHeaders = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
} as const;
