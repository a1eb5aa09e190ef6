import { describe, expect, it } from '@jest/globals';
import {
  isAfter,
  missingForRelease,
  packedPage,
  releaseChangelog,
  tagOf,
  travels,
} from '../../scripts/release/plan-release.mjs';

describe('a release', () => {
  it('puts what is unreleased under its version', () => {
    const text = '# Changelog\n\n## Unreleased\n\n### Added\n\n- a\n\n## 0.1.0 (2026-01-01)\n\n- b\n';
    expect(releaseChangelog(text, '1.0.0-rc.0', '2026-12-01')).toBe(
      '# Changelog\n\n## Unreleased\n\n## 1.0.0-rc.0 (2026-12-01)\n\n### Added\n\n- a\n\n## 0.1.0 (2026-01-01)\n\n- b\n',
    );
  });

  it.each([
    ['no heading', '# Changelog\n', 'no heading'],
    ['nothing new', '## Unreleased\n\n## 0.1.0 (2026-01-01)\n', 'Nothing stands'],
    ['the version already', '## Unreleased\n\n- a\n\n## 1.0.0 (2026-01-01)\n', 'has 1.0.0 already'],
  ])('is refused with %s', (_what, text, message) => {
    expect(() => releaseChangelog(text, '1.0.0', '2026-12-01')).toThrow(message);
  });

  it.each([
    ['1.0.0-rc.0', '0.1.0', true],
    ['1.0.0-rc.10', '1.0.0-rc.9', true],
    ['1.0.0', '1.0.0-rc.1', true],
    ['1.10.0', '1.9.9', true],
    ['1.0.0-rc.1', '1.0.0', false],
    ['1.0.0', '1.0.0', false],
    ['0.9.0', '1.0.0', false],
    ['v2', '1.0.0', false],
  ])('%s after %s: %p', (version, previous, expected) => {
    expect(isAfter(version, previous)).toBe(expected);
  });

  it('candidates are not what people get without asking', () => {
    expect([tagOf('1.0.0'), tagOf('1.0.0-rc.0')]).toEqual(['latest', 'next']);
  });

  it('needs the addresses of the project, and its heading in the changelog', () => {
    expect(missingForRelease({ version: '1.0.0' }, '')).toHaveLength(4);
    const complete = {
      version: '1.0.0',
      repository: { type: 'git', url: 'git+https://git.example/notes.git' },
      homepage: 'https://notes.example',
      bugs: { url: 'https://git.example/notes/issues' },
    };
    expect(missingForRelease(complete, '\n## 1.0.0 (2026-12-01)\n')).toEqual([]);
    expect(missingForRelease({ ...complete, homepage: 'TODO' }, '\n## 1.0.0 (2026-12-01)\n')).toEqual([
      'homepage: "https://…" in package.json',
    ]);
  });
});

describe('a page in the tarball', () => {
  const manifest = { version: '1.0.0', files: ['dist', 'docs/*.md', '!docs/report.md', 'SECURITY.md'] };
  const published = { ...manifest, repository: { type: 'git', url: 'git+https://git.example/notes.git' } };

  it.each([
    ['README.md', true],
    ['docs/scopes.md', true],
    ['docs/report.md', false],
    ['docs/decisions/0001.md', false],
    ['SECURITY.md', true],
    ['CONTRIBUTING.md', false],
  ])('%s: %p', (file, expected) => {
    expect(travels(file, manifest)).toBe(expected);
  });

  it('links what is there, and names what is not', () => {
    const text = '[a](scopes.md#b) [the report](report.md) ![p](../p.png)[c](https://c.example) [d](#d)';
    expect(packedPage('docs/page.md', text, manifest)).toBe(
      '[a](scopes.md#b) the report [c](https://c.example) [d](#d)',
    );
  });

  it('links what is not there in the repository, once that has an address', () => {
    const text = '[a](scopes.md#b) [r](report.md#c) ![p](../p.png)';
    expect(packedPage('docs/page.md', text, published)).toBe(
      '[a](scopes.md#b) [r](https://git.example/notes/blob/v1.0.0/docs/report.md#c) ![p](https://git.example/notes/raw/v1.0.0/p.png)',
    );
  });

  it('has absolute links everywhere in the README, once there is an address', () => {
    expect(packedPage('README.md', '[a](docs/scopes.md#b) [c](https://c.example)', published)).toBe(
      '[a](https://git.example/notes/blob/v1.0.0/docs/scopes.md#b) [c](https://c.example)',
    );
  });
});
