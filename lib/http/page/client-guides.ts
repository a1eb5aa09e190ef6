import type { PageTarget } from './page-target.js';
import { shellWord } from './page-target.js';

/** The clients that the page has instructions for. */
export type PageClient =
  | 'chatgpt'
  | 'claude'
  | 'claude-code'
  | 'codex'
  | 'cursor'
  | 'gemini-cli'
  | 'goose'
  | 'inspector'
  | 'mcp-remote'
  | 'vscode';

/** A part of the instructions: a sentence, something to copy, or a link that opens the client. */
export type GuidePart =
  | { readonly kind: 'copy'; readonly label: string; readonly text: string }
  | { readonly kind: 'link'; readonly label: string; readonly href: string }
  | { readonly kind: 'text'; readonly text: string };

/** The client's own documentation, the day when it was read, and whether itself or as other pages quote it. */
export interface GuideSource {
  readonly url: string;
  readonly read: string;
  readonly seen: 'itself' | 'quoted';
}

/** How a client is connected. */
export interface ClientGuide {
  readonly id: PageClient;
  readonly name: string;
  readonly source: GuideSource;
  /** The instructions for an endpoint. */
  readonly parts: (target: PageTarget) => readonly GuidePart[];
}

const text = (words: string): GuidePart => ({ kind: 'text', text: words });
const copy = (label: string, content: string): GuidePart => ({ kind: 'copy', label, text: content });
const link = (label: string, href: string): GuidePart => ({ kind: 'link', label, href });
const json = (value: unknown): string => JSON.stringify(value, null, 2);

/** Every client, in the order of the page. Lines are as the sources say, for servers at a URL that are signed in to with OAuth. */
export const clientGuides: readonly ClientGuide[] = [
  {
    id: 'claude',
    name: 'Claude',
    source: {
      url: 'https://support.claude.com/en/articles/11503834-building-custom-integrations-via-remote-mcp-servers',
      read: '2026-11-27',
      seen: 'itself',
    },
    parts: ({ url }) => [
      text(
        'On the web or in the desktop app: Customize → Connectors → + → Add custom connector. Paste this URL, then choose Add and Connect.',
      ),
      copy('URL', url),
      text('Claude calls from its own network: the URL must be reachable from the internet.'),
    ],
  },
  {
    id: 'claude-code',
    name: 'Claude Code',
    source: { url: 'https://code.claude.com/docs/en/mcp-quickstart', read: '2026-11-27', seen: 'itself' },
    parts: ({ url, name }) => [
      copy('Command', `claude mcp add --transport http ${name} ${shellWord(url)}`),
      text('Then type /mcp in a session, choose the server and sign in.'),
    ],
  },
  {
    id: 'chatgpt',
    name: 'ChatGPT',
    source: { url: 'https://developers.openai.com/api/docs/guides/developer-mode', read: '2026-11-27', seen: 'itself' },
    parts: ({ url }) => [
      text(
        'On the web: Settings → Apps → Advanced settings → turn on Developer mode. Then Create app, paste this URL, and choose OAuth.',
      ),
      copy('URL', url),
      text('ChatGPT calls from its own network: the URL must be reachable from the internet.'),
    ],
  },
  {
    id: 'codex',
    name: 'Codex',
    source: { url: 'https://developers.openai.com/codex/mcp', read: '2026-11-27', seen: 'quoted' },
    parts: ({ url, name }) => [
      copy('Commands', `codex mcp add ${name} --url ${shellWord(url)}\ncodex mcp login ${name}`),
      text('Or in ~/.codex/config.toml:'),
      // A string of JSON is a basic string of TOML.
      copy('Settings', `[mcp_servers.${name}]\nurl = ${JSON.stringify(url)}`),
    ],
  },
  {
    id: 'cursor',
    name: 'Cursor',
    source: { url: 'https://cursor.com/docs/mcp/install-links', read: '2026-11-27', seen: 'itself' },
    parts: ({ url, name }) => [
      link('Add to Cursor', `cursor://anysphere.cursor-deeplink/mcp/install?name=${name}&config=${base64({ url })}`),
      text('Or in ~/.cursor/mcp.json:'),
      copy('Settings', json({ mcpServers: { [name]: { url } } })),
    ],
  },
  {
    id: 'vscode',
    name: 'VS Code',
    source: { url: 'https://code.visualstudio.com/docs/copilot/chat/mcp-servers', read: '2026-11-27', seen: 'itself' },
    parts: ({ url, name }) => [
      link('Add to VS Code', `vscode:mcp/install?${encodeURIComponent(JSON.stringify({ name, type: 'http', url }))}`),
      text('Or in .vscode/mcp.json of a project:'),
      copy('Settings', json({ servers: { [name]: { type: 'http', url } } })),
    ],
  },
  {
    id: 'gemini-cli',
    name: 'Gemini CLI',
    source: { url: 'https://geminicli.com/docs/tools/mcp-server', read: '2026-11-27', seen: 'itself' },
    parts: ({ url, name }) => [
      copy('Command', `gemini mcp add --transport http ${name} ${shellWord(url)}`),
      text(`Then type /mcp auth ${name} in a session. Or in ~/.gemini/settings.json:`),
      copy('Settings', json({ mcpServers: { [name]: { httpUrl: url } } })),
    ],
  },
  {
    id: 'goose',
    name: 'Goose',
    source: {
      url: 'https://block.github.io/goose/docs/getting-started/using-extensions',
      read: '2026-11-27',
      seen: 'itself',
    },
    parts: ({ url, name }) => [
      link(
        'Add to Goose',
        `goose://extension?url=${encodeURIComponent(url)}&type=streamable_http&id=${name}&name=${name}&description=${name}`,
      ),
      text('Or for one session:'),
      copy('Command', `goose session --with-streamable-http-extension ${shellWord(url)}`),
    ],
  },
  {
    id: 'inspector',
    name: 'Inspector',
    source: { url: 'https://github.com/modelcontextprotocol/inspector', read: '2026-11-27', seen: 'itself' },
    parts: ({ url }) => [
      text('Opens a page on your machine where you can sign in and try everything out.'),
      copy('Command', `npx @modelcontextprotocol/inspector --transport http --server-url ${shellWord(url)}`),
    ],
  },
  {
    id: 'mcp-remote',
    name: 'Clients that start programs only',
    source: { url: 'https://github.com/geelen/mcp-remote', read: '2026-11-27', seen: 'itself' },
    parts: ({ url, name }) => [
      text('mcp-remote signs in and hands everything on. In the settings of the client:'),
      copy('Settings', json({ mcpServers: { [name]: { command: 'npx', args: ['mcp-remote', url] } } })),
    ],
  },
];

function base64(value: unknown): string {
  return encodeURIComponent(Buffer.from(JSON.stringify(value)).toString('base64'));
}
