// What Node.js asks for the same: AsyncLocalStorage with a request's members in it.
// node als.mjs [calls]: prints a Markdown table. Each line is measured in a process of its own, as JMH
// does it: V8 makes the loop slower for each further function that it has called.
import { AsyncLocalStorage } from 'node:async_hooks';
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const ROUNDS = 7; // the fastest counts; the first ones warm up
const SIZES = [4, 16, 64];
const storage = new AsyncLocalStorage();
let sink = 0; // else V8 may leave out what nobody looks at
const task = () => { sink++; };

const benchmarks = {
  readMap: ({ map, name, calls }) => storage.run(map, () =>
    nanosPerCall(calls, () => { sink += storage.getStore().get(name).length; })),
  readObject: ({ object, name, calls }) => storage.run(object, () =>
    nanosPerCall(calls, () => { sink += storage.getStore()[name].length; })),
  run: ({ map, calls }) => nanosPerCall(calls, () => storage.run(map, task)),
  copyMapAndRun: ({ map, name, calls }) =>
    nanosPerCall(calls / 10, () => storage.run(new Map(map).set(name, 'other'), task)),
};

function nanosPerCall(calls, body) {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const begin = process.hrtime.bigint();
    for (let i = 0; i < calls; i++) body();
    best = Math.min(best, Number(process.hrtime.bigint() - begin) / calls);
  }
  return best;
}

function measure(benchmark, members, calls) {
  const entries = Array.from({ length: members },
    (_, i) => [`member.${i}`, 'a-value-as-long-as-a-uuid-would-have']);
  const name = entries[members / 2][0];
  const nanos = benchmarks[benchmark](
    { map: new Map(entries), object: Object.fromEntries(entries), name, calls });
  if (sink === 0) throw new Error(`${benchmark}: nothing was read`);
  printRow(`als.${benchmark}`, `members=${members}`, nanos.toFixed(1));
}

function measureAll(calls) {
  printRow(`Node ${process.version}`, 'params', 'ns/op');
  console.log(`|${'-'.repeat(19)}|${'-'.repeat(12)}|${'-'.repeat(8)}:|`);
  for (const benchmark of Object.keys(benchmarks)) {
    for (const members of SIZES) {
      const script = [fileURLToPath(import.meta.url), calls, benchmark, members].map(String);
      process.stdout.write(execFileSync(process.execPath, script));
    }
  }
}

function printRow(name, params, nanos) {
  console.log(`| ${name.padEnd(17)} | ${params.padEnd(10)} | ${nanos.padStart(7)} |`);
}

const [calls = '2000000', benchmark, members] = process.argv.slice(2);
if (benchmark) measure(benchmark, Number(members), Number(calls));
else measureAll(calls);
