import { describe, expect, it } from '@jest/globals';
import { reportOf } from '../../scripts/skipped-reporter.mjs';

const skipped = (...titles: readonly string[]) => ({ ancestorTitles: titles.slice(0, -1), fullName: titles.join(' ') });

describe('the report on skipped tests', () => {
  it('is empty when nothing was skipped', () => {
    expect(reportOf([])).toBe('');
  });

  it('says how many tests of which blocks need which programs, and how to install these', () => {
    const report = reportOf([
      skipped('stores in one Redis [needs redis-server]', 'sessions', 'keeps one'),
      skipped('stores in one Redis [needs redis-server]', 'sessions', 'forgets one'),
      skipped('the cluster [needs nginx, redis-server]', 'answers'),
    ]);
    expect(report).toContain('SKIPPED 3 tests: this machine has no redis-server and no nginx.');
    expect(report).toContain('     2  stores in one Redis\n     1  the cluster\n');
    expect(report).toContain('sudo apt-get install redis-server nginx-light');
  });

  it('names tests that were skipped without a reason', () => {
    const report = reportOf([skipped('a block', 'is left out')]);
    expect(report).toContain('SKIPPED 1 tests that do not say why:\n  a block is left out\n');
    expect(report).not.toContain('apt-get');
  });

  it('gives the reason of a test that needs what the system has no package of', () => {
    const report = reportOf([skipped('a page', 'is run [not here: no Python]')]);
    expect(report).toContain(
      'SKIPPED 1 tests for the reason that each one names:\n  a page is run [not here: no Python]\n',
    );
    expect(report).not.toContain('do not say why');
    expect(report).not.toContain('apt-get');
  });

  it('says nothing of tests that were not asked for by their name', () => {
    expect(reportOf([skipped('a block', 'is left out')], true)).toBe('');
  });
});
