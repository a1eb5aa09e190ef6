// @ts-check
import { createServer } from 'node:net';

/**
 * Finds a port without a listener, for programs that cannot choose one themselves.
 *
 * @param {number} [wanted] - a port that has to be free; by default any
 * @returns {Promise<number>}
 * @throws Error EADDRINUSE if the wanted port is taken
 */
export async function freePort(wanted = 0) {
  const server = createServer();
  await /** @type {Promise<void>} */ (
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(wanted, '127.0.0.1', resolve);
    })
  );
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('A server on a port has no port');
  return address.port;
}
