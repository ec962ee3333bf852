// How long until a tool has seen something, and until it is gone: each on the same leaking service, in one run.
import { saysSomething } from '../runner/evidence/match.ts';
import { environmentOf } from '../runner/environments/index.ts';
import { factsOf } from '../runner/lesson/facts.ts';
import type { Command, LabFacts } from '../runner/lesson/define.ts';
import { bt } from '../runner/lesson/commands.ts';
import type { ToolKind } from '../runner/model/kinds.ts';
import { tools } from '../runner/tools/index.ts';
import { spread, table } from './lib/figures.ts';
import { interrupted } from './lib/rounds.ts';

const ROUNDS = 7;
/** What a tool prints once its probes are in place. */
const READY = /watching|Attaching to pid|Tracing outstanding/;

interface Contender {
  name: string;
  reads: ToolKind;
  command: (lab: LabFacts) => Command;
}

const long = () => 60_000;
const contenders: Contender[] = [
  { name: 'bpftrace, malloc calls', reads: 'bpftrace', command: bt('malloc-calls.bt', long) },
  { name: 'bpftrace, pairing', reads: 'bpftrace', command: bt('outstanding.bt', () => 1000, long) },
  {
    name: 'BCC memleak, a list a second',
    reads: 'bcc',
    command: (lab) => ({ argv: [lab.bccMemleak, '-p', String(lab.pid), '1', '60'], elevated: true }),
  },
  {
    name: 'mallocstacks, 3 s',
    reads: 'bcc',
    command: (lab) => ({ argv: [lab.mallocstacks, '-p', String(lab.pid), '-d', '3'], elevated: true }),
  },
];

const host = await environmentOf('host');
const bcc = await host.preflight('bcc');
if (!bcc.ok) throw new Error('BCC does not work here: npm run workshop -- doctor');

const lab = await host.up({ workload: 'stealth-leaker', variant: 'leaker', pace: 'fast', lifetime: 'session' });
const times = new Map(
  contenders.map(({ name }) => [name, { ready: [] as number[], first: [] as number[], gone: [] as number[] }]),
);
try {
  for (let round = -1; round < ROUNDS; round++) {
    for (const { name, reads, command } of contenders) {
      interrupted.throwIfAborted();
      const run = await once(reads, command(factsOf(lab)));
      if (round < 0) continue;
      const of = times.get(name);
      of?.ready.push(run.ready);
      of?.first.push(run.first);
      of?.gone.push(run.gone);
    }
  }
} finally {
  await lab.down();
}

const rows = [...times].map(([name, { ready, first, gone }]) => [name, spread(ready), spread(first), spread(gone)]);
process.stdout.write(
  `${table([[`${ROUNDS} rounds`, 'attached, ms', 'first evidence, ms', 'gone after Ctrl-C, ms'], ...rows]).join('\n')}\n`,
);
process.stdout.write(
  'Medians (quartiles), from the start of the process. A block comes every 300 ms; memleak prints its first list after a second,\nand the list counts once another follows it.\n',
);

/** One run: until its probes are in place, until the reader has the first evidence, and from then until it is gone, ms. */
async function once(reads: ToolKind, command: Command): Promise<{ ready: number; first: number; gone: number }> {
  if (!('argv' in command)) throw new Error('a tool is started by its argv');
  const began = performance.now();
  let ready = Number.NaN;
  const running = lab.place.exec(command.argv, { elevated: command.elevated, timeoutMs: 60_000, signal: interrupted });
  let said = '';
  async function* watched(): AsyncGenerator<Uint8Array> {
    for await (const chunk of running.output) {
      said = (said + String(chunk)).slice(-10_000);
      if (Number.isNaN(ready) && READY.test(said)) ready = performance.now() - began;
      yield chunk as Uint8Array;
    }
  }
  for await (const evidence of tools[reads].read(watched())) {
    if (!saysSomething(evidence)) continue;
    const first = performance.now() - began;
    const asked = performance.now();
    await running.stop();
    return { ready, first, gone: performance.now() - asked };
  }
  throw new Error(`${command.argv.join(' ')} saw nothing:\n${said}`);
}
