// The bars beside calls: what it takes until an app serves, and the first use of a token. All are counted by instructions but the memory
// of a tool.
import { median } from '../harness/statistics.mjs';
import { createIssuer } from '../work/issuer.mjs';
import { countToFirstAnswer, runCounted } from './count-start-up.mjs';

const perRun = async (runs, measure) => {
  const values = [];
  for (let run = 0; run < runs; run += 1) values.push(await measure());
  return values;
};

const registered = (runs) => perRun(runs, () => runCounted('programs/register.mjs'));

/** Each kind: a function that counts so many times, and gives sentences with their bounds and a value for each run. */
const kinds = {
  importing: async (runs) => {
    const imported = async (name) => (await runCounted('programs/import.mjs', [name])).spent;
    const values = await perRun(runs, async () => (await imported('express-mcp')) / (await imported('express')));
    return [{ sentence: 'importing the package, of importing Express', atMost: 0.4, values }];
  },
  registering: async (runs) => {
    const counted = await registered(runs);
    return [
      {
        sentence: 'registering 1,000 tools, of compiling their schemas',
        atMost: 0.1,
        values: counted.map(({ registering, compiling }) => registering / compiling),
      },
      {
        sentence: 'KiB of a tool until it is called',
        atMost: 6,
        values: counted.map(({ bytesEach }) => bytesEach / 1024),
      },
    ];
  },
  'start-up': async (runs) => {
    const issuer = await createIssuer();
    const counts = {};
    for (const contestant of ['bare-express', 'express-jose', 'express-mcp', 'express-mcp-listener']) {
      counts[contestant] = await perRun(runs, () => countToFirstAnswer(contestant, issuer));
    }
    const bar = (contestant, of, words) => ({
      sentence: `from start to the first answered call with 100 tools, ${contestant} of ${words}`,
      atMost: 1.3,
      values: counts[contestant].map((count, run) => count / counts[of][run]),
    });
    return [
      bar('express-mcp', 'bare-express', 'bare Express'),
      bar('express-mcp-listener', 'bare-express', 'bare Express'),
      // The floor: jose and ajv by hand, with one tool.
      bar('express-jose', 'bare-express', 'bare Express'),
      bar('express-mcp', 'express-jose', 'Express by hand with jose and ajv, with one tool'),
    ];
  },
  'first-use': async (runs) => {
    const counted = await perRun(runs, () => runCounted('../timed/first-use.mjs'));
    return [
      {
        sentence: 'first use of an ES256 token, of one jwtVerify and a call with a known token',
        atMost: 1.15,
        values: counted.map(({ first, verify, seen }) => first / (verify + seen)),
      },
    ];
  },
};

export const startUpKinds = Object.keys(kinds);

/**
 * Counts one kind, and prints its bars: what is wanted, the median, the lowest and the highest run.
 *
 * @param {string} kind
 * @param {number} runs
 */
export async function judgeStartUp(kind, runs) {
  for (const { sentence, atMost, values } of await kinds[kind](runs)) {
    const middle = median(values);
    const verdict = middle <= atMost ? 'reached' : `missed by ${((middle / atMost - 1) * 100).toFixed(0)} %`;
    const range = `${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)}`;
    console.log(`${sentence}: wanted ≤ ${atMost}, ${middle.toFixed(2)} (${range}), ${verdict}`);
  }
}
