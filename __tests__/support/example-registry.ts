import { createRegistry, ToolError } from '../../lib/index.js';
import type { Registry } from '../../lib/index.js';

/** One of everything that answers can contain. */
export function exampleRegistry(): Registry<{ readonly greeting: string }> {
  const icons = [{ src: 'https://example.com/icon.png', mimeType: 'image/png', sizes: ['48x48'] }];
  const registry = createRegistry(
    {
      name: 'example',
      version: '1.2.3',
      title: 'Example',
      instructions: 'Use it.',
      websiteUrl: 'https://example.com',
      icons,
    },
    { state: { greeting: 'Hello' }, pageSize: 5 },
  );

  registry.tool(
    'add',
    {
      title: 'Add',
      description: 'Adds two numbers',
      inputSchema: {
        type: 'object',
        properties: { a: { type: 'number' }, b: { type: 'number' } },
        required: ['a', 'b'],
      },
      outputSchema: { type: 'object', properties: { sum: { type: 'number' } }, required: ['sum'] },
      annotations: { readOnlyHint: true },
      icons,
      _meta: { 'com.example/kind': 'sum' },
    },
    ({ a, b }) => ({ sum: a + b }),
  );
  registry.tool('list_numbers', { outputSchema: { type: 'array', items: { type: 'number' } } }, () => [1, 2, 3]);
  registry.tool('greet', { description: 'Greets' }, (_args, ctx) => ctx.state.greeting);
  registry.tool('fail', {}, () => {
    throw new ToolError('The oven is cold. Heat it first.');
  });
  registry.tool('break', {}, () => {
    throw new Error('password=hunter2');
  });
  registry.tool('all_content', {}, () => ({
    content: [
      { type: 'text', text: 'text', annotations: { audience: ['user'], priority: 0.5 } },
      { type: 'image', data: 'aGVsbG8=', mimeType: 'image/png' },
      { type: 'audio', data: 'aGVsbG8=', mimeType: 'audio/wav' },
      { type: 'resource', resource: { uri: 'example://text', mimeType: 'text/plain', text: 'embedded' } },
      { type: 'resource_link', uri: 'example://text', name: 'text' },
    ],
    _meta: { 'com.example/kind': 'all' },
  }));
  registry.tool('nothing', {}, () => undefined);

  registry.prompt(
    'review',
    {
      title: 'Review',
      description: 'Reviews code',
      icons,
      arguments: {
        code: { description: 'The code', required: true },
        language: {
          title: 'Language',
          complete: (value) => ['python', 'perl', 'php'].filter((l) => l.startsWith(value)),
        },
      },
    },
    ({ code, language }) => `Review this ${language ?? 'unknown'} code: ${code}`,
  );
  registry.prompt('talk', {}, () => [
    { role: 'user', content: { type: 'text', text: 'Hello' } },
    { role: 'assistant', content: { type: 'image', data: 'aGVsbG8=', mimeType: 'image/png' } },
  ]);

  registry.resource(
    'example://text',
    { name: 'text', title: 'Text', mimeType: 'text/plain', size: 4, icons },
    () => 'text',
  );
  registry.resource('example://bytes', { mimeType: 'image/png' }, () => new Uint8Array([1, 2, 3]));
  registry.resource('example://gone', {}, () => undefined);
  registry.resourceTemplate(
    'example://item/{id}',
    {
      name: 'item',
      mimeType: 'application/json',
      list: () => [{ uri: 'example://item/1', name: 'first' }, { uri: 'example://item/2' }],
      complete: { id: (value) => ({ values: [`${value}1`, `${value}2`], total: 9, hasMore: true }) },
    },
    ({ variables }) => (variables.id === '404' ? undefined : { text: JSON.stringify({ id: variables.id }) }),
  );
  return registry;
}
