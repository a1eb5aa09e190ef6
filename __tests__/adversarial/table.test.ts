// The samples of the security issue with exact answers, in Express 5 and 4.
import { describe, expect, it, jest } from '@jest/globals';
import express from 'express';
import * as mcp from '../../lib/index.js';
import * as testing from '../../lib/testing/index.js';
import { express4 } from '../support/express-4.js';
import { cases } from './table/cases.mjs';
import { runCase } from './table/run-case.mjs';

describe.each([
  ['5', express],
  ['4.21', express4],
])('in Express %s', (_version, make) => {
  it.each(cases.map((one) => [one.title, one] as const))('%s: is answered exactly', async (_title, one) => {
    // Express writes mistakes of the developer's to stderr.
    const written = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    try {
      const { answers, ran } = await runCase(one, { express: make, mcp, testing });
      expect(answers).toEqual(one.sent.map(({ answer }) => answer));
      expect(ran).toEqual(one.ran ?? []);
    } finally {
      written.mockRestore();
    }
  });
});
