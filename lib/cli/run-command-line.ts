import { readFileSync } from 'node:fs';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { Command, CommandEnvironment } from './command.js';
import { doctorCommand } from './doctor-command.js';
import { help } from './help.js';
import { initCommand } from './init/init-command.js';
import { scopesCommand } from './scopes-command.js';
import { UsageError } from './usage-error.js';

const commands: ReadonlyMap<string, Command> = new Map([
  ['doctor', doctorCommand],
  ['init', initCommand],
  ['scopes', scopesCommand],
]);

/**
 * Runs a command of `npx express-mcp`.
 *
 * @param args - the arguments of the command line
 * @param environment - where it writes to
 * @returns the exit code: 0, 1 if the doctor found a failure, 2 if a command could not be carried out
 */
export async function runCommandLine(args: readonly string[], environment: CommandEnvironment): Promise<number> {
  const [name, ...others] = args;
  if (args.includes('--help') || args.includes('-h')) {
    environment.write(help);
    return 0;
  }
  if (name === '--version') {
    environment.write(`${ownVersion()}\n`);
    return 0;
  }
  const command = commands.get(name ?? '');
  if (command === undefined) {
    environment.complain(`${name === undefined ? 'Name a command.' : `There is no command "${name}".`}\n\n${help}`);
    return 2;
  }
  try {
    return await command(others, environment);
  } catch (error) {
    if (!isUsersMistake(error)) throw error;
    environment.complain(`express-mcp: ${error.message}\n`);
    return 2;
  }
}

/** Errors whose message names the remedy: our own, and those of Node about unknown options. */
function isUsersMistake(error: unknown): error is { readonly message: string } {
  if (error instanceof UsageError || error instanceof ConfigurationError) return true;
  const { code } = Object(error) as { readonly code?: unknown };
  return typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS_');
}

function ownVersion(): string {
  // The same from lib/cli and from dist/cli.
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}
