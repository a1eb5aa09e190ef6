import { describe, expect, it } from '@jest/globals';

interface Check {
  readonly id: string;
  readonly status: string;
  readonly description: string;
  readonly errorMessage?: string;
}

interface Summariser {
  summarise(
    spec: string,
    outcomes: readonly { readonly name: string; readonly checks: readonly Check[] | undefined }[],
    folder: string,
  ): { readonly figures: string; readonly problems: readonly string[]; readonly notes: readonly string[] };
}

const script = '../../scripts/conformance/summarise.mjs';
const { summarise } = (await import(script)) as Summariser;

function check(id: string, status: string, errorMessage?: string): Check {
  return { id, status, description: `About ${id}`, ...(errorMessage === undefined ? {} : { errorMessage }) };
}

describe('the summary of a conformance run', () => {
  it('counts what was judged, and finds nothing wrong with what passed', () => {
    const outcomes = [
      { name: 'ping', checks: [check('ping', 'SUCCESS'), check('schema', 'SUCCESS'), check('note', 'INFO')] },
    ];
    expect(summarise('2025-11-25', outcomes, 'results')).toEqual({
      figures: 'spec 2025-11-25: 2 passed, 0 failed, 0 warnings of 2 checks',
      problems: [],
      notes: [],
    });
  });

  it('names every failure and every warning', () => {
    const outcomes = [{ name: 'ping', checks: [check('ping', 'FAILURE', 'No\n  answer'), check('schema', 'WARNING')] }];
    expect(summarise('extensions', outcomes, 'results')).toEqual({
      figures: 'extensions: 0 passed, 1 failed, 1 warnings of 2 checks',
      problems: ['FAIL ping:ping: No answer', 'WARN ping:schema: About schema'],
      notes: [],
    });
  });

  it('takes a scenario that left no checks for a failure', () => {
    const { figures, problems } = summarise('2025-06-18', [{ name: 'ping', checks: undefined }], 'results');
    expect(figures).toBe('spec 2025-06-18: 0 passed, 1 failed, 0 warnings of 1 checks');
    expect(problems).toEqual(['FAIL ping: crashed or ran out of time, see results']);
  });

  it('takes a status that it does not know for a failure', () => {
    expect(summarise('2025-06-18', [{ name: 'ping', checks: [check('ping', 'MAYBE')] }], 'results').problems).toEqual([
      'FAIL ping:ping: About ping',
    ]);
  });

  it('takes a revision without scenarios for a failure', () => {
    expect(summarise('2025-06-18', [], 'results').problems).toEqual(['FAIL there is no scenario to run']);
  });

  it('says what was skipped, and which scenario came to no verdict', () => {
    const outcomes = [
      { name: 'skills', checks: [check('listed', 'SUCCESS'), check('directory', 'SKIPPED', 'Not declared')] },
      { name: 'sessions', checks: [check('session', 'INFO', 'There is none')] },
      { name: 'empty', checks: [] },
    ];
    expect(summarise('2025-06-18', outcomes, 'results').notes).toEqual([
      'skip skills: 1 of 2: Not declared',
      'none sessions: There is none',
      'none empty: no check was made',
    ]);
  });
});
