import type { ScopeRequirement } from '../../oauth/scope-requirement.js';

/** The methods of HTTP that become tools, in the order in which a path lists them. */
export const openApiMethods = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'] as const;

/** A method of HTTP that becomes a tool. */
export type OpenApiMethod = (typeof openApiMethods)[number];

/** One operation of the document, as options decide about it. */
export interface OpenApiOperation {
  readonly method: OpenApiMethod;
  /** As the document writes it, such as `/notes/{id}`. */
  readonly path: string;
  readonly operationId: string | undefined;
  readonly tags: readonly string[];
  readonly summary: string | undefined;
  readonly description: string | undefined;
  readonly deprecated: boolean;
  /** Whether the method is safe (RFC 9110 §9.2.1): GET, HEAD and OPTIONS. */
  readonly readOnly: boolean;
  /** The scopes that its `security` demands; undefined when the document names none. */
  readonly scopes: ScopeRequirement | undefined;
  /** Its members that begin with `x-`. */
  readonly extensions: Readonly<Record<string, unknown>>;
}
