// Runs every row on the packages that are installed where this file lies. check-package.mjs copies it into a new project.
import express from 'express';
import * as mcp from 'express-mcp';
import * as testing from 'express-mcp/testing';
import { rows } from './rows.mjs';
import { runRow } from './run-row.mjs';

const failures = [];
for (const row of rows) {
  try {
    await runRow(row, { express, mcp, testing });
  } catch (error) {
    failures.push(`${row.kind}: ${row.input}: ${error.message}`);
  }
}
process.stdout.write(`${rows.length - failures.length} of ${rows.length} rows\n`);
if (failures.length > 0) throw new Error(failures.join('\n'));
