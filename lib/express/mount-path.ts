import type { Layer } from './handler-stack.js';

// Values for a parameter in a path that is tried: a text that no app writes in a path, and a number.
const samples = ['some-value', '0'];

/**
 * Returns the paths that a layer is mounted at, as the app wrote them, and regular expressions as text. The root is the empty text.
 *
 * @returns undefined where Express does not keep it
 */
export function mountsOf(layer: Layer): readonly string[] | undefined {
  if (passesAll(layer)) return [''];
  if (layer.rawPath !== undefined) return textsOf(layer.rawPath);
  return layer.regexp === undefined ? undefined : textsOf4(layer.regexp, layer.keys ?? []);
}

/** Paths in the form in which they are handed to Express, as texts. */
export function textsOf(path: unknown): readonly string[] {
  const paths = Array.isArray(path) ? (path.flat(Infinity) as readonly unknown[]) : [path];
  return paths.map((each) => (typeof each === 'string' ? each.replace(/\/$/, '') : String(each)));
}

/** Whether every request passes a layer. */
export function passesAll(layer: Layer): boolean {
  return layer.slash === true || layer.regexp?.fast_slash === true;
}

/**
 * Returns the rest of a path behind a layer: Express takes off the part that the mount matches.
 *
 * @returns undefined if a request for the path does not come to it
 */
export function behind(layer: Layer, path: string): string | undefined {
  const found = layer.match?.(path) ?? false;
  if (found === false) return undefined;
  const taken = found === true ? layer.path : found.path;
  const rest = path.slice(taken?.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/**
 * A path that comes to a layer by way of what it is mounted at.
 *
 * @param mount - as {@link mountsOf} tells
 * @returns undefined if none is found, as for a regular expression
 */
export function sampleFor(layer: Layer, mount: string): string | undefined {
  if (mount === '') return '/';
  return samples
    .map((sample) => mount.replace(/\{[^{}]*\}/g, '').replace(/:[A-Za-z_$][\w$]*(?:\([^()]*\))?\??|\*\w*/g, sample))
    .find((path) => path.startsWith('/') && behind(layer, path) !== undefined);
}

/** Express 4 keeps what it makes of a path: a regular expression, and of an array the alternatives of one. */
function textsOf4(regexp: RegExp, keys: NonNullable<Layer['keys']>): readonly string[] {
  const names = keys.map(({ name }) => name);
  const texts = regexp.source.split(/(?<=\(\?=\\\/\|\$\))\|(?=\^)/).map((source) => textOf4(source, names));
  return texts.every((text) => text !== undefined) ? texts : [String(regexp)];
}

function textOf4(source: string, names: (number | string)[]): string | undefined {
  const [, path] = /^\^(.*?)(?:\\\/\?)?\(\?=\\\/\|\$\)$/.exec(source) ?? [];
  const text = path
    ?.replace(/\(\?:(\\\/)?(\([^()]*\))\)(\??)|\(\.\*\)/g, (group, slash?: string, pattern?: string, optional = '') => {
      const name = names.shift();
      if (group === '(.*)') return '*';
      const kind = pattern === '([^/]+?)' ? '' : (pattern ?? '');
      return `${slash === undefined ? '' : '/'}:${String(name)}${kind}${optional}`;
    })
    .replace(/\\([^A-Za-z0-9])/g, '$1');
  return text;
}
