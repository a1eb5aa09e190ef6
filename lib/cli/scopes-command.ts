import { parseArgs } from 'node:util';
import { chooseFormat } from './choose-format.js';
import type { CommandEnvironment } from './command.js';
import { formatMarkdown } from './format-markdown.js';
import { formatTable } from './format-table.js';
import { loadRegistry } from './load-registry.js';
import { parseRoles } from './parse-roles.js';
import { plainJson } from './plain-text.js';
import type { ScopeReport } from './scope-report.js';
import { reportRows, reportScopes } from './scope-report.js';
import { UsageError } from './usage-error.js';

const formats: Readonly<Record<'json' | 'markdown' | 'table', (report: ScopeReport) => string>> = {
  table: (report) => formatTable(reportRows(report)),
  json: plainJson,
  markdown: (report) => formatMarkdown(reportRows(report)),
};

/**
 * `express-mcp scopes <module>`: prints who may use what of a registry.
 *
 * @param args - what stands after `scopes`
 * @throws UsageError or ConfigurationError when it cannot be done as asked
 */
export async function scopesCommand(args: readonly string[], environment: CommandEnvironment): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      role: { type: 'string', multiple: true, default: [] },
      format: { type: 'string', default: 'table' },
    },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) {
    throw new UsageError('Name one module: express-mcp scopes ./registry.js');
  }
  const format = chooseFormat(values.format, ['table', 'json', 'markdown']);
  const roles = parseRoles(values.role);
  const registry = await loadRegistry(file, environment.folder);
  environment.write(formats[format](reportScopes(registry, roles)));
  return 0;
}
