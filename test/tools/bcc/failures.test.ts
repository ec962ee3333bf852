import { describe, expect, it } from 'vitest';
import type { NoticeCode } from '../../../runner/evidence/model.ts';
import { codes, labels, load, of, read } from './reading.ts';

/** What each failure is told as. A missing file and one without malloc read the same, and so do a dead process and a replaced libc. */
const EXPECTED: Record<string, NoticeCode> = {
  'fail-bad-option': 'bad-usage',
  'fail-build-only': 'no-headers',
  'fail-dead-pid': 'no-such-process',
  'fail-libbpf-bad-option': 'bad-usage',
  'fail-libbpf-dead-pid': 'no-such-process',
  'fail-libbpf-long-object': 'no-such-library',
  'fail-libbpf-not-root': 'needs-root',
  'fail-mallocstacks-bad-option': 'bad-usage',
  'fail-mallocstacks-dead-pid': 'no-such-process',
  'fail-mallocstacks-no-headers': 'no-headers',
  'fail-mallocstacks-no-python': 'tool-missing',
  'fail-mallocstacks-not-root': 'needs-root',
  'fail-no-headers': 'no-headers',
  'fail-no-object': 'no-such-symbol',
  'fail-no-python': 'tool-missing',
  'fail-no-symbol': 'no-such-symbol',
  'fail-not-root': 'needs-root',
  'fail-ref-ctr': 'probe-refused',
  'fail-ref-ctr-bpftrace': 'other-tool',
  'fail-ref-ctr-no-tracefs': 'probe-refused',
  'fail-system-no-tracefs': 'no-tracepoint',
};
const nameOf = (path: string) => path.replace(/^.*\//, '').replace(/\.txt$/, '');
const failures = Object.keys(labels).filter((path) => nameOf(path).startsWith('fail-'));

it('each failure is told as what it is, and as nothing else', async () => {
  for (const path of failures) {
    const { evidence, notices } = await load(path);
    expect([...new Set(notices)], path).toEqual([EXPECTED[nameOf(path)]]);
    expect(
      evidence.filter((e) => e.kind !== 'notice' && e.kind !== 'subject'),
      path,
    ).toEqual([]);
  }
});

it('every kind of failure was recorded', () => {
  expect([...new Set(failures.map(nameOf))].sort()).toEqual(Object.keys(EXPECTED).sort());
});

describe('lines that shells and tools print', () => {
  const LINES: [NoticeCode, string][] = [
    ['tool-missing', 'bash: memleak-bpfcc: command not found'],
    ['tool-missing', 'sudo: /usr/share/bcc/tools/memleak: command not found'],
    ['tool-missing', 'bash: line 1: /usr/share/bcc/tools/mallocstacks: No such file or directory'],
    ['tool-missing', 'zsh: command not found: mallocstacks'],
    ['tool-missing', 'sh: 1: memleak: not found'],
    ['tool-missing', 'bcc-start: /usr/share/bcc/tools/mallocstacks: command not found'],
    ['tool-missing', "bcc-start: the Python side of BCC is not installed (No module named 'bcc')"],
    ['needs-root', 'learner is not in the sudoers file.'],
    ['no-such-symbol', 'Exception: could not determine address of symbol malloc in /srv/my libc/libc.so.6'],
    [
      'no-such-symbol',
      'mallocstacks: could not determine address of symbol malloc in /proc/7/root/libc.so.6 malloc of /proc/7/root/libc.so.6; another tracer there? See the lines above and dmesg',
    ],
    ['no-such-process', 'mallocstacks: process 12 cannot be watched: Invalid argument'],
    [
      'no-such-library',
      'mallocstacks: process 12 (busybox) has no C library of its own to probe: is it a static program?',
    ],
    [
      'no-such-library',
      'mallocstacks: the C library of process 12 (stealth-leaker) was replaced since it started: start it again',
    ],
    [
      'probe-refused',
      'mallocstacks: Failed to attach BPF to uprobe malloc of /proc/7/root/libc.so.6; another tracer there? See the lines above and dmesg',
    ],
    ['bad-usage', "memleak: error: argument -p/--pid: invalid int value: '<pid>'"],
    ['bad-usage', "memleak-libbpf: option requires an argument -- 'p'"],
    ['bad-usage', "min_size (-z) can't be greater than max_size (-Z)"],
    ['lost-events', 'mallocstacks: 12 allocations are not in these counts: their stacks did not fit'],
    ['other-tool', '==4711== Memcheck, a memory error detector'],
    ['other-tool', 'heaptrack stats:'],
  ];
  it('are told as what they are, each as one thing', async () => {
    const told = LINES.map(async ([, line]) => [...codes(await read(`${line}\n`)), line]);
    expect(await Promise.all(told)).toEqual(LINES);
  });
  it.each([
    "ls: invalid option -- 'Z'",
    'modprobe: FATAL: Module kheaders not found in directory /lib/modules/6.1.0',
    'usage: memleak-bpfcc [-h] [-p PID]',
    '$ sudo memleak-bpfcc: command not found',
    'KeyboardInterrupt',
  ])('%s says nothing', async (line) => {
    expect(await read(`${line}\n`)).toEqual([]);
  });
  it('the line is the detail, once', async () => {
    const line = 'bash: memleak-bpfcc: command not found';
    expect(of(await read(`${line}\n${line}\n`), 'notice')).toEqual([
      { kind: 'notice', code: 'tool-missing', detail: line },
    ]);
  });
});
