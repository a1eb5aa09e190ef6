import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checks } from '../../lib/cli/finding.js';
import { help } from '../../lib/cli/help.js';
import { fixtures, runCli } from '../support/command-line.js';

const docs = readFileSync(path.join(import.meta.dirname, '../../docs/cli.md'), 'utf8');

describe('docs/cli.md', () => {
  it('has a row for every check of the doctor, in the order in which they are made, and no other', () => {
    const [, table = ''] = docs.split('| check ');
    expect([...table.matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name)).toEqual(Object.keys(checks));
  });

  it('has every option that --help has', () => {
    const options = [...new Set(help.match(/--[a-z][a-z-]*/g))];
    expect(options).toEqual([
      '--resource',
      '--issuer',
      '--scope',
      '--yes',
      '--role',
      '--format',
      '--timeout',
      '--token-from-env',
      '--sign-in',
      '--client-id',
      '--call-tools',
      '--help',
      '--version',
    ]);
    expect(options.filter((option) => !docs.includes(`\`${option}\``))).toEqual([]);
  });

  it('shows the registry that the tests use, and what is printed of it', async () => {
    const [, registry = ''] = readFileSync(path.join(fixtures, 'notes.ts'), 'utf8').split(/^\/\/.*\n/m);
    expect(docs).toContain(registry.trim());
    const roles = ['--role', 'reader=notes:read', '--role', 'admin=notes:admin', '--role', 'guest='];
    const { out } = await runCli(['scopes', 'notes.ts', ...roles]);
    expect(docs).toContain(out);
  });

  it('shows the app that the tests use, and what is printed of it', async () => {
    const [, app = ''] = readFileSync(path.join(fixtures, 'notes-app.ts'), 'utf8').split(/^\/\/.*\n/m);
    expect(docs).toContain(app.trim());
    const roles = ['--role', 'reader=notes:read', '--role', 'writer=notes:write', '--role', 'support=support'];
    const { out } = await runCli(['scopes', 'notes-app.ts', ...roles]);
    expect(docs).toContain(out);
  });
});
