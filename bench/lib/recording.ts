// Programs of the corpus under one tool, several side by side, and what it printed of each.
import { createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { release } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { hostPlace } from '../../runner/environments/local/place.ts';
import { root } from '../../runner/paths.ts';
import { namesAt } from '../../runner/tools/index.ts';
import { type Corpus, type Subject, truth, waiting } from './corpus.ts';

const TOOL_NAMES = ['sums', 'blocks', 'reachable', 'bpftrace', 'progressive', 'bcc'] as const;
/** Ways to watch a program: ours with sums, with every block, with a look into the process, and by itself; bpftrace; BCC. */
export type Watching = (typeof TOOL_NAMES)[number];

interface Way {
  what: string;
  reads: 'memleak' | 'bpftrace' | 'bcc';
  /** What it prints once its probes are in place. */
  ready: RegExp;
  argv(pid: number, libc: string, seconds: number): string[];
  /** Asks `--version` of this. */
  program: string;
  /** Whether it sees regions of mmap that are not malloc's. */
  seesMmap?: true;
  /** Whether it looks into the process for pointers. */
  looks?: true;
}

const memleak = () => process.env['WORKSHOP_MEMLEAK'] ?? join(root, 'bpf/memleak/memleak');
const ours = (what: string, ...args: string[]): Way => ({
  what,
  reads: 'memleak',
  ready: /"type":"attached"/,
  argv: (pid, _, seconds) => [memleak(), '-p', String(pid), '--json', '-i', seconds > 100 ? '2' : '1', ...args],
  program: memleak(),
});
const bcc = namesAt({ site: 'machine', manual: false, runs: (tool) => tool }).bccMemleak;

export const WAYS: Record<Watching, Way> = {
  sums: ours('tracer, sums'),
  blocks: ours('tracer, every block', '--blocks'),
  reachable: { ...ours('tracer, sums and a look into the process', '--reachable'), looks: true },
  bpftrace: {
    what: 'bpftrace, all blocks',
    reads: 'bpftrace',
    ready: /watching/,
    argv: (pid, libc) => [
      ...['bpftrace', '-p', String(pid), join(root, 'bench/verdict/pairing.bt'), String(pid), libc, '1000', '900000'],
    ],
    program: 'bpftrace',
  },
  progressive: {
    ...ours('tracer, --progressive', '--progressive'),
    ready: /"type":"start"/,
    seesMmap: true,
    looks: true,
  },
  bcc: {
    what: 'BCC memleak, a list a second',
    reads: 'bcc',
    ready: /Attaching to pid/,
    argv: (pid) => [bcc, '-p', String(pid), '1', '900'],
    program: bcc,
  },
};
export const WATCHING = TOOL_NAMES;

/** Of which tool and version, of which program: what stands beside a recording. */
const label = z.object({
  file: z.string(),
  watching: z.enum(TOOL_NAMES),
  tool: z.string(),
  kernel: z.string(),
  command: z.string(),
  /** How long the program ran under it, ms, by the wall. */
  ranMs: z.number(),
  truth,
});
export type Label = z.infer<typeof label>;
export interface Recording extends Label {
  text(): Buffer;
}

/** What bpftrace's maps must hold; two names, by version. */
const ROOM = { BPFTRACE_MAP_KEYS_MAX: '65536', BPFTRACE_MAX_MAP_KEYS: '65536' };
/** After it says that it is there, some of its probes may not be. */
const SETTLING_MS = 500;
const READY_MS = 120_000;
const LABELS = 'labels.jsonl';

export interface Batch {
  corpus: Corpus;
  watching: Watching;
  programs: readonly { kind: string; seed: number }[];
  seconds: number;
  /** Where recordings are kept, and where what is only needed meanwhile lies. */
  into: string;
  dir: string;
  signal: AbortSignal;
}

/** Records programs side by side, from before they begin; resolves to null, or to why this tool is not here. */
export async function record(batch: Batch): Promise<string | null> {
  const { watching, into } = batch;
  const { program } = WAYS[watching];
  if ((await hostPlace.which(program)) === null) return `no ${program}`;
  const version = await versionOf(program);
  mkdirSync(into, { recursive: true });
  const done = await Promise.all(batch.programs.map((one, slot) => recordOne(batch, one, slot, version)));
  const refused = done.find((d) => 'refused' in d);
  if (refused && 'refused' in refused) return refused.refused;
  const known = labelsIn(into).filter((l) => !done.some((d) => 'file' in d && d.file === l.file));
  writeLabels(into, [...known, ...done.flatMap((d) => ('file' in d ? [d] : []))]);
  return null;
}

async function versionOf(program: string): Promise<string> {
  const running = hostPlace.exec([program, '--version']);
  let text = '';
  for await (const chunk of running.output) text += String(chunk);
  return text.split('\n')[0]?.trim().slice(0, 40) ?? '';
}

async function recordOne(
  { corpus, watching, seconds, into, dir, signal }: Batch,
  { kind, seed }: { kind: string; seed: number },
  slot: number,
  version: string,
): Promise<Label | { refused: string }> {
  const way = WAYS[watching];
  const subject: Subject = await waiting(corpus, { kind, seed, dir: join(dir, `slot-${slot}`), signal });
  const { program } = subject;
  const file = `${kind}-${seed}.${watching}.txt`;
  const argv = way.argv(program.pid, subject.libc, seconds);
  const running = hostPlace.exec(argv, { elevated: true, signal, env: ROOM, timeoutMs: READY_MS + 1000 * seconds });
  const kept = createWriteStream(join(into, file));
  let head = '';
  const ready = new Promise<boolean>((resolve) => {
    running.output.on('data', (chunk: Buffer) => {
      kept.write(chunk);
      if (head.length > 20_000) return;
      head += String(chunk);
      if (way.ready.test(head)) resolve(true);
    });
    void running.ended.then(() => resolve(false));
  });
  try {
    if (!(await ready)) {
      signal.throwIfAborted();
      return { refused: head.trim().split('\n').slice(-2).join('; ') };
    }
    await wait(SETTLING_MS, undefined, { signal });
    program.say('go');
    await wait(seconds * 1000, undefined, { signal });
    return {
      file,
      watching,
      tool: version.startsWith(way.reads) ? version : `${way.reads} ${version}`.trim(),
      kernel: release().split('.').slice(0, 2).join('.'),
      // Paths are nobody's business.
      command: argv.map((word) => word.slice(word.lastIndexOf('/') + 1)).join(' '),
      ranMs: seconds * 1000,
      truth: subject.truth,
    };
  } finally {
    await running.stop();
    kept.end();
    await once(kept, 'close');
    await program.end();
  }
}

/** Of the kernel's release the numbers are kept, of paths the names: the rest is this machine's own. */
const OWN: [RegExp, string][] = [
  [/(?<="kernel":"\d+(?:\.\d+){0,2})[^"\d.][^"]*/g, ''],
  [/\/[^\s"]*(?=elevated\.sh)/g, ''],
  [/\/[^\s"]*workshop-bench-\w+\/(?:slot-\d+\/)?/g, ''],
];
const nobodys = (text: string): string => OWN.reduce((rest, [own, instead]) => rest.replace(own, instead), text);

/** Copies recordings into a folder of fixtures, each made small; what is there of the same name is replaced. */
export function pack(recordings: readonly Recording[], into: string): void {
  mkdirSync(into, { recursive: true });
  for (const { file, text } of recordings)
    writeFileSync(
      join(into, `${file}.gz`),
      gzipSync(nobodys(text().toString()), { level: constants.Z_BEST_COMPRESSION }),
    );
  const packed = new Set(recordings.map((r) => r.file));
  const labels = [...labelsIn(into).filter((l) => !packed.has(l.file)), ...recordings.map((r) => label.parse(r))];
  writeLabels(into, labels);
}

const writeLabels = (dir: string, labels: readonly Label[]) =>
  writeFileSync(join(dir, LABELS), labels.map((l) => `${JSON.stringify(l)}\n`).join(''));

function labelsIn(dir: string): Label[] {
  const path = join(dir, LABELS);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.filter((line) => line !== '').map((line) => label.parse(JSON.parse(line)));
}

/** Those that lie in a folder; one whose name ends in .gz is as well. */
export function recordingsIn(dir: string): Recording[] {
  const there = new Set(existsSync(dir) ? readdirSync(dir) : []);
  return labelsIn(dir).map((l) => ({
    ...l,
    text: () =>
      there.has(`${l.file}.gz`) ? gunzipSync(readFileSync(join(dir, `${l.file}.gz`))) : readFileSync(join(dir, l.file)),
  }));
}
