// Run by `npm run wild:record`: drives each release of each client through an endpoint, and writes down what it sent.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Recording } from './recorded.js';
import { RecordingProxy } from './recording-proxy.js';
import { recordedApp } from './registry.js';

interface Release {
  readonly client: string;
  readonly version: string;
  readonly driver: string;
  readonly arguments: readonly string[];
}

const [folder = '', releases = '[]'] = process.argv.slice(2);

for (const { client, version, driver, arguments: given } of JSON.parse(releases) as readonly Release[]) {
  const proxy = new RecordingProxy();
  const url = await proxy.listen(recordedApp());
  const child = spawn(process.execPath, [driver, url, ...given], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  proxy.close();
  const exchanges = proxy.exchanges.filter(({ status }) => status !== 0);
  process.stdout.write(
    `${client} ${version}: ${String(exchanges.length)} requests${code === 0 ? '' : `, and ended with ${String(code)}`}\n`,
  );
  if (code !== 0) process.exitCode = 1;
  const recording: Recording = { client, version, exchanges };
  const file = `${client.replaceAll(/[^a-z0-9]+/gi, '-').replace(/^-/, '')}-${version}.json`;
  writeFileSync(path.join(folder, file), `${JSON.stringify(recording, undefined, 2)}\n`);
}
process.exit();
