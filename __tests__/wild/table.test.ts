// The table of what people really send, on the sources; `npm run check:package` runs the same rows on the packed package.
import { describe, it } from '@jest/globals';
import express from 'express';
import * as mcp from '../../lib/index.js';
import * as testing from '../../lib/testing/index.js';
import { rows } from './table/rows.mjs';
import { runRow } from './table/run-row.mjs';

describe('the table of what people really send', () => {
  it.each(rows.map((row) => [row.kind, row.input, row] as const))('%s: %s', async (_kind, _input, row) => {
    await runRow(row, { express, mcp, testing });
  });
});
