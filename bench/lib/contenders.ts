// What bench/overhead.ts compares: tools that come to a process, and tools that have to start it.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hostPlace } from '../../runner/environments/local/place.ts';
import { root } from '../../runner/paths.ts';
import { namesAt } from '../../runner/tools/index.ts';
import { compile, type Program, start } from './programs.ts';
import { trace } from './tracer.ts';

/** Takes a tool off a process; resolves once it is gone. */
export type Detach = () => Promise<void>;

/** A process that tools come to, one at a time. `dir` is a folder for what they say. */
export interface Subject {
  pid: number;
  libc: string;
  dir: string;
  signal: AbortSignal;
}

/** Why a contender is not here. */
export interface Absent {
  refused: string;
}

/** What comes to a process that already runs. */
export interface Watcher {
  name: string;
  attach(subject: Subject): Promise<Detach | Absent>;
}

/** What a program has to be started with. */
export interface Wrapper {
  name: string;
  start(
    loop: { source: string; binary: string },
    where: { dir: string; signal: AbortSignal },
  ): Promise<Program | Absent>;
}

export const NOTHING = 'nothing';
export const FLOOR = 'empty probes at the same points';
export const OURS = 'memleak, ours';
export const FILTERED = 'memleak, ours, --min-size 1 MiB';
export const PROGRESSIVE = 'memleak, ours, --progressive';
export const BCC = 'memleak of BCC';

/** bpf/outstanding.bt without its threshold and without a line for each block: what pairing alone takes. */
const PAIRING = `
BEGIN { printf("watching\\n"); }
uprobe:LIBC:malloc /pid == PID/ { @asked[tid] = arg0; }
uretprobe:LIBC:malloc /@asked[tid]/ {
  @size[retval] = @asked[tid]; @site[retval] = ustack(4); @blocks[ustack(4)] += 1; @bytes[ustack(4)] += @asked[tid];
  delete(@asked[tid]);
}
uprobe:LIBC:free /pid == PID && @size[arg0]/ {
  @blocks[@site[arg0]] -= 1; @bytes[@site[arg0]] -= @size[arg0];
  delete(@size[arg0]); delete(@site[arg0]);
}`;

const ours = (name: string, ...args: string[]): Watcher => ({
  name,
  async attach({ pid, dir, signal }) {
    const tracer = await trace(pid, ['--interval', '1', ...args], { dir, signal });
    return 'refused' in tracer ? tracer : tracer.stop;
  },
});

/** A piece of what any tracer has to do at malloc's return, as a program of bpftrace's that does nothing else. */
const piece = (name: string, body: string): Watcher =>
  tool(name, 'bpftrace', /watching/, ({ pid, libc }) => [
    '-p',
    String(pid),
    '-e',
    `BEGIN { printf("watching\\n"); } uretprobe:${libc}:malloc /pid == ${pid}/ { ${body} }`,
  ]);

export const PIECES = {
  nothing: 'piece: nothing',
  number: 'piece: a number',
  stack: 'piece: a stack',
  time: 'piece: the time',
  block: 'piece: a block',
};
export const pieces = (): Watcher[] => [
  piece(PIECES.nothing, '$x = retval;'),
  piece(PIECES.number, '@last = retval;'),
  // Two frames along the frame pointers, an address each; the kernel's own walk (ustack) takes several times as long.
  piece(PIECES.stack, '$f = *(uint64 *)uptr(reg("bp")); $f = *(uint64 *)uptr($f); @last = $f;'),
  piece(PIECES.time, '@last = nsecs;'),
  piece(PIECES.block, '@blocks[retval] = 64; delete(@blocks[retval]);'),
];

/** A tool that says by itself when it is in place. */
const tool = (name: string, program: string, ready: RegExp, args: (subject: Subject) => string[]): Watcher => ({
  name,
  async attach(subject) {
    if ((await hostPlace.which(program)) === null) return { refused: `no ${program}` };
    const running = hostPlace.exec([program, ...args(subject)], { elevated: true, signal: subject.signal });
    let said = '';
    running.output.on('data', (chunk) => (said += String(chunk)));
    while (!ready.test(said)) {
      const gone = await Promise.race([once(running.output, 'data').then(() => false), running.ended.then(() => true)]);
      subject.signal.throwIfAborted();
      if (gone && !ready.test(said)) return { refused: `it ended: ${said.trim().split('\n').at(-1)}` };
    }
    return running.stop;
  },
});

/** A list comes once its probes are in place, and again each second. */
const LIST = /Top \d+ stacks with outstanding allocations/;
const listing = ({ pid }: Subject) => ['-p', String(pid), '1', '600'];

/** `mode` is how ours attaches. */
export const watchers = (mode: string): Watcher[] => [
  { name: NOTHING, attach: async () => async () => {} },
  ours(FLOOR, '--attach', mode, '--empty'),
  ours(OURS, '--attach', mode),
  ours(FILTERED, '--attach', mode, '--min-size', '1048576'),
  ours(PROGRESSIVE, '--attach', mode, '--progressive'),
  tool(BCC, namesAt({ site: 'machine', manual: false, runs: (tool) => tool }).bccMemleak, LIST, listing),
  tool('memleak of libbpf-tools', 'memleak-libbpf', LIST, listing),
  tool('bpftrace, outstanding.bt (≥ 128 KiB)', 'bpftrace', /watching/, ({ pid, libc }) => [
    '-p',
    String(pid),
    join(root, 'bpf/outstanding.bt'),
    String(pid),
    libc,
    '1000',
    '600000',
  ]),
  tool('bpftrace, pairing of all blocks', 'bpftrace', /watching/, ({ pid, libc }) => [
    '-p',
    String(pid),
    '-e',
    PAIRING.replaceAll('LIBC', libc).replaceAll('PID', String(pid)),
  ]),
];

const under = (name: string, program: string, ...args: string[]): Wrapper => ({
  name,
  async start(loop, { dir, signal }) {
    if ((await hostPlace.which(program)) === null) return { refused: `no ${program}` };
    return start([program, ...args.map((arg) => arg.replace('DIR', dir)), loop.binary], { signal });
  },
});

export const wrappers: Wrapper[] = [
  {
    name: 'LeakSanitizer, built in',
    async start(loop, { dir, signal }) {
      const sanitized = join(dir, 'loop-lsan');
      try {
        if (!existsSync(sanitized))
          await compile('cc', ['-std=c11', '-fsanitize=leak', '-o', sanitized, loop.source], signal);
      } catch {
        signal.throwIfAborted();
        return { refused: 'cc has no -fsanitize=leak' };
      }
      return start([sanitized], { signal });
    },
  },
  under('heaptrack', 'heaptrack', '-o', 'DIR/heaptrack'),
  under('valgrind --leak-check=full', 'valgrind', '-q', '--leak-check=full'),
];
