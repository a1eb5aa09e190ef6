import { parseArgs } from 'node:util';
import { chooseFormat } from './choose-format.js';
import type { CommandEnvironment } from './command.js';
import type { DoctorReport } from './doctor-report.js';
import { formatReport, reportFindings } from './doctor-report.js';
import type { Endpoint } from './endpoint.js';
import { examine } from './examine.js';
import { httpProbe } from './http-probe.js';
import { plainJson } from './plain-text.js';
import { examineInside } from './inside/examine-inside.js';
import { tokenSourceOf } from './inside/token-source.js';
import { UsageError } from './usage-error.js';

const formats: Readonly<Record<'json' | 'text', (report: DoctorReport) => string>> = {
  text: formatReport,
  json: plainJson,
};

/** Longer than people wait for one answer. */
const maxTimeoutSeconds = 300;

/**
 * `express-mcp doctor <url>`: prints the problems that a client would have with a running endpoint.
 *
 * @param args - the arguments after `doctor`
 * @returns 1 if there is a failure among the findings
 * @throws UsageError if the arguments are wrong
 */
export async function doctorCommand(args: readonly string[], environment: CommandEnvironment): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'text' },
      timeout: { type: 'string', default: '5' },
      'token-from-env': { type: 'string' },
      'sign-in': { type: 'boolean', default: false },
      'client-id': { type: 'string' },
      'call-tools': { type: 'boolean', default: false },
    },
  });
  const [typed] = positionals;
  if (typed === undefined || positionals.length > 1) {
    throw new UsageError('Name one URL: express-mcp doctor https://api.example.com/mcp');
  }
  const format = chooseFormat(values.format, ['text', 'json']);
  const ask = httpProbe(millisecondsOf(values.timeout));
  const endpoint: Endpoint = { url: endpointUrl(typed), typed, ask, now: environment.now };
  const source = tokenSourceOf(values, endpoint, environment);
  const visit = await examine(endpoint);
  const inside =
    source === undefined ? [] : await examineInside(endpoint, visit, source, { callsAll: values['call-tools'] });
  const report = reportFindings(typed, [...visit.findings, ...inside]);
  environment.write(formats[format](report));
  return report.counts.failure === 0 ? 0 : 1;
}

function endpointUrl(typed: string): URL {
  const url = URL.canParse(typed) ? new URL(typed) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new UsageError(
      `"${typed}" is no URL with http or https. Write it as clients do: https://api.example.com/mcp`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError('The doctor sends no credentials. Leave user name and password out of the URL.');
  }
  // RFC 9728 §1.2: a resource identifier has no fragment.
  if (url.hash !== '') throw new UsageError('Leave the fragment (#…) out of the URL; it is never sent.');
  return url;
}

function millisecondsOf(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== '' && seconds > 0 && seconds <= maxTimeoutSeconds) return Math.ceil(seconds * 1000);
  throw new UsageError(`--timeout must be a number of seconds, above 0 and up to ${maxTimeoutSeconds}, not "${text}".`);
}
