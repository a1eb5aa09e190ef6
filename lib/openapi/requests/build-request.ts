import { ToolError } from '../../errors/tool-error.js';
import type { OpenApiMethod } from '../document/openapi-operation.js';
import { encodeBody } from './encode-body.js';
import { assertFieldValue } from './header-fields.js';
import type { Parameter } from './parameter.js';
import type { RequestPlan } from './request-plan.js';
import { fieldValue, formPairs, pathValue, scalarText } from './serialize-parameter.js';

/** A request to one of the app's routes. */
export interface RouteRequest {
  readonly method: OpenApiMethod;
  /** Path and query, exactly as the app gets them. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

/**
 * Makes a request of the arguments of a tool. Every value stays in its place: what would end a path segment, a query member, a cookie or
 * a header field is percent-encoded or refused.
 *
 * @param plan - of the operation
 * @param args - validated arguments
 * @throws ToolError when a value cannot be sent in its place
 */
export function buildRequest(plan: RequestPlan, args: Readonly<Record<string, unknown>>): RouteRequest {
  const given = [...plan.parameters].flatMap(([argument, parameter]) => {
    const value = args[argument];
    return value === undefined
      ? []
      : [{ argument, parameter, value: parameter.isJson ? JSON.stringify(value) : value }];
  });
  const query = given.flatMap(({ parameter, value }) =>
    parameter.place === 'query' ? formPairs(parameter.name, value, parameter) : [],
  );
  const cookies = given.flatMap(({ parameter, value }) =>
    parameter.place === 'cookie' ? formPairs(parameter.name, value, parameter) : [],
  );
  const fields = given.flatMap(({ argument, parameter, value }) =>
    parameter.place === 'header' ? [fieldOf(argument, parameter, value)] : [],
  );
  const path = pathOf(plan, given);
  const search = [plan.query, ...query.map((pair) => pair.join('='))].filter((part) => part !== '').join('&');
  const body = plan.body === undefined || args['body'] === undefined ? undefined : encodeBody(plan.body, args['body']);
  return {
    method: plan.method,
    url: search === '' ? path : `${path}?${search}`,
    headers: {
      ...Object.fromEntries(fields),
      ...(cookies.length > 0 ? { cookie: cookies.map((pair) => pair.join('=')).join('; ') } : {}),
      ...(body === undefined ? {} : { 'content-type': body.contentType }),
    },
    body: body?.bytes,
  };
}

interface Given {
  readonly argument: string;
  readonly parameter: Parameter;
  readonly value: unknown;
}

function pathOf({ path }: RequestPlan, given: readonly Given[]): string {
  const values = new Map(given.map((one) => [one.parameter.place === 'path' ? one.parameter.name : undefined, one]));
  const expanded = path
    .split('/')
    .map((segment) => expandSegment(segment, values))
    .join('/');
  // A path that begins with two slashes is read as one with a host.
  return expanded.replace(/^\/{2,}/, '/');
}

function expandSegment(segment: string, values: ReadonlyMap<string | undefined, Given>): string {
  let filled: Given | undefined;
  const expanded = segment.replace(/\{([^{}]+)\}/g, (_all, name: string) => {
    filled = values.get(name);
    if (filled === undefined || filled.value === null || filled.value === '') throw emptyPath(filled?.argument ?? name);
    return pathValue(name, filled.value, filled.parameter);
  });
  // RFC 3986 §5.2.4: these two would leave the route for another one, and an empty segment often means the whole collection.
  if (filled === undefined || !/^\.{0,2}$/.test(expanded)) return expanded;
  throw expanded === '' ? emptyPath(filled.argument) : new ToolError(`${filled.argument} cannot be "${expanded}".`);
}

function emptyPath(argument: string): ToolError {
  return new ToolError(`${argument} must not be empty: it is a part of the path.`);
}

function fieldOf(argument: string, { name, explode }: Parameter, value: unknown): readonly [string, string] {
  const text = typeof value === 'object' && value !== null ? fieldValue(value, explode) : scalarText(value);
  assertFieldValue(argument, text);
  return [name.toLowerCase(), text.trim()];
}
