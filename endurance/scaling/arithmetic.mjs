// Extrapolates the measurements to a million subscriptions. The assumptions are listed with the results.

const million = 1_000_000;
/** Linux's default range of ports for connections that a machine opens itself. */
const ephemeralPorts = 60_999 - 32_768 + 1;
const processMemory = 2 * 2 ** 30;
const keepAliveSeconds = 15;
/** Maximum time until all have heard of a change. */
const changeSeconds = 10;
/** Beyond half a core a process delays all other work. */
const maxCpu = 0.5;

/**
 * @param {{ throughput: object[], subscriptions: object[] }} results
 * @returns {readonly { question: string, how: string, answer: string }[]}
 */
export function reckon({ throughput, subscriptions }) {
  const single = subscriptions.find(({ processes }) => processes === 1);
  const call = throughput.find(({ processes }) => processes === 1);
  // Resident memory can lag behind the heap, and is never smaller for long.
  const bytes = Math.max(single.resident, single.heap);
  const memory = million * bytes;
  const signCores = (million / keepAliveSeconds) * (single.signOfLifeCpu / 1e6);
  const changeCores = (million * single.changeCpu) / 1e6;
  const rereadCores = (million * call.cpu) / 1e6;
  const byMemory = Math.ceil(memory / processMemory);
  const bySigns = Math.ceil(signCores / maxCpu);
  const byChanges = Math.ceil(changeCores / changeSeconds / maxCpu);
  const processes = Math.max(byMemory, bySigns, byChanges);
  return [
    line('memory of the processes', `${kib(bytes)} a stream`, `${(memory / 2 ** 30).toFixed(1)} GiB`),
    line('processes, by memory', '2 GiB each', byMemory),
    line(
      'signs of life',
      `every ${keepAliveSeconds} s, ${single.signOfLifeCpu.toFixed(1)} µs each`,
      `${grouped(million / keepAliveSeconds)} a second, ${signCores.toFixed(1)} cores`,
    ),
    line('processes, by signs of life', 'half a core each', bySigns),
    line(
      'CPU of a change that all hear of',
      `${single.changeCpu.toFixed(1)} µs a subscriber`,
      `${changeCores.toFixed(1)} core seconds`,
    ),
    line('processes, by changes', `all hear of it within ${changeSeconds} s, half a core each`, byChanges),
    line('**processes**', 'the most of the three', processes),
    line('streams in a process', 'a million among them', grouped(million / processes)),
    line(
      'changes with few listeners',
      `${single.unheardCpu.toFixed(2)} µs for each stream of a process, half a core`,
      `${grouped((maxCpu * 1e6) / (single.unheardCpu * (million / processes)))} a second`,
    ),
    line('file descriptors of a process', 'one a stream, and 100', grouped(million / processes + 100)),
    line('file descriptors of nginx', 'two a stream', grouped(2 * million)),
    line(
      'addresses (IP and port) behind nginx',
      `${grouped(ephemeralPorts)} connections from one IP to each`,
      `${Math.ceil(million / ephemeralPorts)} at least`,
    ),
    line('Redis, of a change', '1 `PUBLISH`, one message to each process', `${grouped(processes)} messages`),
    line(
      'Redis, at rest',
      'each process tells itself that it lives, every 2 s',
      `${grouped(processes / 2)} \`PUBLISH\` a second`,
    ),
    line(
      'Redis, with `revocation`',
      '1 `MGET` for 1000 keys, 3 keys a stream, with each sign of life',
      `${grouped((3 * million) / 1000 / keepAliveSeconds)} commands a second`,
    ),
    line(
      'reading again after a change',
      `a million calls of ${call.cpu.toFixed(0)} µs`,
      `${rereadCores.toFixed(0)} core seconds`,
    ),
  ];
}

const line = (question, how, answer) => ({ question, how, answer: String(answer) });
const grouped = (value) => Math.round(value).toLocaleString('en');
const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
