import { Helper } from '../harness/process.mjs';
import { InstructionCount } from '../../tools/instructions/emulator.mjs';

// Blocks of calls are counted separately. V8 goes on compiling for thousands of calls. So blocks are repeated until the last ones are
// no cheaper than the earlier ones, or a slow contestant has had its share.
const blockSize = { calls: 250, instructions: 2.5e8 };
const blocks = 12;
const steady = 0.98;
const least = 24;
const most = { blocks: 60, instructions: 4e10 };
const connections = 8;

let processes = 0;

/**
 * Instructions that a server runs for one call, in user mode. The server is a process of its own with one thread, so that compiling
 * and collecting garbage count as well.
 *
 * @param {object} entrant
 * @param {string} entrant.title
 * @param {string} entrant.file - of the contestant, as a URL
 * @param {object} entrant.settings - what it is started with
 * @param {Record<string, string>} entrant.headers - credentials
 * @param {object} entrant.request - what is sent over and over
 * @param {number} [entrant.status] - of the answer; 200 unless said otherwise
 */
export async function countCalls({ title, file, settings, headers, request, status = 200 }) {
  const count = new InstructionCount(String((processes += 1)));
  const server = new Helper('server.mjs', title, { flags: ['--single-threaded'], under: count.command });
  const load = new Helper('load.mjs', 'the load');
  try {
    const started = await server.ask({ kind: 'start', file, settings, headers });
    const requests = [{ ...request, headers: { ...request.headers, ...started.headers } }];
    const call = async (calls) => {
      const before = count.read();
      const { failures } = await load.ask({ url: started.url, requests, status, connections, count: calls });
      if (failures > 0) throw new Error(`${title}: ${failures} of ${calls} answers were not ${status}`);
      return (count.read() - before) / calls;
    };
    await call(500);
    const size = Math.max(25, Math.min(blockSize.calls, Math.round(blockSize.instructions / (await call(50)))));
    const counted = [];
    while (!isSettled(counted) && counted.length < most.blocks && count.read() < most.instructions) {
      counted.push(await call(size));
    }
    return middle(counted.slice(-blocks));
  } finally {
    await Promise.all([server.stop(), load.stop()]);
    count.close();
  }
}

/** Whether the last blocks are no cheaper than as many before them. */
function isSettled(counted) {
  if (counted.length < least) return false;
  return middle(counted.slice(-blocks)) > middle(counted.slice(-2 * blocks, -blocks)) * steady;
}

/** The mean without the lowest and the highest quarter: a block may hold a compilation, or one collection of garbage more than others. */
function middle(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const quarter = Math.floor(sorted.length / 4);
  const kept = sorted.slice(quarter, sorted.length - quarter);
  return kept.reduce((sum, value) => sum + value, 0) / kept.length;
}
