// Our tracer as benchmarks run it: its JSON lines as values.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { hostPlace } from '../../runner/environments/local/place.ts';
import { root } from '../../runner/paths.ts';

/** Our own tracer, or the program that WORKSHOP_MEMLEAK names. */
const binary = (): string => process.env['WORKSHOP_MEMLEAK'] ?? join(root, 'bpf/memleak/memleak');
/** Its pid comes first, since only root could look for it; what is for people goes to a file, apart from the JSON. */
const START = 'echo "{\\"type\\":\\"pid\\",\\"pid\\":$$}"; said=$1; shift; exec "$@" 2>"$said"';
const LONGEST_MS = 600_000;

const attached = z.object({ ms: z.number(), load_ms: z.number().optional(), mode: z.string() });
const site = z.object({
  site: z.number(),
  outstanding_bytes: z.number(),
  outstanding_count: z.number(),
  allocated_bytes: z.number(),
  freed_bytes: z.number(),
  allocs: z.number(),
  frees: z.number(),
});
const block = z.object({ address: z.string(), bytes: z.number(), born_ms: z.number(), site: z.number() });
const snapshot = z.object({
  at_ms: z.number(),
  sites: z.array(site),
  sites_omitted: z.number(),
  lost: z.record(z.string(), z.number()),
  blocks: z.array(block).optional(),
  estimate: z.object({ drawn: z.number(), error_bytes: z.number() }).optional(),
});

const looked = z.object({ ms: z.number(), scanned_bytes: z.number(), asked: z.number(), lost: z.number() });

export type Looked = z.infer<typeof looked>;
export type Attached = z.infer<typeof attached>;
export type Snapshot = z.infer<typeof snapshot>;
export type Listed = z.infer<typeof block>;

export interface Tracer {
  attached: Attached;
  /** When we knew that it was attached, ms on the clock of performance.now(). */
  since: number;
  /** The next one that it prints by itself. */
  next(): Promise<Snapshot>;
  /** One that it takes now. */
  snapshot(): Promise<Snapshot>;
  /** What it has said with --reachable, of one call site after another, so far. */
  looked(): readonly Looked[];
  /** Detaches; resolves once it is gone. */
  stop(): Promise<void>;
}

/** Why it didn't attach: `code` 4 is that this machine can't, 2 that it has no such option. */
export interface Refusal {
  refused: string;
  code: number | null;
}

/** Makes it what its sources are; resolves to null, or to why it can't be had. */
export async function madeTracer(signal?: AbortSignal): Promise<string | null> {
  if (process.env['WORKSHOP_MEMLEAK']) return null;
  const make = hostPlace.exec(['make', '-s', '-C', join(root, 'bpf/memleak')], signal ? { signal } : {});
  let said = '';
  for await (const chunk of make.output) said = (said + String(chunk)).slice(-2000);
  signal?.throwIfAborted();
  return (await make.ended).code === 0
    ? null
    : `make -C bpf/memleak failed: ${said.trim().split('\n').slice(-3).join('; ')}`;
}

/** Attaches it to a process with all its threads; `dir` is a folder for what it says on stderr. */
export async function trace(
  pid: number,
  args: readonly string[],
  { dir, signal }: { dir: string; signal?: AbortSignal | undefined },
): Promise<Tracer | Refusal> {
  const said = join(dir, 'memleak.log');
  const running = hostPlace.exec(['sh', '-c', START, 'sh', said, binary(), '-p', String(pid), '--json', ...args], {
    elevated: true,
    timeoutMs: LONGEST_MS,
    ...(signal ? { signal } : {}),
  });
  let stopped = false;
  const lines = documents(running.output, () => !stopped);
  const words = () => readFileSync(said, 'utf8').trim();
  const looks: Looked[] = [];
  /** The next line of this type; null where it ends first. */
  const line = async (type: string): Promise<unknown> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) signal?.throwIfAborted();
      if (done) return null;
      if (value.type === 'reachable') looks.push(looked.parse(value));
      if (value.type === type) return value;
    }
  };
  const next = async (): Promise<Snapshot> => {
    const taken = await line('snapshot');
    if (taken === null) throw new Error(`memleak ended: ${words()}`);
    return snapshot.parse(taken);
  };
  const { pid: own } = z.object({ pid: z.number() }).parse(await line('pid'));
  const done = await line('attached');
  if (done === null) return { refused: words(), code: (await running.ended).code };
  const since = performance.now();
  return {
    attached: attached.parse(done),
    since,
    next,
    async snapshot() {
      const asked = performance.now() - since;
      await hostPlace.exec(['kill', '-USR1', String(own)], { elevated: true }).ended;
      // One that was under way shows what was before.
      let taken = await next();
      while (taken.at_ms < asked) taken = await next();
      return taken;
    },
    looked: () => looks,
    async stop() {
      // Its last snapshot is nobody's, but it ends only once that is written.
      stopped = true;
      const drained = (async () => {
        while (!(await lines.next()).done);
      })();
      await Promise.all([running.stop(), drained]);
    },
  };
}

/** One JSON document a line, as long as they are wanted. A line may be as long as a million blocks are. */
async function* documents(output: AsyncIterable<Uint8Array>, wanted: () => boolean): AsyncGenerator<{ type: string }> {
  let parts: Buffer[] = [];
  for await (const chunk of output) {
    if (!wanted()) continue;
    let rest = Buffer.from(chunk);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      yield JSON.parse(Buffer.concat([...parts, rest.subarray(0, end)]).toString()) as { type: string };
      parts = [];
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) parts.push(rest);
  }
}
