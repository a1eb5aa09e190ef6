// An endpoint without sign-in whose tools report progress and ask the user, for the Inspector.
import { setTimeout as wait } from 'node:timers/promises';
import express from 'express';
import { createRegistry, mcpErrorHandler, mcpRouter } from '../dist/index.js';

const registry = createRegistry({ name: 'talking', version: '1.0.0' });

registry.tool('count_slowly', { description: 'Counts to five and reports each number' }, async (_args, ctx) => {
  for (let count = 1; count <= 5; count += 1) {
    ctx.progress(count, 5, `Counted to ${count}`);
    await wait(400);
  }
  return 'Counted to five';
});

registry.tool('greet', { description: 'Asks for a name and greets' }, async (_args, ctx) => {
  const given = ctx.inputResponses?.name;
  if (given === undefined) {
    return ctx.inputRequired({
      requests: {
        name: {
          method: 'elicitation/create',
          params: {
            mode: 'form',
            message: 'Whom shall I greet?',
            requestedSchema: {
              type: 'object',
              properties: { name: { type: 'string', title: 'Name' } },
              required: ['name'],
            },
          },
        },
      },
    });
  }
  return given.action === 'accept' ? `Hello, ${given.content.name}!` : 'Nobody was greeted';
});

const app = express();
app.use(mcpRouter(registry, { sessions: true }), mcpErrorHandler());
const server = app.listen(0, 'localhost', () => {
  console.log(`http://localhost:${server.address().port}/mcp `);
});
