// Drives the MCP client of the AI SDK: node drive-ai-sdk.mjs <url> <its entry>
const [url, entry] = process.argv.slice(2);
const { createMCPClient } = await import(entry);
const client = await createMCPClient({ transport: { type: 'http', url }, name: 'recorded' });
const tools = await client.tools();
await tools.echo.execute({ note: 'x' }, { toolCallId: '1', messages: [] });
await client.listResources();
await client.readResource({ uri: 'notes://7' });
await client.experimental_listPrompts?.();
await client.experimental_getPrompt?.({ name: 'summary', arguments: { style: 'long' } });
await new Promise((resolve) => setTimeout(resolve, 200));
await client.close();
process.exit();
