// A process that calls one contestant over a connection in memory. It prints the cost of a call: microseconds of CPU, the lower
// quartile of its blocks, since other processes only ever add to it.
import { connectInMemory } from '../guard/in-memory.mjs';
import { toBytes } from '../work/http-text.mjs';
import { callAdd } from '../work/requests.mjs';
import { createIssuer } from '../work/issuer.mjs';

const [contestant, scope, era, warmUp, blocks, size] = process.argv.slice(2);
const { start } = await import(`../contestants/${contestant}.mjs`);
const issuer = await createIssuer();
const { exchange } = connectInMemory(await start({ jwks: issuer.jwks, tools: 1 }));
const bytes = toBytes(callAdd(era, { authorization: `Bearer ${await issuer.token({ scope })}` }));
const repeat = async (times) => {
  for (let time = 0; time < times; time += 1) await exchange(bytes);
};

const answer = await exchange(bytes);
const expected = scope === 'add' ? '200' : '403';
if (answer.slice(9, 12) !== expected) throw new Error(`${contestant} answers ${answer}`);
await repeat(Number(warmUp));
const costs = [];
for (let block = 0; block < Number(blocks); block += 1) {
  const before = process.cpuUsage();
  await repeat(Number(size));
  const { user, system } = process.cpuUsage(before);
  costs.push((user + system) / Number(size));
}
costs.sort((one, other) => one - other);
console.log(costs[Math.floor(costs.length / 4)]);
process.exit();
