import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { markdownBlocks } from '../support/doc-blocks/doc-block.js';
import type { DocProgram } from '../support/doc-blocks/doc-program.js';
import { docPrograms } from '../support/doc-blocks/doc-program.js';
import type { RunOutcome } from '../support/doc-blocks/run-programs.js';
import { runPrograms } from '../support/doc-blocks/run-programs.js';
import { describeWithPrograms } from '../support/programs.js';

const root = path.join(import.meta.dirname, '../..');

/** A client's view of the small server on every page, before and after. */
const expectations = `
const expected = {
  tools: ['read_note'],
  text: 'Buy milk',
  failure: 'There is no note 9',
  prompt: 'Summarise in short style: Buy milk',
};
`;

const withClient = (sdk: 'sdk' | 'sdk2', connect: string): string => {
  const client = sdk === 'sdk' ? '@modelcontextprotocol/sdk/client/index.js' : '@modelcontextprotocol/client';
  const memory = sdk === 'sdk' ? '@modelcontextprotocol/sdk/inMemory.js' : '@modelcontextprotocol/server';
  return `
import assert from 'node:assert/strict';
import { Client } from '${client}';
import { InMemoryTransport } from '${memory}';
${expectations}
const [near, far] = InMemoryTransport.createLinkedPair();
${connect}
const client = new Client({ name: 'test', version: '1.0.0' });
await client.connect(near);
assert.deepEqual((await client.listTools()).tools.map(({ name }) => name), expected.tools);
const found = await client.callTool({ name: 'read_note', arguments: { id: '1' } });
assert.equal(found.content[0].text, expected.text);
const failed = await client.callTool({ name: 'read_note', arguments: { id: '9' } });
assert.equal(failed.isError, true);
assert.equal(failed.content[0].text, expected.failure);
const prompt = await client.getPrompt({ name: 'summarise', arguments: { style: 'short' } });
assert.equal(prompt.messages[0].content.text, expected.prompt);
const { contents } = await client.readResource({ uri: 'notes://1' });
assert.equal(contents[0].text, expected.text);
process.exit(0);
`;
};

const withTestClient = (hasResources: boolean): string => `
import assert from 'node:assert/strict';
import { testClient } from 'express-mcp/testing';
${expectations}
const client = await testClient(registry, { scopes: ['notes:read'] });
assert.deepEqual((await client.listTools()).map(({ name }) => name), expected.tools);
assert.equal((await client.call('read_note', { id: '1' })).structuredContent?.text ?? (await client.call('read_note', { id: '1' })).text, expected.text);
const failed = await client.call('read_note', { id: '9' });
assert.equal(failed.isError, true);
assert.equal(failed.text, expected.failure);
const prompt = await client.getPrompt('summarise', { style: 'short' });
assert.equal(prompt.messages[0].content.text, expected.prompt);
${hasResources ? "assert.equal((await client.readResource('notes://1')).contents[0].text, expected.text);" : ''}
const stranger = await testClient(registry, { scopes: [] });
await stranger.expectRefused('read_note', { id: '1' }, { scope: 'notes:read' });
process.exit(0);
`;

const pages: readonly { page: string; before?: string; after: string }[] = [
  { page: 'official-sdk-1', before: withClient('sdk', 'await server.connect(far);'), after: withTestClient(true) },
  {
    page: 'official-sdk-2',
    before: withClient('sdk2', 'await createServer().connect(far);'),
    after: withTestClient(true),
  },
  { page: 'fastmcp', before: withClient('sdk', 'await server.connect(far);'), after: withTestClient(true) },
  // Python 3.12 and PyPI may be missing: the server before is parsed, and compared by what it names.
  { page: 'http-mcp', after: withTestClient(false) },
];

