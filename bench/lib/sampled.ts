// A workload that resizes what it has, under sampling: how often the truth lies within the error bar.
import { join } from 'node:path';
import { readLedger } from './ledger.ts';
import { built, WORKLOADS } from './accuracy.ts';
import { scratch, start } from './programs.ts';
import { type Refusal, trace } from './tracer.ts';

/** Bytes between two that are drawn, and blocks of the workload. */
const [SAMPLE, COUNT] = [4096, 4000];

export interface Sampled {
  runs: number;
  /** Runs in which the truth was within two standard errors. */
  within: number;
  /** The mean of what was told, by what there was. */
  ratio: number;
  /** The mean of two standard errors, by what there was. */
  error: number;
  drawn: number;
}

export async function sampling(runs: number, signal: AbortSignal): Promise<Sampled | Refusal> {
  const { dir, end } = scratch();
  const sum: Sampled = { runs, within: 0, ratio: 0, error: 0, drawn: 0 };
  try {
    const binary = await built(WORKLOADS.mix, dir, signal);
    for (let run = 0; run < runs; run++) {
      const ledger = join(dir, 'ledger');
      const program = await start([binary, 'mix', ledger, String(COUNT)], { signal });
      try {
        await program.hear(/^ready$/);
        const tracer = await trace(program.pid, ['--sample', String(SAMPLE), '-i', '3600'], { dir, signal });
        if ('refused' in tracer) return tracer;
        program.say('go');
        program.say('stop');
        await program.hear(/^stopped$/);
        const truth = readLedger(ledger).alive.reduce((n, { bytes }) => n + bytes, 0);
        const { sites, estimate } = await tracer.snapshot();
        await tracer.stop();
        if (!estimate) throw new Error('a sample without an error bar');
        const told = sites.reduce((n, s) => n + s.outstanding_bytes, 0);
        if (Math.abs(told - truth) <= estimate.error_bytes) sum.within++;
        sum.ratio += told / truth / runs;
        sum.error += estimate.error_bytes / truth / runs;
        sum.drawn += estimate.drawn / runs;
      } finally {
        await program.end();
      }
    }
    return sum;
  } finally {
    end();
  }
}
