import { Failure } from '../failure.mjs';
import { resultOf } from '../mcp-client.mjs';

/** Tokens that must be refused: expired, for another audience, forged, without the scope. */
export const badToken = {
  name: 'bad token',
  rate: 2,
  create: (load) => {
    const bad = [
      [401, () => load.issuer.token({ scope: 'use', expiresIn: -3600 })],
      [401, () => load.issuer.token({ scope: 'use', audience: 'https://other.example/mcp' })],
      [401, async () => `${(await load.issuer.token({ scope: 'use' })).slice(0, -20)}${'A'.repeat(20)}`],
      [403, () => load.issuer.token({ scope: 'other' })],
    ];
    return {
      run: async (operation) => {
        const [status, create] = load.pick(bad);
        const token = await create();
        const params = { name: 'post', arguments: { id: operation.id } };
        const attempt = async ({ port }) => {
          try {
            await resultOf(await load.mcp.modern(port, token, 'tools/call', params));
          } catch (error) {
            if (error instanceof Failure && error.message.startsWith(`wrong: ${status} `)) return;
            throw error;
          }
          throw new Failure('wrong', 'a bad token got in');
        };
        await load.deliver(operation, attempt, { isSafe: true });
      },
    };
  },
};
