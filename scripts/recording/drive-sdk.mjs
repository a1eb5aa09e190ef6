// Drives an official client: node drive-sdk.mjs <url> <entry of the client> <entry of the transport> <version negotiation>
const [url, clientEntry, transportEntry, mode] = process.argv.slice(2);
const { Client } = await import(clientEntry);
const { StreamableHTTPClientTransport } = await import(transportEntry);

const client = new Client(
  { name: 'recorded', version: '1.0.0' },
  { capabilities: {}, ...(mode === undefined ? {} : { versionNegotiation: { mode } }) },
);
const transport = new StreamableHTTPClientTransport(new URL(url));
await client.connect(transport);
await client.listTools();
await client.callTool({ name: 'echo', arguments: { note: 'x' } });
await client.callTool({ name: 'count', arguments: {} });
await client.callTool({ name: 'echo', arguments: {} });
await client.listPrompts();
await client.getPrompt({ name: 'summary', arguments: { style: 'long' } });
await client.listResources();
await client.listResourceTemplates();
await client.readResource({ uri: 'notes://7' });
await client.readResource({ uri: 'other://7' }).catch(() => undefined);
await client.complete({ ref: { type: 'ref/prompt', name: 'summary' }, argument: { name: 'style', value: '' } });
await client.callTool({ name: 'none', arguments: {} }).catch(() => undefined);
// The stream that clients open by themselves gets there, too.
await new Promise((resolve) => setTimeout(resolve, 200));
await transport.terminateSession?.().catch(() => undefined);
await client.close();
process.exit();
