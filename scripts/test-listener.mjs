// npm run test:listener: everything that is tested over Express, through `mcpListener` (__tests__/support/doors.ts). Arguments are Jest's.
process.env.MCP_DOOR = 'listener';
process.argv.push(
  ...['__tests__/http', '__tests__/adversarial', '__tests__/parity', '__tests__/listener'].slice(
    process.argv.length > 2 ? 4 : 0,
  ),
);
await import('./test.mjs');
