// A process that registers 1,000 tools with schemas of their own, and compiles the same schemas with ajv. It prints what each took, and
// the bytes that a tool keeps until it is called.
import Ajv from 'ajv/dist/2020.js';
import { createRegistry } from '../../../dist/index.js';
import { createMeter } from '../../work/meter.mjs';
import { add, describe, inputSchema, outputSchema, toolNames } from '../../work/tools.mjs';

const meter = createMeter(process.argv[2]);
const names = toolNames(1000);
const ofItsOwn = (schema, name) => ({ ...schema, description: describe(name) });
const heapUsed = () => {
  globalThis.gc();
  return process.memoryUsage().heapUsed;
};

/** Instructions of some work. */
function spentBy(work) {
  const before = meter();
  work();
  return meter() - before;
}

const registry = createRegistry({ name: 'bench', version: '1.0.0' });
const heapBefore = heapUsed();
const registering = spentBy(() => {
  for (const name of names) {
    const schemas = { inputSchema: ofItsOwn(inputSchema, name), outputSchema: ofItsOwn(outputSchema, name) };
    registry.tool(name, { description: describe(name), ...schemas, scopes: ['add'] }, add);
  }
});
const bytesEach = (heapUsed() - heapBefore) / names.length;

const ajv = new Ajv();
const compiling = spentBy(() => {
  for (const name of names) {
    ajv.compile(ofItsOwn(inputSchema, name));
    ajv.compile(ofItsOwn(outputSchema, name));
  }
});
// The registry is in use until here.
console.log(JSON.stringify({ registering, compiling, bytesEach, name: registry.name }));
process.exit();
