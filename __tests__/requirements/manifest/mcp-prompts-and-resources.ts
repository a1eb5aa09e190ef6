import type { Page, PageRequirement } from './mcp-pages.js';
import { attacks, authorize, dispatcher, ofTheApp, promptsAndResources, results, shape } from './mcp-tests.js';

const gets = (name: string) => promptsAndResources(`prompts/get ${name}`);
const reads = (name: string) => promptsAndResources(`resources/read ${name}`);

const capabilities = (what: 'prompts' | 'resources'): readonly PageRequirement[] => [
  {
    id: `${what}-capability`,
    at: 'capabilities',
    level: 'MUST',
    text: `Declare ${what} where there are any.`,
    verifiedBy: [results('capabilities are those of what there is, in both eras')],
  },
  {
    id: `${what}-list`,
    at: 'capabilities',
    level: 'MUST',
    text: `Answer ${what}/list with those that are there for the caller.`,
    since: '2026-07-28',
    verifiedBy: [shape(`${what}/list`), authorize('conceals an item from callers without its scopes')],
  },
  {
    id: `${what}-list-connection`,
    at: 'capabilities',
    level: 'MUST NOT',
    text: 'Let the list depend on the connection, or on what else was asked.',
    since: '2026-07-28',
    verifiedBy: [results('a result of a list is the same whatever was asked before, and whoever asks')],
  },
  {
    id: `${what}-list-changed`,
    at: 'list-changed-notification',
    level: 'SHOULD',
    text: `Tell clients when the list of ${what} changed, where that was declared.`,
    open: `list_changed: changing the ${what} of a registry sends notifications/${what}/list_changed to who listens.`,
  },
];

export const prompts: Page = {
  page: 'server/prompts',
  requirements: [
    ...capabilities('prompts'),
    {
      id: 'prompts-image',
      at: 'image-content',
      level: 'MUST',
      text: 'Write images in Base64, with their media type.',
      notApplicable: ofTheApp.content,
    },
    {
      id: 'prompts-audio',
      at: 'audio-content',
      level: 'MUST',
      text: 'Write sound in Base64, with its media type.',
      notApplicable: ofTheApp.content,
    },
    {
      id: 'prompts-embedded',
      at: 'embedded-resources',
      level: 'MUST',
      text: 'Embed resources with URI, media type, and text or Base64.',
      notApplicable: ofTheApp.content,
    },
    {
      id: 'prompts-errors',
      at: 'error-handling',
      level: 'SHOULD',
      text: 'Answer an unknown prompt and a missing argument with -32602, and failures with -32603.',
      verifiedBy: [
        gets('answers -32602 to an unknown prompt'),
        gets('answers -32602 to a missing argument'),
        gets('keeps it inside when the handler throws'),
      ],
    },
    {
      id: 'prompts-validate',
      at: 'implementation-considerations',
      level: 'SHOULD',
      text: 'Validate arguments before anything else.',
      verifiedBy: [
        gets('answers -32602 to an argument that is no string'),
        gets('answers -32602 to an argument that does not exist'),
      ],
    },
    {
      id: 'prompts-negotiation',
      at: 'implementation-considerations',
      level: 'SHOULD',
      text: 'Respect the capabilities of both sides.',
      verifiedBy: [dispatcher('looking up the method does not know prompts/get when there is nothing behind it')],
    },
    {
      id: 'prompts-security',
      at: 'security',
      level: 'MUST',
      text: 'Validate what comes in and goes out, against injection and access that is not allowed.',
      verifiedBy: [
        gets('answers -32602 to an argument that is no string'),
        attacks('a prompt needs its argument also when every object has something of that name'),
        gets('keeps it inside when the handler returns an object without messages'),
      ],
    },
  ],
};

export const resources: Page = {
  page: 'server/resources',
  requirements: [
    ...capabilities('resources'),
    {
      id: 'resources-https',
      at: 'https',
      level: 'SHOULD',
      text: 'Use https: only for what clients can fetch themselves.',
      notApplicable: 'The app chooses the URIs of its resources.',
    },
    {
      id: 'resources-other-schemes',
      at: 'https',
      level: 'SHOULD',
      text: 'Use another scheme otherwise.',
      notApplicable: 'The app chooses the URIs of its resources.',
    },
    {
      id: 'resources-custom-schemes',
      at: 'custom-uri-schemes',
      level: 'MUST',
      text: 'Write URIs of schemes of one’s own as RFC 3986 says.',
      since: '2025-06-18',
      verifiedBy: [
        [
          'registry/resource-uris',
          'the URI of a resource "notes://all of them" is refused, since RFC 3986 has no such URI',
        ],
        ['registry/uri-template', 'a URI template notes/{a} is refused: begin with a scheme, such as notes:'],
      ],
    },
    {
      id: 'resources-errors',
      at: 'error-handling',
      level: 'SHOULD',
      text: 'Answer what is not there with -32002, and failures with -32603.',
      until: '2025-11-25',
      verifiedBy: [
        reads('answers example://unknown, which is not there, with the URI and the code of the revision'),
        reads('keeps it inside when the reader throws'),
      ],
    },
    {
      id: 'resources-not-found',
      at: 'error-handling',
      level: 'MUST',
      text: 'Answer what is not there with -32602.',
      since: '2026-07-28',
      verifiedBy: [
        reads('answers example://unknown, which is not there, with the URI and the code of the revision'),
        reads('answers example://gone, which is not there, with the URI and the code of the revision'),
      ],
    },
    {
      id: 'resources-internal-errors',
      at: 'error-handling',
      level: 'SHOULD',
      text: 'Answer failures with -32603.',
      since: '2026-07-28',
      verifiedBy: [reads('keeps it inside when the reader throws')],
    },
    {
      id: 'resources-not-empty',
      at: 'error-handling',
      level: 'MUST NOT',
      text: 'Answer what is not there with empty contents.',
      since: '2026-07-28',
      verifiedBy: [reads('answers example://gone, which is not there, with the URI and the code of the revision')],
    },
    {
      id: 'resources-validate',
      at: 'security-considerations',
      level: 'MUST',
      text: 'Validate all URIs.',
      verifiedBy: [
        reads('refuses a URI that is no string'),
        ['registry/uri-template', 'a URI template notes://{id} does not match notes://%'],
      ],
    },
    {
      id: 'resources-access',
      at: 'security-considerations',
      level: 'SHOULD',
      text: 'Control access to what is sensitive.',
      verifiedBy: [
        authorize('refuses a scoped item when no auth ran at all'),
        ['express/mcp-scopes', 'mcpScopes refuses a resource by its template without the scopes'],
      ],
    },
    {
      id: 'resources-encoding',
      at: 'security-considerations',
      level: 'MUST',
      text: 'Encode binary data properly.',
      verifiedBy: [reads('makes contents of text, of bytes and of bare contents')],
    },
    {
      id: 'resources-permissions',
      at: 'security-considerations',
      level: 'SHOULD',
      text: 'Check permissions before anything is done.',
      verifiedBy: [
        dispatcher('batches authorizes every message before any is invoked'),
        ['express/mcp-scopes', 'mcpScopes refuses a resource in another spelling without the scopes'],
      ],
    },
    {
      id: 'resources-traversal',
      at: 'security-considerations',
      level: 'MUST',
      text: 'Let nobody out of the folder that file: resources are of.',
      since: '2026-07-28',
      notApplicable:
        'The reader of the app opens files, or whatever else; that the values of variables are not to be trusted stands where it gets them.',
    },
  ],
};
