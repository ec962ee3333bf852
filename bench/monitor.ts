// What the exporter costs whoever asks it, and this machine: scrapes while it holds 10,000 call sites, and while a process has made a
// million blocks. Needs root (or sudo) and cc.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { root } from '../runner/paths.ts';
import { freePort } from '../runner/shipped/service.ts';
import { built, WORKLOADS } from './lib/accuracy.ts';
import { quantile, spread, table } from './lib/figures.ts';
import { interrupted as signal } from './lib/interrupt.ts';
import { learner, workshop } from './lib/processes.ts';
import { scratch, start } from './lib/programs.ts';

const SCRAPES = 200;
/** Between two scrapes, ms: many of them fall into a look. */
const PACE_MS = 150;
const MOST_MS = 50;
const PATIENCE_MS = 300_000;
const MIB = 2 ** 20;

/** By the names of bench/accuracy. */
const CASES = [
  { workload: 'sites', count: 10_000, what: '10,000 call sites', most: MOST_MS },
  { workload: 'many', count: 1_000_000, what: 'a million blocks', most: null },
];

/** The sum of a metric's samples; null without any. */
function sumIn(text: string, name: string): number | null {
  const samples = text.split('\n').filter((line) => line.startsWith(`${name}{`));
  return samples.length === 0 ? null : samples.reduce((n, line) => n + Number(line.slice(line.lastIndexOf(' '))), 0);
}

const { dir, end } = scratch();
const me = learner();
const rows: string[][] = [
  [`${SCRAPES} scrapes`, 'ms', '99 %', 'exporter MiB', 'exporter s/min', 'tracer s/min', 'target', ''],
];
try {
  const binary = await built(WORKLOADS.sites, dir, signal);
  for (const { workload, count, what, most } of CASES) {
    const program = await start([binary, workload, join(dir, `ledger-${workload}`), String(count)], { signal });
    const port = await freePort();
    let exporter: ReturnType<typeof spawn> | undefined;
    try {
      await program.hear(/^ready$/);
      const args = workshop('export', '--pid', String(program.pid), '--port', String(port));
      exporter = spawn(process.execPath, args, { env: me.env, cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
      const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
      const until = async (wanted: string, holds: () => Promise<boolean>) => {
        for (const since = Date.now(); !(await holds().catch(() => false)); await wait(500, null, { signal }))
          if (Date.now() - since > PATIENCE_MS) throw new Error(`${what}: never ${wanted}`);
      };
      await until('attached', async () => JSON.parse(await get('/healthz')).ok);
      program.say('go');
      await until('held', async () => (sumIn(await get('/metrics'), 'memleak_alloc_objects_total') ?? 0) >= count);
      const took: number[] = [];
      const first = await get('/metrics');
      const since = performance.now();
      let last = first;
      for (let n = 0; n < SCRAPES; n++) {
        const began = performance.now();
        last = await get('/metrics');
        took.push(performance.now() - began);
        await wait(PACE_MS, null, { signal });
      }
      const minutes = (performance.now() - since) / 60_000;
      const grown = (name: string) => ((sumIn(last, name) ?? 0) - (sumIn(first, name) ?? 0)) / minutes;
      const worst = quantile(took, 0.99);
      rows.push([
        what,
        spread(took),
        worst.toFixed(1),
        ((sumIn(last, 'memleak_exporter_resident_memory_bytes') ?? 0) / MIB).toFixed(0),
        grown('memleak_exporter_cpu_seconds_total').toFixed(1),
        grown('memleak_tracer_cpu_seconds_total').toFixed(1),
        ...(most === null ? [] : [`≤ ${most} ms`, worst <= most ? 'met' : 'MISSED']),
      ]);
    } finally {
      exporter?.kill('SIGTERM');
      if (exporter && exporter.exitCode === null) await once(exporter, 'exit');
      await program.end();
    }
  }
  process.stdout.write(`${table(rows).join('\n')}\nMedians (quartiles), and what 99 of 100 scrapes take at most.\n`);
} finally {
  me.end();
  end();
}
