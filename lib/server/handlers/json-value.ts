import { setMember } from '../../jsonrpc/set-member.js';
import { unsendableShape } from './unsendable-shape.js';

/**
 * The JSON value of a handler's result, as `JSON.parse(JSON.stringify(value))` returns it. So the value that is validated is the value
 * that is sent. Values that JSON would lose silently are refused.
 *
 * @param value - anything
 * @returns undefined if the value is undefined
 * @throws TypeError with the kind and place of a value that JSON cannot represent, and the remedy
 */
export function toJsonValue(value: unknown): unknown {
  return new JsonCopy().of(value, '');
}

/** An object with members by name. */
type Members = Record<string, unknown>;

/** One copy in progress: the place where it is, and the objects around it. */
class JsonCopy {
  readonly #path: string[] = [];
  readonly #around = new Set<object>();

  of(value: unknown, key: string): unknown {
    if (typeof value === 'string' || typeof value === 'boolean' || value === null || value === undefined) return value;
    if (typeof value === 'number') return this.#ofNumber(value);
    if (typeof value === 'object') return this.#ofObject(value, key);
    throw this.#refusal(`a ${typeof value}`, adviceOf[typeof value] ?? '');
  }

  #ofNumber(value: number): number {
    // JSON writes -0 as 0.
    if (Number.isFinite(value)) return value === 0 ? 0 : value;
    throw this.#refusal(String(value), 'JSON has no such number: write null, a text, or leave the member out.');
  }

  #ofObject(value: object, key: string): unknown {
    if (this.#around.has(value)) {
      throw this.#refusal('an object that contains itself', 'Return a copy without the way back.');
    }
    const shape = unsendableShape(value);
    if (shape !== undefined) throw this.#refusal(shape.name, shape.advice);
    this.#around.add(value);
    const copy = hasToJson(value) ? this.#ofOwnJson(value, key) : this.#ofMembers(value);
    this.#around.delete(value);
    return copy;
  }

  /** A date, a URL, or an object that says itself what it is as JSON. */
  #ofOwnJson(value: { toJSON(key: string): unknown }, key: string): unknown {
    const json = value.toJSON(key);
    if (json === null && Object.prototype.toString.call(value) === '[object Date]') {
      throw this.#refusal('an invalid Date', 'Return null, or leave the member out.');
    }
    if (typeof json !== 'object' || json === null) return this.of(json, key);
    return json === value || hasToJson(json) ? this.#ofMembers(json) : this.of(json, key);
  }

  #ofMembers(value: object): unknown {
    if (Array.isArray(value)) return this.#ofArray(value);
    if (value instanceof Number || value instanceof String || value instanceof Boolean) {
      return this.of(value.valueOf(), '');
    }
    const isInstance = !isPlain(value);
    const copy: Members = {};
    for (const name of Object.keys(value)) {
      const member = (value as Members)[name];
      // Functions in fields of a class are its methods, not data.
      if (isInstance && typeof member === 'function') continue;
      const json = this.#at(name, member);
      if (json !== undefined) setMember(copy, name, json);
    }
    return copy;
  }

  #ofArray(values: readonly unknown[]): readonly unknown[] {
    const copy: unknown[] = [];
    // By index: gaps are null in JSON, as undefined is.
    for (let index = 0; index < values.length; index++) copy.push(this.#at(String(index), values[index]) ?? null);
    return copy;
  }

  #at(name: string, value: unknown): unknown {
    this.#path.push(name);
    const json = this.of(value, name);
    this.#path.pop();
    return json;
  }

  #refusal(shape: string, advice: string): TypeError {
    const pointer = this.#path.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    return new TypeError(`The handler returned ${shape}${pointer === '' ? '' : ` at ${pointer}`}. ${advice}`);
  }
}

const adviceOf: Readonly<Partial<Record<string, string>>> = {
  bigint: 'Return String(value), or Number(value) if it is small enough.',
  function: 'Return the value that it gives, or leave the member out.',
  symbol: 'Return a text.',
};

function hasToJson(value: object): value is { toJSON(key: string): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

/** Whether an object is a literal or the like, of whatever realm, and no instance of a class. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
