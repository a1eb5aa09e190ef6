import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { openPglite } from '../database/database.js';

describe('PGlite in a folder', () => {
  const parent = mkdtempSync(path.join(tmpdir(), 'own-login-lock-'));
  const folder = path.join(parent, 'data');
  after(() => {
    rmSync(parent, { recursive: true, force: true });
  });

  it('is open once at a time, and keeps its data', async () => {
    const first = await openPglite(folder);
    await first.query('create table things (name text)');
    await assert.rejects(openPglite(folder), /has .*data open, and only one can/);
    await first.query("insert into things values ('kept')");
    await first.close();
    assert.equal(existsSync(`${folder}.lock`), false);
    const again = await openPglite(folder);
    assert.deepEqual(await again.query('select name from things'), [{ name: 'kept' }]);
    await again.close();
  });

  it('is refused while another process has it, and opens after a process that was killed', async () => {
    writeFileSync(`${folder}.lock`, String(process.ppid));
    await assert.rejects(openPglite(folder), new RegExp(`Process ${String(process.ppid)} has`));
    writeFileSync(`${folder}.lock`, String(spawnSync(process.execPath, ['--version']).pid));
    await (await openPglite(folder)).close();
  });

  it('is given back if it does not open', async () => {
    const file = path.join(parent, 'file');
    writeFileSync(file, 'no folder');
    await assert.rejects(openPglite(file));
    assert.equal(existsSync(`${file}.lock`), false);
  });
});
