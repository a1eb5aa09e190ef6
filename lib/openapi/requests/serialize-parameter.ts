import { isObject } from '../../jsonrpc/parse-message.js';
import type { ParameterStyle } from './parameter.js';

/** A name and a value in their written form. */
export type Pair = readonly [name: string, value: string];

type Encode = (text: string) => string;

/**
 * Percent-encodes a text.
 *
 * @param text - any text
 * @param allowReserved - whether to leave `:/?@!$'()*,;[]` as they are; separators of a query are always encoded
 */
export function percentEncode(text: string, allowReserved = false): string {
  // A lone surrogate has no UTF-8; this replaces it.
  const encoded = encodeURIComponent(Buffer.from(text).toString());
  return allowReserved
    ? encoded.replace(/%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B|5B|5D)/g, (octet) => decodeURIComponent(octet))
    : encoded;
}

/**
 * The text of one value: scalars as they are, other values as JSON.
 *
 * @param value - a value of JSON
 */
export function scalarText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * Writes a value for a path, in the style `simple`, `label` or `matrix` (RFC 6570 §3.2).
 *
 * @param name - of the parameter
 * @param value - a value of JSON
 * @param style - how
 */
export function pathValue(name: string, value: unknown, { style, explode }: ParameterStyle): string {
  const encode = percentEncode;
  if (style === 'label') return `.${listed(value, explode, encode).join(explode ? '.' : ',')}`;
  if (style !== 'matrix') return listed(value, explode, encode).join(',');
  if (!explode || typeof value !== 'object' || value === null) {
    return `;${encode(name)}=${listed(value, false, encode).join(',')}`;
  }
  const pairs: readonly Pair[] = Array.isArray(value) ? value.map((each) => [name, scalarText(each)]) : members(value);
  return pairs.map(([key, text]) => `;${encode(key)}=${encode(text)}`).join('');
}

/**
 * Writes a value for a header field (style `simple`), without percent-encoding.
 *
 * @param value - a value of JSON
 * @param explode - whether members of an object are written as `name=value`
 */
export function fieldValue(value: unknown, explode: boolean): string {
  return listed(value, explode, (text) => text).join(',');
}

const delimiters: Readonly<Record<string, string>> = { spaceDelimited: '%20', pipeDelimited: '%7C' };

/**
 * Writes a value for a query, a form or cookies, as encoded pairs.
 *
 * @param name - of the parameter
 * @param value - a value of JSON; null is not sent
 * @param style - how
 */
export function formPairs(name: string, value: unknown, style: ParameterStyle): readonly Pair[] {
  const encode: Encode = (text) => percentEncode(text, style.allowReserved);
  const key = percentEncode(name);
  if (value === null || value === undefined) return [];
  if (typeof value !== 'object') return [[key, encode(scalarText(value))]];
  if (style.style === 'deepObject') {
    return deepPairs(name, value).map(([path, text]) => [percentEncode(path), encode(text)]);
  }
  if (style.explode) {
    const pairs: readonly Pair[] = Array.isArray(value)
      ? value.map((each) => [name, scalarText(each)])
      : members(value);
    return pairs.map(([own, text]) => [percentEncode(own), encode(text)]);
  }
  const texts = listed(value, false, encode);
  return texts.length === 0 ? [] : [[key, texts.join(delimiters[style.style] ?? ',')]];
}

/** `filter[by][name]=x`: the specification defines one level, and servers read deeper ones in the same way. */
function deepPairs(name: string, value: unknown): readonly Pair[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) {
    // An index is needed only to tell the members of objects apart.
    const isFlat = value.every((each) => typeof each !== 'object' || each === null);
    return value.flatMap((each: unknown, index) => deepPairs(isFlat ? name : `${name}[${String(index)}]`, each));
  }
  if (!isObject(value)) return [[name, scalarText(value)]];
  return Object.entries(value).flatMap(([key, each]) => deepPairs(`${name}[${key}]`, each));
}

/** The parts of a value, to be joined by a separator. */
function listed(value: unknown, explode: boolean, encode: Encode): readonly string[] {
  if (Array.isArray(value)) return value.map((each) => encode(scalarText(each)));
  if (!isObject(value)) return [encode(scalarText(value))];
  const pairs = members(value).map(([name, text]): Pair => [encode(name), encode(text)]);
  return pairs.flatMap(([name, text]) => (explode ? [`${name}=${text}`] : [name, text]));
}

function members(value: object): readonly Pair[] {
  return Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([name, each]) => [name, scalarText(each)]);
}
