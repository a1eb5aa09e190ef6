// Runs a program once for each thing that it can do: node drive-programs.mjs <url> <program> <arguments as JSON>; {url} stands for the URL.
import { spawnSync } from 'node:child_process';

const [url, program, runs] = process.argv.slice(2);
for (const args of JSON.parse(runs)) {
  const filled = args.map((argument) => argument.replace('{url}', url));
  const { status } = spawnSync(process.execPath, [program, ...filled], { stdio: 'ignore', timeout: 60_000 });
  if (status !== 0) console.error(`${program} ${filled.join(' ')}: ended with ${status}`);
}
