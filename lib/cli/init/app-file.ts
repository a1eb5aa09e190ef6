import { endOfLine, maskCode, openBrackets } from './mask-code.js';
import { lastMiddleware } from './middleware-order.js';
import { NotUnderstood } from './not-understood.js';

/** The parts of a file with an Express app that `init` needs. */
export interface AppFile {
  readonly text: string;
  /** How the file names other modules. */
  readonly imports: 'import' | 'require';
  /** The variable that holds the app. */
  readonly app: string;
  /** Offset for the import of the endpoint: the end of a line. */
  readonly importPlace: number;
  /** Offset for `app.use`: the end of a line. */
  readonly usePlace: number;
  /** White space in front of the statements beside it. */
  readonly indent: string;
  readonly quote: '"' | "'";
  readonly semicolon: '' | ';';
  readonly lineEnd: '\n' | '\r\n';
  /** Names of modules beside the file, as the file writes them. */
  readonly relativeModules: readonly string[];
}

/**
 * Reads a file that makes an Express app.
 *
 * @param text - the file
 * @param path - path of the endpoint, which must be free
 * @throws NotUnderstood if the file makes no app, or could be misunderstood
 */
export function readAppFile(text: string, path: string): AppFile {
  const mask = maskCode(text);
  if (/["'](?:express-mcp(?:\/\w+)?)["']/.test(text)) throw new NotUnderstood('it uses express-mcp already');
  if (text.includes(`'${path}'`) || text.includes(`"${path}"`)) {
    throw new NotUnderstood(`it has something at ${path} already`);
  }
  if (/(?:^|[^.\w$])mcp(?![\w$])/.test(mask)) throw new NotUnderstood('it uses the name "mcp" for something else');
  const express = findExpress(text, mask);
  const creation = findCreation(mask, express.name);
  assertFunctionBody(mask, creation.start);
  return {
    text,
    imports: express.imports,
    app: creation.app,
    importPlace: express.end,
    usePlace: lastMiddleware(mask, { app: creation.app, express: express.name, from: creation.end }),
    indent: indentAt(text, creation.start),
    quote: express.quote,
    semicolon: express.semicolon,
    lineEnd: text.includes('\r\n') ? '\r\n' : '\n',
    relativeModules: [...text.matchAll(/(?:from\s*|require\(\s*)(["'])(\.{1,2}\/[^"'\n]+)\1/g)].map(
      ([, , name = '']) => name,
    ),
  };
}

interface ExpressImport {
  readonly name: string;
  readonly imports: AppFile['imports'];
  readonly end: number;
  readonly quote: AppFile['quote'];
  readonly semicolon: AppFile['semicolon'];
}

const expressImports = [
  { imports: 'import', form: /\bimport\s+(?:\*\s*as\s+)?([\w$]+)\s*(?:,\s*\{[^}]*\}\s*)?from\s*(?=["'])/g },
  { imports: 'import', form: /\bimport\s+([\w$]+)\s*=\s*require\s*\(\s*(?=["'])/g },
  { imports: 'require', form: /\b(?:const|let|var)\s+([\w$]+)\s*=\s*require\s*\(\s*(?=["'])/g },
] as const;

function findExpress(text: string, mask: string): ExpressImport {
  const found = expressImports.flatMap(({ imports, form }) =>
    [...mask.matchAll(form)].flatMap((match): readonly ExpressImport[] => {
      const [whole, name = ''] = match;
      const begin = match.index + whole.length;
      const rest = /^(["'])express\1\s*\)?[^\S\r\n]*(;?)/.exec(text.slice(begin));
      if (rest === null || openBrackets(mask, match.index).length > 0) return [];
      const end = endOfLine(mask, begin);
      if (mask.slice(begin + rest[0].length, end).trim() !== '') return [];
      return [{ name, imports, end, quote: rest[1] === '"' ? '"' : "'", semicolon: rest[2] === ';' ? ';' : '' }];
    }),
  );
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first;
  throw new NotUnderstood(
    first === undefined
      ? 'there is no line of its own that imports or requires "express" under a name'
      : 'it imports "express" more than once',
  );
}

interface Creation {
  readonly app: string;
  readonly start: number;
  /** The end of its line. */
  readonly end: number;
}

function findCreation(mask: string, express: string): Creation {
  const name = escapeForm(express);
  const calls = [...mask.matchAll(new RegExp(String.raw`(?<![\w$.])${name}\s*\(`, 'g'))];
  const form = new RegExp(
    String.raw`\b(?:const|let|var)\s+([\w$]+)(?:\s*:\s*[\w$.]+)?\s*=\s*${name}\s*\(\s*\)[^\S\r\n]*;?[^\S\r\n]*(?=\r?\n|$)`,
  );
  const found = form.exec(mask);
  if (found === null) throw new NotUnderstood(`there is no line such as "const app = ${express}();"`);
  if (calls.length > 1) throw new NotUnderstood('it makes more than one app');
  const [whole, app = ''] = found;
  const assigned = mask.match(
    new RegExp(String.raw`(?<![\w$.])${escapeForm(app)}\s*(?::\s*[\w$.]+\s*)?=(?![=>])`, 'g'),
  );
  if (assigned?.length !== 1) throw new NotUnderstood(`"${app}" is given a value more than once`);
  return { app, start: found.index, end: found.index + whole.length };
}

/** An app that is made in a condition, a loop or a class may be one of several, or none. */
function assertFunctionBody(mask: string, place: number): void {
  const open = openBrackets(mask, place);
  const [only] = open;
  if (only === undefined) return;
  const isBody = /(?:=>|\bfunction\b[^{};]*\))\s*$/.test(mask.slice(0, only).replace(/\)\s*:\s*[\w$.<>]+\s*$/, ')'));
  if (open.length === 1 && mask[only] === '{' && isBody) return;
  throw new NotUnderstood('the app is neither made at the top of the file nor directly in a function');
}

function lineStart(text: string, place: number): number {
  return text.lastIndexOf('\n', place - 1) + 1;
}

function indentAt(text: string, place: number): string {
  return /^[^\S\r\n]*/.exec(text.slice(lineStart(text, place)))?.[0] ?? '';
}

/** A name as a part of a regular expression. */
export function escapeForm(name: string): string {
  return name.replaceAll('$', String.raw`\$`);
}
