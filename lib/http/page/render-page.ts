import type { ServerInfo } from '../../registry/catalog.js';
import type { CatalogItem } from '../../registry/item.js';
import type { ClientGuide, GuidePart, PageClient } from './client-guides.js';
import { clientGuides } from './client-guides.js';
import { pageIcon } from './page-icon.js';
import { renderItems } from './page-items.js';
import { pageScript } from './page-script.js';
import { pageStyle } from './page-style.js';
import type { PageTarget } from './page-target.js';
import { clientNameOf } from './page-target.js';
import { escapeHtml, textOf } from './plain-html.js';

/** Everything that the page shows. All of it is public. */
export interface PageContent {
  readonly serverInfo: ServerInfo;
  readonly description: string | undefined;
  /** Public URL of the endpoint. */
  readonly url: string;
  readonly clients: readonly PageClient[];
  readonly lists: readonly (readonly CatalogItem[])[];
  /** Scopes that every use of the endpoint needs. */
  readonly requiredScopes: readonly string[];
  readonly authorizationServers: readonly string[];
  /** Whether everything needs a token; undefined where no `mcpAuth` is in front. */
  readonly needsToken: boolean | undefined;
  readonly protocolVersions: readonly string[];
}

/** Maximum size of the whole page, in bytes. Texts of other authors are cut to stay below it. */
export const maxPageBytes = 30 * 1024;

/** In UTF-16 units. */
const maxTitleLength = 100;
const maxTextLength = 1200;
const maxUrlLength = 300;
const maxServers = 5;
const maxScopes = 20;

/**
 * Renders the page as one document. Texts of other authors are escaped.
 *
 * @param content - what to show
 * @returns HTML
 */
export function renderPage(content: PageContent): string {
  const frame = renderFrame(content, '');
  const left = maxPageBytes - Buffer.byteLength(frame) - headingsBytes;
  return renderFrame(content, renderItems(content.lists, Math.max(0, left)));
}

/** Room for headings and counts of the lists. */
const headingsBytes = 1024;

function renderFrame(content: PageContent, items: string): string {
  const { serverInfo, description, url } = content;
  const title = textOf(serverInfo.title ?? serverInfo.name, maxTitleLength);
  const icon = pageIcon(serverInfo.icons, url);
  const picture = icon === undefined ? '' : `<img src="${escapeHtml(icon)}" alt="" width="48" height="48">`;
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width, initial-scale=1">' +
    `<link rel="icon" href="${escapeHtml(icon ?? 'data:,')}"><title>${title} – MCP server</title><style>${pageStyle}</style></head><body>` +
    `<header><div class="name">${picture}<h1 dir="auto">${title}</h1></div>` +
    `<p class="soft">MCP server <code>${textOf(serverInfo.name, maxTitleLength)}</code>, version ` +
    `${textOf(serverInfo.version, maxTitleLength)}${renderWebsite(serverInfo.websiteUrl)}</p>` +
    paragraph(description) +
    `<p>AI applications connect to it at this URL:</p>${renderBox('URL', url)}</header>` +
    `<main>${renderClients(content)}${renderInstructions(serverInfo.instructions)}` +
    `${items === '' ? '' : `<h2>What it offers</h2>${items}`}${renderAccess(content)}${renderProtocol(content)}</main>` +
    '<footer><p>This page shows public information only. Clients see what the person who signs in may use.</p>' +
    `<p id="status" role="status"></p></footer><script>${pageScript}</script></body></html>`
  );
}

function paragraph(text: string | undefined): string {
  return text === undefined || text === '' ? '' : `<p class="text" dir="auto">${textOf(text, maxTextLength)}</p>`;
}

function renderWebsite(websiteUrl: unknown): string {
  const isLink = typeof websiteUrl === 'string' && websiteUrl.length <= maxUrlLength && /^https?:\/\//.test(websiteUrl);
  if (!isLink || !URL.canParse(websiteUrl)) return '';
  return `, <a href="${escapeHtml(websiteUrl)}" rel="noreferrer">${escapeHtml(new URL(websiteUrl).host)}</a>`;
}

function renderBox(what: string, text: string): string {
  return `<div class="box" data-what="${escapeHtml(what)}"><pre>${escapeHtml(text)}</pre></div>`;
}

function renderClients({ serverInfo, url, clients }: PageContent): string {
  const guides = clients.flatMap((client) => clientGuides.filter(({ id }) => id === client));
  if (guides.length === 0) return '';
  // The URL is part of most lines: a very long one is given once, above.
  if (url.length > maxUrlLength) return '';
  const target = { url, name: clientNameOf(serverInfo.name) };
  return `<h2>Connect</h2>${guides.map((guide) => renderGuide(guide, target)).join('')}`;
}

function renderGuide({ name, parts }: ClientGuide, target: PageTarget): string {
  const body = parts(target).map((part) => renderPart(part, name));
  return `<details><summary>${escapeHtml(name)}</summary>${body.join('')}</details>`;
}

function renderPart(part: GuidePart, client: string): string {
  switch (part.kind) {
    case 'text':
      return `<p>${escapeHtml(part.text)}</p>`;
    case 'link':
      return `<p><a class="button" href="${escapeHtml(part.href)}">${escapeHtml(part.label)}</a></p>`;
    case 'copy':
      return renderBox(`${part.label} for ${client}`, part.text);
  }
}

function renderInstructions(instructions: string | undefined): string {
  const text = paragraph(instructions);
  return text === '' ? '' : `<h2>Instructions for the model</h2>${text}`;
}

function renderAccess({ authorizationServers, needsToken, requiredScopes }: PageContent): string {
  if (needsToken === undefined) return '';
  const first = needsToken
    ? 'Clients sign you in when they connect, and ask for more permissions when something needs them.'
    : 'You can use everything that needs no scopes without signing in. For the rest, clients sign you in.';
  const names = authorizationServers
    .slice(0, maxServers)
    .map((server) => `<code>${textOf(server, maxUrlLength)}</code>`);
  const servers = names.length === 0 ? '' : `<p>Authorization server: ${names.join(', ')}</p>`;
  const scopes = requiredScopes.slice(0, maxScopes).map((scope) => `<code>${textOf(scope, maxTitleLength)}</code>`);
  const needed = scopes.length === 0 ? '' : `<p>Every use needs: ${scopes.join(' ')}</p>`;
  return `<h2>Sign-in</h2><p>${first}</p>${servers}${needed}`;
}

function renderProtocol({ protocolVersions }: PageContent): string {
  return `<h2>Protocol</h2><p>Model Context Protocol over Streamable HTTP, revisions ${protocolVersions.join(', ')}.</p>`;
}