/** The program of a page that contains a mark, with more code at its end. */
function programWith(page: string, mark: string, more: string): DocProgram {
  const file = `docs/migration/${page}.md`;
  const programs = docPrograms(markdownBlocks(file, readFileSync(path.join(root, file), 'utf8')));
  const program = programs.find(({ blocks }) => blocks.some(({ code }) => code.includes(mark)));
  if (program === undefined) throw new Error(`${file} has no program with ${mark}`);
  const [block] = program.blocks;
  if (block === undefined) throw new Error(`${file} has an empty program`);
  return { ...program, name: `${page} ${mark}`, blocks: [...program.blocks, { ...block, code: more }] };
}

const before = pages.flatMap(({ page, before: driver }) =>
  driver === undefined
    ? []
    : [programWith(page, page === 'official-sdk-2' ? 'export function createServer' : 'export const server', driver)],
);
const after = pages.map(({ page, after: driver }) => programWith(page, 'export const registry', driver));

describe('the servers of docs/migration', () => {
  let outcomes: ReadonlyMap<DocProgram, RunOutcome> = new Map();

  beforeAll(async () => {
    outcomes = await runPrograms([...before, ...after], root);
  }, 300_000);

  for (const program of [...before, ...after]) {
    it(`${program.name} answers as the other does`, () => {
      expect(outcomes.get(program)).toEqual({ failed: false });
    });
  }
});

/** Imports, definitions and calls of a Python module, from its own parser. */
const readModule = `
import ast, json, sys
tree = ast.parse(sys.stdin.read())
calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
print(json.dumps({
    'imports': sorted(f'{node.module}.{name.name}' for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names),
    'functions': {node.name: ast.get_docstring(node) for node in tree.body if isinstance(node, ast.FunctionDef)},
    'fields': {node.name: [part.target.id for part in node.body if isinstance(part, ast.AnnAssign)] for node in tree.body if isinstance(node, ast.ClassDef)},
    'calls': {ast.unparse(call.func): sorted(word.arg for word in call.keywords) for call in calls if call.keywords},
    'scopes': sorted({ast.unparse(word.value) for call in calls for word in call.keywords if word.arg == 'scopes'}),
    'unresolved': sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        - {name.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names}
        - {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
        - {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        - {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}),
}))
`;

// http_mcp needs Python 3.12 and pydantic 2, which Debian 12 and npm do not have, so its server is not run here.
describeWithPrograms(['python3'], 'the server of docs/migration/http-mcp.md before', () => {
  it('is Python, uses http_mcp 0.13 as its source has it, and says what the one after says', () => {
    const page = readFileSync(path.join(root, 'docs/migration/http-mcp.md'), 'utf8');
    const [, python = ''] = /```python\n([\s\S]*?)```/.exec(page) ?? [];
    const { stdout, stderr } = spawnSync('python3', ['-c', readModule], { input: python, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      imports: [
        'dataclasses.dataclass',
        'dataclasses.field',
        'http_mcp.exceptions.ToolInvocationError',
        'http_mcp.server.MCPServer',
        'http_mcp.types.Arguments',
        'http_mcp.types.Prompt',
        'http_mcp.types.PromptMessage',
        'http_mcp.types.TextContent',
        'http_mcp.types.Tool',
        'pydantic.BaseModel',
      ],
      functions: { read_note: 'The text of a note', summarise: 'Summarise all notes' },
      fields: { ReadInput: ['id'], ReadOutput: ['text'], SummariseInput: ['style'], Context: ['notes'] },
      calls: {
        MCPServer: ['name', 'prompts', 'tools', 'version'],
        Prompt: ['arguments_type', 'func', 'scopes'],
        PromptMessage: ['content', 'role'],
        ReadOutput: ['text'],
        TextContent: ['text'],
        Tool: ['func', 'inputs', 'output', 'scopes'],
        field: ['default_factory'],
      },
      scopes: ["('notes:read',)"],
      unresolved: ['dict', 'str', 'tuple'],
    });
    for (const same of ["'read_note'", "'summarise'", "['notes:read']", 'The text of a note', 'Summarise all notes']) {
      expect(page).toContain(same);
    }
  });
});
