import type { CallToolResult, ContentBlock } from '../../registry/content.js';
import { describeIssues } from '../../registry/schemas/schema-issue.js';
import type { Tool } from '../../registry/tool.js';
import { isJsonType, mediaTypeOf } from '../media-type.js';
import { contentOf, linkTo } from './download.js';
import { errorText } from './error-text.js';
import type { ReceivedAnswer } from './received-answer.js';
import { fieldOf } from './received-answer.js';

/** The request of an answer. */
export interface AnsweredRequest {
  readonly method: string;
  /** The public URL of the route, or a URI that only names it. */
  readonly uri: string;
  /** Whether `uri` can be fetched. */
  readonly isPublic: boolean;
}

/**
 * Makes a tool's result of the answer of a route.
 *
 * @param answer - what the route answered
 * @param request - the request
 * @param output - the tool's own schema of results, if it has one
 */
export async function toolResultOf(
  answer: ReceivedAnswer,
  request: AnsweredRequest,
  output: Tool['output'],
): Promise<CallToolResult> {
  const result = answer.isCut ? resultOfCut(answer, request) : resultOf(answer, request);
  if (output === undefined || result.isError === true) return result;
  // MCP server/tools#output-schema: every client would refuse a result that does not conform.
  if (result.structuredContent === undefined) return unexpected(result, answer, 'its body is not JSON');
  const outcome = await output.validate(result.structuredContent);
  if (outcome.valid) return result;
  return unexpected(result, answer, `its body does not fit the OpenAPI document: ${describeIssues(outcome.issues)}`);
}

function resultOf(answer: ReceivedAnswer, request: AnsweredRequest): CallToolResult {
  const { status, headers, bytes, records } = answer;
  if (status >= 400) return { content: [{ type: 'text', text: errorText(answer) }], isError: true };
  const links = locationOf(answer, request);
  if (records !== undefined) return { content: [{ type: 'text', text: records.join('\n') }, ...links] };
  const value = isJsonType(mediaTypeOf(fieldOf(headers, 'content-type'))) ? parsed(bytes) : undefined;
  if (value !== undefined) {
    return { content: [{ type: 'text', text: JSON.stringify(value.json) }, ...links], structuredContent: value.json };
  }
  const content = [...contentOf(answer, request.uri), ...links];
  return { content: content.length > 0 && status < 300 ? content : [statusBlock(answer), ...content] };
}

function resultOfCut(answer: ReceivedAnswer, request: AnsweredRequest): CallToolResult {
  const { status, maxBytes, headers, records } = answer;
  const size = `The answer is larger than ${String(maxBytes)} bytes`;
  if (status >= 400) return { content: [statusBlock(answer)], isError: true };
  if (records !== undefined) {
    const text = `${records.join('\n')}\n[${size}; the rest is left out.]`;
    return { content: [{ type: 'text', text }] };
  }
  const isFile = !isJsonType(mediaTypeOf(fieldOf(headers, 'content-type')));
  if (isFile && request.isPublic && request.method === 'GET') {
    return { content: [{ type: 'text', text: `${size}. It can be fetched here:` }, linkTo(request.uri, headers)] };
  }
  const advice = isFile ? '' : ' Ask for less, for instance with a filter or a smaller page.';
  return { content: [{ type: 'text', text: `${size} and is left out.${advice}` }], isError: true };
}

/** RFC 9110 §10.2.2: the created resource, or the next address. Redirects are not followed. */
function locationOf({ headers, status }: ReceivedAnswer, { uri }: AnsweredRequest): readonly ContentBlock[] {
  const location = fieldOf(headers, 'location');
  const isMeant = status === 201 || status === 202 || (status >= 300 && status < 400);
  return location !== undefined && isMeant && URL.canParse(location, uri)
    ? [linkTo(new URL(location, uri).href, {})]
    : [];
}

function statusBlock({ status, statusText }: ReceivedAnswer): ContentBlock {
  return { type: 'text', text: `HTTP ${String(status)} ${statusText}`.trim() };
}

function parsed(bytes: Buffer): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(bytes.toString('utf8')) as unknown };
  } catch {
    return undefined;
  }
}

/** The route has done its work; only its answer is not as the document promises. */
function unexpected({ content }: CallToolResult, { status }: ReceivedAnswer, why: string): CallToolResult {
  const text = `The operation was carried out with HTTP ${String(status)}, but ${why}. The answer follows.`;
  return { content: [{ type: 'text', text }, ...content], isError: true };
}
