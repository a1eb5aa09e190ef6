/**
 * Clients to record: each one on npm that works without an account, with older releases. `drive` is the driver in this folder that runs
 * it, with the arguments after the URL of the endpoint.
 */
export const recordedReleases = [
  ...['1.32.2', '1.31.0', '1.30.1', '1.11.5', '1.10.2', '1.10.1', '1.10.0'].map((version) => ({
    client: 'sdk',
    name: '@modelcontextprotocol/sdk',
    version,
    drive: ({ entry }) => ({
      driver: 'drive-sdk',
      args: [
        entry('@modelcontextprotocol/sdk/dist/esm/client/index.js'),
        entry('@modelcontextprotocol/sdk/dist/esm/client/streamableHttp.js'),
      ],
    }),
  })),
  ...['2.4.0', '2.3.1', '2.2.0'].flatMap((version) =>
    ['legacy', 'auto'].map((mode) => ({
      client: `client, ${mode}`,
      name: '@modelcontextprotocol/client',
      version,
      drive: ({ entry }) => {
        const main = entry('@modelcontextprotocol/client/dist/index.mjs');
        return { driver: 'drive-sdk', args: [main, main, mode] };
      },
    })),
  ),
  ...['0.15.1', '0.15.0', '0.14.5'].map((version) => ({
    client: 'mcp-remote',
    name: 'mcp-remote',
    version,
    drive: ({ folder }) => ({
      driver: 'drive-stdio',
      args: [`${folder}/mcp-remote/dist/proxy.js`, '{url}', '--transport', 'http-only', '--allow-http'],
    }),
  })),
  ...['2.0.99', '2.0.98', '2.0.97'].map((version) => ({
    client: 'ai-sdk',
    name: '@ai-sdk/mcp',
    version,
    drive: ({ entry }) => ({ driver: 'drive-ai-sdk', args: [entry('@ai-sdk/mcp/dist/index.js')] }),
  })),
  ...['2.12.0', '2.11.0', '2.10.1'].flatMap((version) =>
    ['legacy', 'modern'].map((era) => ({
      client: `inspector, ${era}`,
      name: '@modelcontextprotocol/inspector',
      version,
      drive: ({ folder }) => {
        const shared = ['--cli', '{url}', '--transport', 'http', '--protocol-era', era];
        const runs = [
          ['--method', 'tools/list'],
          ['--method', 'tools/call', '--tool-name', 'echo', '--tool-arg', 'note=x'],
          ['--method', 'prompts/list'],
          ['--method', 'prompts/get', '--prompt-name', 'summary', '--prompt-args', 'style=long'],
          ['--method', 'resources/list'],
          ['--method', 'resources/read', '--uri', 'notes://7'],
        ].map((run) => [...shared, ...run]);
        const program = `${folder}/@modelcontextprotocol/inspector/clients/launcher/build/index.js`;
        return { driver: 'drive-programs', args: [program, JSON.stringify(runs)] };
      },
    })),
  ),
];
