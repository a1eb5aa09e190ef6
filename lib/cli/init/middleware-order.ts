import { behindBracket, endOfLine } from './mask-code.js';

/** Where to look for the place of the endpoint. */
export interface MiddlewareSearch {
  /** The variables that have the app and Express. */
  readonly app: string;
  readonly express: string;
  /** The end of the statement that makes the app. */
  readonly from: number;
}

/**
 * Finds the place for the endpoint: behind the usual settings and middleware. It must come before handlers that could answer a request,
 * keep it waiting or compress the answer.
 *
 * @param mask - the file, from `maskCode`
 * @returns the end of a line
 */
export function lastMiddleware(mask: string, { app, express, from }: MiddlewareSearch): number {
  const escaped = (name: string): string => name.replaceAll('$', String.raw`\$`);
  const mentionsApp = new RegExp(String.raw`(?<![\w$.])${escaped(app)}(?![\w$])`);
  const settings = new RegExp(String.raw`^${escaped(app)}\s*\.\s*(?:set|enable|disable|engine)\s*\(`);
  const middleware = new RegExp(
    String.raw`^${escaped(app)}\s*\.\s*use\s*\(\s*(?:${escaped(express)}\s*\.\s*(?:json|urlencoded|static)|${harmless})\s*\(`,
  );
  let place = from;
  for (let start = nextCode(mask, from); start < mask.length && mask[start] !== '}';) {
    const end = endOfStatement(mask, start);
    const statement = mask.slice(start, end);
    const isKnown = settings.test(statement) || isOnlyCall(statement, middleware);
    if (!isKnown && mentionsApp.test(statement)) break;
    const lineEnd = endOfLine(mask, end);
    // Another statement on the same line: there is no place between them.
    if (mask.slice(end, lineEnd).trim() !== '') break;
    if (isKnown) place = lineEnd;
    start = nextCode(mask, end);
  }
  return place;
}

/** Middleware that hands every request on: loggers, security header fields, body and cookie parsers. */
const harmless = String.raw`logger|morgan|pino|pinoHttp|helmet|cookieParser|bodyParser\s*\.\s*(?:json|urlencoded)`;

/** Whether a statement is `app.use(name(…))`, and has nothing beside that call in it. */
function isOnlyCall(statement: string, form: RegExp): boolean {
  const [begin] = form.exec(statement) ?? [];
  if (begin === undefined) return false;
  return /^\s*\)\s*;?\s*$/.test(statement.slice(behindBracket(statement, begin.length - 1)));
}

function nextCode(mask: string, from: number): number {
  const found = /[^\s;]/.exec(mask.slice(from));
  return found === null ? mask.length : from + found.index;
}

/** The end of a statement: its semicolon, or the end of a line that nothing goes on behind. */
function endOfStatement(mask: string, start: number): number {
  let index = start;
  while (index < mask.length) {
    const character = mask[index] ?? '';
    if (/[([{]/.test(character)) {
      index = behindBracket(mask, index);
      continue;
    }
    if (character === ';') return index + 1;
    // The block that the statement is in ends.
    if (/[)\]}]/.test(character)) return index;
    if (character === '\n' && !goesOn(mask.slice(start, index), mask.slice(index))) return index;
    index += 1;
  }
  return mask.length;
}

function goesOn(before: string, behind: string): boolean {
  return /[=,.+\-*/%&|?:<>(]\s*$/.test(before) || /^\s*(?:[.,([`+\-*/%&|?:<>=]|else\b|catch\b|finally\b)/.test(behind);
}
