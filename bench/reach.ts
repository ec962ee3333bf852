// What `memleak --reachable` takes of a process with a GiB: two looks at each list, of which one is told here.
// Needs root (or sudo), cc, and 1.2 GiB of memory. `--mib=256` for another size.
import { join } from 'node:path';
import { root } from '../runner/paths.ts';
import { quantile, ratios, spread, table } from './lib/figures.ts';
import { interrupted as signal } from './lib/interrupt.ts';
import { compile, scratch, start } from './lib/programs.ts';
import { type Looked, madeTracer, trace } from './lib/tracer.ts';

const ROUNDS = 5;
/** s a GiB that was read, of which each look reads all. */
const MOST = 0.6;
const GIB = 2 ** 30;

const mib = Number(process.argv.find((arg) => arg.startsWith('--mib='))?.slice('--mib='.length) ?? 1024);
const { dir, end } = scratch();
try {
  const unmade = await madeTracer(signal);
  if (unmade !== null) throw new Error(unmade);
  const binary = join(dir, 'memory');
  await compile('cc', ['-o', binary, join(root, 'bench/memory.c')], signal);
  const program = await start([binary, String(mib)], { signal });
  try {
    await program.hear(/^ready$/);
    const tracer = await trace(program.pid, ['--reachable', '-i', '3600'], { dir, signal });
    if ('refused' in tracer) throw new Error(tracer.refused);
    program.say('go');
    const passes: number[] = [];
    const looks: number[] = [];
    let last: Looked[] = [];
    let seen = 0;
    for (let round = 0; round < ROUNDS; round++) {
      if (round > 0) program.say('again');
      passes.push(Number((await program.hear(/^made ([\d.]+)$/))[1]));
      // It rests after a look, four times as long as that took: until then lists come without one.
      do {
        await new Promise((done) => setTimeout(done, 1000));
        await tracer.snapshot();
        last = tracer.looked().slice(seen);
      } while (last.length === 0);
      seen = tracer.looked().length;
      const { ms = Number.NaN, scanned_bytes = Number.NaN } = last[0] ?? {};
      looks.push(ms / 1000 / (scanned_bytes / GIB));
      passes[round] = (passes[round] as number) / (mib / 1024);
    }
    await tracer.stop();
    const rows = [
      [`${ROUNDS} rounds`, 's a GiB', '× a pass of its own'],
      ['a pass of the program through its memory', spread(passes), '1.00'],
      ['memleak --reachable, a look', spread(looks), spread(ratios(looks, passes))],
    ];
    const asked = last.reduce((n, site) => n + site.asked, 0);
    const lost = last.reduce((n, site) => n + site.lost, 0);
    const met = quantile(looks, 0.5) <= MOST;
    process.stdout.write(
      `${table(rows).join('\n')}\n${asked} blocks were asked after, ${lost} are lost. Target: ≤ ${MOST} s a GiB and look: ${met ? 'met' : 'MISSED'}\nMedians (quartiles).\n`,
    );
  } finally {
    await program.end();
  }
} catch (error) {
  signal.throwIfAborted();
  throw error;
} finally {
  end();
}
