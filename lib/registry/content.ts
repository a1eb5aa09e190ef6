/** Hints about how content is meant to be used (MCP `server/resources#annotations`). */
export interface Annotations {
  readonly audience?: readonly ('assistant' | 'user')[];
  /** From 0 (unimportant) to 1 (effectively required). */
  readonly priority?: number;
  /** ISO 8601 time. */
  readonly lastModified?: string;
}

/** A picture that stands for an item (MCP `basic/index#icons`). */
export interface Icon {
  /** https or data URI. */
  readonly src: string;
  /** Such as `image/png`, if the server of the picture does not say. */
  readonly mimeType?: string;
  /** Sizes that it suits, such as `48x48`, or `any`. */
  readonly sizes?: readonly string[];
  /** The colour scheme of the client that it is made for. */
  readonly theme?: 'dark' | 'light';
}

/** Extra metadata under keys that MCP `basic/index#_meta` describes. */
export type Meta = Readonly<Record<string, unknown>>;

interface ContentBase {
  readonly annotations?: Annotations;
  readonly _meta?: Meta;
}

/** Text. */
export interface TextContent extends ContentBase {
  readonly type: 'text';
  readonly text: string;
}

/** A picture, base64. */
export interface ImageContent extends ContentBase {
  readonly type: 'image';
  readonly data: string;
  readonly mimeType: string;
}

/** Sound, base64. */
export interface AudioContent extends ContentBase {
  readonly type: 'audio';
  readonly data: string;
  readonly mimeType: string;
}

/** A resource that the client may read on its own. */
export interface ResourceLink extends ContentBase {
  readonly type: 'resource_link';
  readonly uri: string;
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly mimeType?: string;
  readonly size?: number;
  readonly icons?: readonly Icon[];
}

/** The contents of a resource, as text or base64. */
export type ResourceContents = {
  readonly uri: string;
  readonly mimeType?: string;
  readonly _meta?: Meta;
} & ({ readonly text: string } | { readonly blob: string });

/** A resource that is part of the message. */
export interface EmbeddedResource extends ContentBase {
  readonly type: 'resource';
  readonly resource: ResourceContents;
}

/** One piece of what a tool answers or a prompt says. */
export type ContentBlock = AudioContent | EmbeddedResource | ImageContent | ResourceLink | TextContent;

/** A full tool result, for handlers that want to decide everything. */
export interface CallToolResult {
  readonly content: readonly ContentBlock[];
  readonly structuredContent?: unknown;
  readonly isError?: boolean;
  readonly _meta?: Meta;
}

/** One message of a prompt. */
export interface PromptMessage {
  readonly role: 'assistant' | 'user';
  readonly content: ContentBlock;
}

/** A full prompt result. */
export interface GetPromptResult {
  readonly description?: string;
  readonly messages: readonly PromptMessage[];
  readonly _meta?: Meta;
}

/** A full resource result. */
export interface ReadResourceResult {
  readonly contents: readonly ResourceContents[];
  /** How long a client may keep it, in milliseconds (MCP `server/utilities/caching`). Default 0. */
  readonly ttlMs?: number;
  /** Whether others may be shown the same copy. Default `private`. */
  readonly cacheScope?: 'private' | 'public';
  readonly _meta?: Meta;
}
