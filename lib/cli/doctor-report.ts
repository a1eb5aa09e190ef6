import type { Finding } from './finding.js';
import { plainText } from './plain-text.js';

/** The doctor's findings about an endpoint. */
export interface DoctorReport {
  readonly url: string;
  readonly counts: Readonly<Record<Finding['status'], number>>;
  readonly findings: readonly Finding[];
}

/**
 * Counts the findings.
 *
 * @param url - of the endpoint
 */
export function reportFindings(url: string, findings: readonly Finding[]): DoctorReport {
  const count = (status: Finding['status']): number => findings.filter((finding) => finding.status === status).length;
  return { url, counts: { ok: count('ok'), warning: count('warning'), failure: count('failure') }, findings };
}

const statusWidth = 'failure'.length;
const checkWidth = 'authorization-servers'.length;

/**
 * The report for a terminal: a line for each finding, with the remedy below.
 *
 * @param report - see {@link reportFindings}
 */
export function formatReport({ url, counts, findings }: DoctorReport): string {
  const lines = findings.flatMap(({ status, check, finding, mend }) => [
    `${status.padEnd(statusWidth)}  ${check.padEnd(checkWidth)}  ${finding}`,
    ...(mend === undefined ? [] : [`${' '.repeat(statusWidth + checkWidth + 4)}→ ${mend}`]),
  ]);
  const { ok, warning, failure } = counts;
  const summary = `${ok} ok, ${numberOf(warning, 'warning')}, ${numberOf(failure, 'failure')}`;
  return [url, '', ...lines, '', summary].map((line) => `${plainText(line)}\n`).join('');
}

function numberOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
