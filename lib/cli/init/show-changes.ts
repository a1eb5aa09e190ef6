import path from 'node:path';
import { plainText } from '../plain-text.js';
import type { Changes } from './plan-changes.js';

/** Lines that are shown around a change. */
const contextLines = 2;

/**
 * Shows what will be written, as a diff.
 *
 * @param changes - what `planChanges` made
 * @param text - the file of the app as it is
 * @param folder - the folder that paths are shown from
 */
export function showChanges(changes: Changes, text: string, folder: string): string {
  const { appFile, insertions, moduleFile, moduleText } = changes;
  const name = path.relative(folder, appFile);
  const old = linesOf(text);
  const added = new Map<number, readonly string[]>();
  for (const { place, lines } of insertions) {
    const after = linesOf(text.slice(0, place)).length;
    added.set(after, [...(added.get(after) ?? []), ...lines]);
  }
  const isShown = (line: number): boolean =>
    [...added.keys()].some((after) => line > after - contextLines && line <= after + contextLines);
  const body: string[] = [];
  for (let line = 1; line <= old.length; line += 1) {
    if (isShown(line)) {
      if (!isShown(line - 1)) body.push(`@@ line ${line} @@`);
      body.push(` ${old[line - 1] ?? ''}`);
    }
    body.push(...(added.get(line) ?? []).map((each) => `+${each}`));
  }
  const created = linesOf(moduleText).map((line) => `+${line}`);
  const all = [`--- ${name}`, `+++ ${name}`, ...body, '', `+++ ${path.relative(folder, moduleFile)} (new)`, ...created];
  return `${all
    .map((line) => plainText(line.replaceAll('\t', '  ')))
    .join('\n')
    .trimEnd()}\n`;
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/);
}
