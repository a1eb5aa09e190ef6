// node count.mjs <settings as JSON>: the process that is counted. Prints the instructions of a call, without and with a subscriber.
import { openSync, readSync } from 'node:fs';
import { connectInMemory } from '../guard/in-memory.mjs';
import { createTestIssuer } from '../../dist/testing/index.js';
import { toBytes } from '../work/http-text.mjs';
import { callAdd } from '../work/requests.mjs';
import { watchedApp } from './watched-app.mjs';

const { watched, file, warmUp, pairs, blockSize } = JSON.parse(process.argv[2]);
const issuer = await createTestIssuer({ audience: 'https://api.example.com/mcp' });
const headers = { authorization: `Bearer ${await issuer.token({ scope: 'add', expiresIn: 36_000 })}` };
const { app, on, off } = watchedApp({ issuer: issuer.issuer, jwks: issuer.jwks, watched });
const { exchange } = connectInMemory(app);
const bytes = toBytes(callAdd('modern', headers));
const answer = await exchange(bytes);
if (!answer.startsWith('HTTP/1.1 200')) throw new Error(`Not what was to be counted: ${answer}`);

let descriptor;
const buffer = Buffer.alloc(8);
function instructions() {
  descriptor ??= openSync(file, 'r');
  readSync(descriptor, buffer, 0, 8, 0);
  return Number(buffer.readBigUInt64LE());
}

/** Instructions of a block of calls. To begin and to end to watch is no part of it. */
async function block(isWatched) {
  if (isWatched) on();
  const before = instructions();
  for (let call = 0; call < blockSize; call += 1) await exchange(bytes);
  const took = instructions() - before;
  if (isWatched) off();
  return took / blockSize;
}

const counted = [];
for (let pair = 0; pair < warmUp + pairs; pair += 1) {
  // In turns, so that what becomes cheaper with time does so for both.
  const isOffFirst = pair % 2 === 0;
  const first = await block(!isOffFirst);
  const second = await block(isOffFirst);
  if (pair >= warmUp) counted.push(isOffFirst ? [first, second] : [second, first]);
}
console.log(JSON.stringify(counted));
process.exit();
