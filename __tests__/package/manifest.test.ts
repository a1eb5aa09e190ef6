import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = path.join(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Record<string, unknown>;

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>;
}

describe('package.json', () => {
  it('exports the main entry, one entry for each folder that has an index.ts, and both for Jest', () => {
    const folders = readdirSync(path.join(root, 'lib')).filter((name) =>
      existsSync(path.join(root, 'lib', name, 'index.ts')),
    );
    expect(Object.keys(manifest['exports'] as object).sort()).toEqual(
      ['.', './jest', './jest/*', './package.json', ...folders.map((name) => `./${name}`)].sort(),
    );
  });

  it('has no dependencies but the two that the architecture allows', () => {
    expect(Object.keys(manifest['dependencies'] as object)).toEqual(['ajv', 'jose']);
  });

  it('leaves Express to the application, and what only a subpath needs to those who use it', () => {
    expect(manifest['peerDependencies']).toEqual({
      '@opentelemetry/api': '^1.9.0',
      '@readme/openapi-parser': '^9.0.0',
      '@types/express': '>=4.17 <6',
      express: '>=4.21 <6',
      ioredis: '^6.0.0',
      'light-my-request': '^6.0.0',
      oauth4webapi: '^3.8.0',
      'oidc-provider': '^9.13.3',
      redis: '^6.0.0',
    });
    const optional = Object.keys(manifest['peerDependencies'] as object).filter((name) => name !== 'express');
    expect(manifest['peerDependenciesMeta']).toEqual(
      Object.fromEntries(optional.map((name) => [name, { optional: true }])),
    );
  });

  it('has no install scripts', () => {
    expect(Object.keys(manifest['scripts'] as object)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(pre|post)?install$|^prepare$/)]),
    );
  });

  it('is locked for every platform, or else npm ci refuses on some', () => {
    const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as Lockfile;
    const missing = Object.entries(packages).flatMap(([name, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (optional) => !(`${name}/node_modules/${optional}` in packages) && !(`node_modules/${optional}` in packages),
      ),
    );
    expect(missing).toEqual([]);
  });
});
