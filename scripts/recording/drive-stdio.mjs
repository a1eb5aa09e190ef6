// Drives a program that speaks stdio on one side: node drive-stdio.mjs <url> <program> <its arguments>; {url} stands for the URL.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const [url, ...args] = process.argv.slice(2);
const client = new Client({ name: 'recorded', version: '1.0.0' });
await client.connect(
  new StdioClientTransport({
    command: process.execPath,
    args: args.map((argument) => argument.replace('{url}', url)),
    stderr: 'ignore',
  }),
);
await client.listTools();
await client.callTool({ name: 'echo', arguments: { note: 'x' } });
await client.listPrompts();
await client.getPrompt({ name: 'summary', arguments: { style: 'long' } });
await client.listResources();
await client.readResource({ uri: 'notes://7' });
await new Promise((resolve) => setTimeout(resolve, 200));
await client.close();
process.exit();
