import { ProtocolError } from '../../errors/protocol-error.js';
import type { Params } from '../../jsonrpc/message.js';
import { isObject } from '../../jsonrpc/parse-message.js';

/**
 * A parameter that must be a string.
 *
 * @throws ProtocolError `invalid_params` that names the parameter
 */
export function requireString(params: Params, name: string): string {
  const value = params[name];
  if (typeof value === 'string') return value;
  throw new ProtocolError('invalid_params', `Invalid params: ${name} must be a string`);
}

/**
 * A parameter that must be an object when it is there; null is as absent.
 *
 * @throws ProtocolError `invalid_params` that names the parameter
 */
export function optionalObject(params: Params, name: string): Readonly<Record<string, unknown>> {
  const value = params[name];
  if (value === undefined || value === null) return {};
  if (isObject(value)) return value;
  throw new ProtocolError('invalid_params', `Invalid params: ${name} must be an object`);
}

/**
 * A parameter that must be an object of strings when it is there. Members that are null are absent.
 *
 * @throws ProtocolError `invalid_params` that names the parameter and the member
 */
export function optionalStrings(params: Params, name: string): Readonly<Record<string, string>> {
  const values = withoutNulls(optionalObject(params, name));
  const wrong = Object.keys(values).find((key) => typeof values[key] !== 'string');
  if (wrong === undefined) return values as Readonly<Record<string, string>>;
  throw new ProtocolError('invalid_params', `Invalid params: every member of ${name} must be a string`);
}

/**
 * The same object without members that are null.
 *
 * @param object - what a client sent
 */
export function withoutNulls(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!Object.values(object).includes(null)) return object;
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}
