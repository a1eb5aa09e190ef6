// A process that measures the first use of ES256 tokens through the listener, over a connection in memory. It compares with a bare
// `jwtVerify` and a call with a known token. Blocks alternate; the minimum of each counts. With the file of an emulator's count it
// measures instructions, and CPU time without.
import { connectInMemory } from '../guard/in-memory.mjs';
import { toBytes } from '../work/http-text.mjs';
import { callAdd } from '../work/requests.mjs';
import { createIssuer } from '../work/issuer.mjs';
import { createMeter } from '../work/meter.mjs';
import { createVerifier } from '../work/verify-token.mjs';
import { start } from '../contestants/express-mcp-listener.mjs';

const [file] = process.argv.slice(2);
const meter = createMeter(file);
// Counts repeat, so fewer blocks do.
const blocks = file === undefined ? 24 : 8;
const size = 60;

const issuer = await createIssuer();
const { exchange } = connectInMemory(start({ jwks: issuer.jwks, tools: 1 }));
const verify = createVerifier(issuer.jwks);
const requestWith = (token) => toBytes(callAdd('modern', { authorization: `Bearer ${token}` }));
const newTokens = () => Promise.all(Array.from({ length: size }, () => issuer.token()));

async function cost(work, inputs) {
  const before = meter();
  for (const input of inputs) await work(input);
  return (meter() - before) / inputs.length;
}

const known = requestWith(await issuer.token());
for (let time = 0; time < 3000; time += 1) await exchange(known);
const least = { first: Infinity, seen: Infinity, verify: Infinity };
const note = (name, value) => {
  least[name] = Math.min(least[name], value);
};
for (let block = 0; block < blocks; block += 1) {
  const fresh = await newTokens();
  note('verify', await cost(verify, fresh));
  note('first', await cost(exchange, fresh.map(requestWith)));
  note('seen', await cost(exchange, new Array(size).fill(known)));
}
console.log(JSON.stringify(least));
process.exit();
