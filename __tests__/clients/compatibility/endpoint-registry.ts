import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { createRegistry } from 'express-mcp';

/** Everything that clients are driven through: one item for each feature, named after it. */
export function createEndpointRegistry() {
  const calledOff = new Set<string>();
  // Small pages, so that lists take more than one.
  const registry = createRegistry({ name: 'compatibility', version: '1.0.0' }, { pageSize: 4 });

  registry.tool('revision', { description: 'The revision' }, (_args, ctx) => ctx.protocolVersion);
  registry.tool(
    'add',
    {
      description: 'Adds',
      inputSchema: {
        type: 'object',
        properties: { a: { type: 'number' }, b: { type: 'number' } },
        required: ['a', 'b'],
      },
      outputSchema: { type: 'object', properties: { sum: { type: 'number' } }, required: ['sum'] },
    },
    ({ a, b }) => ({ sum: a + b }),
  );
  registry.tool('write', { description: 'Writes', scopes: ['notes:write'] }, () => 'written');
  registry.tool('steps', { description: 'Tells how far it is' }, async (_args, ctx) => {
    for (const step of [1, 2, 3]) {
      await ctx.progress(step, 3, `step ${step}`);
      // As in real work. A proxy may let an answer overtake what was sent just before.
      await wait(50);
    }
    return 'done';
  });
  registry.tool('talk', { description: 'Logs' }, async (_args, ctx) => {
    await ctx.log('info', 'said');
    return 'done';
  });
  registry.tool('ask', { description: 'Asks the user' }, (_args, ctx) => {
    const answer = ctx.inputResponses?.['name'];
    if (answer !== undefined) return JSON.stringify(answer);
    const requestedSchema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
    const params = { message: 'Who are you?', requestedSchema };
    return ctx.inputRequired({ requests: { name: { method: 'elicitation/create', params } } });
  });
  registry.tool(
    'wait',
    {
      description: 'Waits until it is called off',
      inputSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
      timeoutMs: 20_000,
    },
    async ({ name }, ctx) => {
      await ctx.progress(1);
      if (!ctx.signal.aborted) await once(ctx.signal, 'abort');
      calledOff.add(name);
      return 'called off';
    },
  );
  registry.tool('break', { description: 'Loses its connection' }, async (_args, ctx) => {
    // The event gives the client a place to go on from.
    await ctx.log('info', 'The connection is about to break');
    await wait(100);
    ctx.request?.socket.destroy();
    await wait(100);
    return 'came back';
  });
  const changing = registry.tool('changing', { description: 'Never changed' }, () => 'changing');

  registry.prompt(
    'greet',
    {
      arguments: { name: { required: true, complete: (value) => ['ada', 'alan'].filter((n) => n.startsWith(value)) } },
    },
    ({ name }) => `Greet ${name}`,
  );
  registry.resource('example://note', { mimeType: 'text/plain' }, () => 'a note');

  let changes = 0;
  return {
    registry,
    calledOff,
    changeTools: () => {
      changing.update({ description: `Changed ${++changes} times` });
    },
  };
}
