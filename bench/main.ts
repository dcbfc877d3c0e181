/**
 * Measures, side by side and in one run: npm run bench [-- NAME…]. Every module of this folder that exports `name` and
 * `run` is a bench; without names all are run, one after the other, so that they do not disturb each other.
 */
import { readdir } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { type Bench, tableText } from './table.ts';

const folder = new URL('.', import.meta.url);
const wanted = process.argv.slice(2);

const benches: Bench[] = [];
for (const file of (await readdir(folder)).sort()) {
  if (!file.endsWith('.ts') || file === 'main.ts') continue;
  const module = (await import(new URL(file, folder).href)) as Partial<Bench>;
  if (typeof module.name === 'string' && typeof module.run === 'function') benches.push(module as Bench);
}

const unknown = wanted.filter((name) => !benches.some((bench) => bench.name === name));
if (unknown.length > 0) {
  console.error(`no bench ${unknown.join(', ')}; there is ${benches.map((bench) => bench.name).join(', ') || 'none'}`);
  process.exitCode = 2;
} else {
  const memoryGiB = Math.round(totalmem() / 2 ** 30);
  console.log(
    `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}, ${memoryGiB} GiB, Node ${process.version}`,
  );
  for (const bench of benches.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    console.log(`\n${bench.name}`);
    console.log(tableText(await bench.run()));
  }
}
