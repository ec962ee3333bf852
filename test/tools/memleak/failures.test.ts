import { describe, expect, it } from 'vitest';
import type { NoticeCode } from '../../../runner/evidence/model.ts';
import { read as readBcc } from '../bcc/reading.ts';
import { labels as bpftraceLabels, read as readBpftrace, recording as ofBpftrace } from '../bpftrace/reading.ts';
import { codes, labels, load, of, read, recording } from './reading.ts';

const EXPECTED: Record<string, NoticeCode> = {
  'fail-bad-option': 'bad-usage',
  'fail-bad-value': 'bad-usage',
  'fail-empty-namespace': 'no-such-process',
  'fail-namespace': 'no-such-process',
  'fail-no-bpf': 'needs-root',
  'fail-no-btf': 'kernel-refused',
  'fail-no-cgroup': 'bad-usage',
  'fail-no-malloc': 'no-such-symbol',
  'fail-no-process': 'no-such-process',
  'fail-nobody': 'bad-usage',
  'fail-not-a-cgroup': 'bad-usage',
  'fail-not-root': 'needs-root',
};
const nameOf = (path: string) => path.replace(/^.*\//, '').replace(/\.txt$/, '');
const failures = Object.keys(labels).filter((path) => nameOf(path).startsWith('fail-'));

it('each failure is told as what it is, and as nothing else, in the tool’s own words', async () => {
  for (const path of failures) {
    const { evidence } = await load(path);
    expect(evidence, path).toMatchObject([{ kind: 'notice', code: EXPECTED[nameOf(path)] }]);
    expect(of(evidence, 'notice')[0]?.detail, path).toMatch(/^memleak: \S/);
  }
});

it('every kind of failure was recorded', () => {
  expect(failures.map(nameOf).sort()).toEqual(Object.keys(EXPECTED).sort());
});

describe('lines that shells and the tool print', () => {
  const LINES: [NoticeCode, string][] = [
    ['tool-missing', 'bash: memleak: command not found'],
    ['tool-missing', 'sudo: /home/a/.cache/ebpf-workshop/build/memleak-0123456789abcdef/memleak: command not found'],
    ['tool-missing', 'zsh: command not found: memleak'],
    ['tool-missing', 'exec: "memleak": executable file not found in $PATH: unknown'],
    [
      'tool-missing',
      './memleak: error while loading shared libraries: libbpf.so.1: cannot open shared object file: No such file or directory',
    ],
    ['needs-root', 'learner is not in the sudoers file.'],
    ['needs-root', 'sudo: a password is required'],
    ['no-such-process', "memleak: process 12 can't be watched"],
    [
      'no-such-process',
      'memleak: no process that can be seen from here is in /sys/fs/cgroup/a and has a malloc to trace',
    ],
    ['thread-id', 'memleak: 193 is a thread of process 191, and a process is traced as a whole: -p 191'],
    [
      'zombie',
      'memleak: process 206 has ended, and is a zombie until its parent fetches its exit code: it has no memory any more',
    ],
    [
      'first-thread-ended',
      'memleak: the first thread of process 199 has ended while others go on, and /proc/199 shows none of what they have mapped: it can be traced only from before that',
    ],
    ['kernel-thread', 'memleak: 2 (kthreadd) is a thread of the kernel: it calls no malloc'],
    [
      'program-32-bit',
      'memleak: process 211 runs a program of 32 bits, whose malloc is not traced; --progressive watches its page faults and mmap calls',
    ],
    [
      'not-linked-yet',
      'memleak: process 12 has mapped no libc in a second: its dynamic linker has not come to it yet; begin again once it runs',
    ],
    [
      'probe-refused',
      'memleak: no probe on /usr/lib/libc.so.6: Invalid argument; another tracer holds one there with a reference counter of its own: python3 (14), and the kernel takes no second kind beside it: end that one first, or start BCC by the workshop, which passes none',
    ],
    ['probe-refused', 'memleak: no probe on /usr/lib/libc.so.6: Invalid argument'],
    ['no-tracepoint', 'memleak: a tracepoint is not to be had: libbpf: failed to determine tracepoint'],
    ['kernel-refused', "memleak: page faults can't be watched: No such file or directory"],
    ['kernel-refused', 'memleak: Invalid argument: libbpf: prog on_malloc: failed to load: -22'],
    ['bad-usage', "/opt/memleak: option '--top' requires an argument"],
    ['bad-usage', 'memleak: --depth takes a number of frames from 1 to 64, and x is none. memleak --help'],
    ['bad-usage', 'memleak: now belongs to no option. memleak --help'],
    ['bad-usage', 'memleak: --min-size is above --max-size: nothing would pass'],
    ['bad-usage', 'memleak: --progressive watches one process: -p PID'],
    ['target-died', 'memleak: the process has ended'],
    ['other-tool', '[21:46:02] Top 10 stacks with outstanding allocations:'],
    ['other-tool', 'Attaching 3 probes...'],
    ['other-tool', '==4711== Memcheck, a memory error detector'],
  ];
  it('are told as what they are, each as one thing', async () => {
    const told = LINES.map(async ([, line]) => [...codes(await read(`${line}\n`)), line]);
    expect(await Promise.all(told)).toEqual(LINES);
  });
  it.each(['memleak --help says what there is', '$ sudo memleak: command not found', 'Usage', 'memleak 0.1.0'])(
    '%s says nothing',
    async (line) => {
      expect(await read(`${line}\n`)).toEqual([]);
    },
  );
  it('the line is the detail, once', async () => {
    const line = 'bash: memleak: command not found';
    expect(await read(`${line}\n${line}\n`)).toEqual([{ kind: 'notice', code: 'tool-missing', detail: line }]);
  });
  it('why it can’t is told in JSON, too, and is one thing where both are there', async () => {
    const why = '2 (kthreadd) is a thread of the kernel: it calls no malloc';
    const line = JSON.stringify({ type: 'cannot', reason: 'kernel-thread', why });
    const told = [{ kind: 'notice', code: 'kernel-thread', detail: `memleak: ${why}` }];
    expect(await read(`${line}\n`)).toEqual(told);
    expect(await read(`memleak: ${why}\n${line}\n`)).toEqual(told);
  });
  it('the end of a process is told in JSON, too; other ends are nothing', async () => {
    expect(codes(await read('{"type":"end","at_ms":1.5,"reason":"target-exited"}\n'))).toEqual(['target-died']);
    for (const reason of ['duration', 'signal', 'finding', 'reader-gone'])
      expect(await read(`{"type":"end","at_ms":1.5,"reason":"${reason}"}\n`)).toEqual([]);
  });
});

describe('one tool’s output for another’s', () => {
  it.each(['leaker.txt', 'leaker.json', 'progressive.txt'])('%s is told by the others as what it is', async (file) => {
    for (const other of [readBcc, readBpftrace]) {
      const evidence = await other(recording(`0.1.0-session/${file}`));
      expect(codes(evidence).filter((c) => c !== 'cut-off')).toEqual(['other-tool']);
      expect(evidence.filter((e) => e.kind !== 'notice')).toEqual([]);
    }
  });
  it('what bpftrace prints is no list', async () => {
    for (const path of Object.keys(bpftraceLabels).filter((name) => name.startsWith('0.27')))
      expect(
        (await read(ofBpftrace(path))).filter((e) => e.kind !== 'notice'),
        path,
      ).toEqual([]);
  });
});
