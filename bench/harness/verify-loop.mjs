// A process that verifies tokens with jose and nothing else, as many at a time as the load has connections.
import { createVerifier } from '../work/verify-token.mjs';

process.on('disconnect', () => process.exit());
process.on('message', (order) => void verifyAll(order));

async function verifyAll({ jwks, tokens }) {
  const verify = createVerifier(jwks);
  const left = tokens.values();
  const worker = async () => {
    for (const token of left) await verify(token);
  };
  const start = performance.now();
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: 8 }, worker));
  const { user, system } = process.cpuUsage(before);
  process.send({
    cpu: (user + system) / tokens.length,
    rate: (tokens.length * 1000) / (performance.now() - start),
  });
}
