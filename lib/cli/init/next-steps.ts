import path from 'node:path';
import type { AppManifest } from './find-app-file.js';
import type { Changes } from './plan-changes.js';

/** The facts that the next steps depend on. */
export interface NextStepsFacts {
  readonly manifest: AppManifest;
  readonly resource: string;
  readonly folder: string;
}

/**
 * Describes the steps after the files were written.
 *
 * @param changes - the written files
 */
export function nextSteps({ moduleFile }: Changes, { manifest, resource, folder }: NextStepsFacts): string {
  const dependencies = Object(manifest.dependencies) as Readonly<Record<string, unknown>>;
  const express = isTooOld(dependencies['express']) ? ' express@^4.21' : '';
  const isInstalled = dependencies['express-mcp'] !== undefined && express === '';
  const steps = [
    ...(isInstalled ? [] : [`npm install express-mcp${express}`]),
    `npx express-mcp scopes ./${path.relative(folder, moduleFile)}`,
    `npx express-mcp doctor ${resource}    (while the app runs)`,
  ];
  return `\nWritten. Next:\n\n${steps.map((step) => `  ${step}\n`).join('')}\n${withoutIssuer}`;
}

/** Help for developers who gave an issuer that does not exist yet. */
const withoutIssuer =
  'No authorization server yet? Part 3 of node_modules/express-mcp/docs/getting-started.md\nstarts one for development.\n';

/** Whether a range begins below 4.21, the oldest that express-mcp works with. */
function isTooOld(range: unknown): boolean {
  const [, major, minor = '0'] = /^[\^~>=v\s]*(\d+)(?:\.(\d+))?/.exec(typeof range === 'string' ? range : '') ?? [];
  if (major === undefined) return false;
  return Number(major) < 4 || (Number(major) === 4 && Number(minor) < 21 && !/^\^4|^4$|^4\.x/.test(String(range)));
}
