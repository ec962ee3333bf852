import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import bcc from '../../lessons/06-bcc-memleak/steps.ts';
import calls from '../../lessons/03-bpftrace-calls/steps.ts';
import { match } from '../../runner/evidence/match.ts';
import type { NoticeCode } from '../../runner/evidence/model.ts';
import type { ToolKind } from '../../runner/model/kinds.ts';
import { observe } from '../../runner/session/attempt.ts';
import { tools } from '../../runner/tools/index.ts';
import { facts } from '../evidence/simulate.ts';

const pasted = (name: string) => readFileSync(new URL(`../fixtures/pasted/${name}.txt`, import.meta.url), 'utf8');

/** What a check says of what a tool printed, and why. */
async function said(tool: ToolKind, text: string) {
  const { evidence } = await observe([Buffer.from(text)], tools[tool]);
  const step = (tool === 'bpftrace' ? calls : bcc).steps[0];
  if (step?.kind !== 'command') throw new Error('a step with a check');
  const { kind, notices } = match(step.expect, facts(evidence));
  return { kind, codes: [...new Set(notices.map((n) => n.code))], first: notices[0]?.detail };
}

describe('what a tool complains of is never answered by "wait longer"', () => {
  it.each<[ToolKind, string, NoticeCode]>([
    ['bpftrace', 'bpftrace-lockdown', 'lockdown'],
    ['bpftrace', 'bpftrace-lockdown-older', 'maps-refused'],
    ['bpftrace', 'bpftrace-map-denied', 'maps-refused'],
    ['bcc', 'bcc-load-refused', 'kernel-refused'],
    // With a limit of 120, 60 and 20 MB on their memory, and of 200 MB on their addresses.
    ['bcc', 'bcc-no-memory', 'no-memory'],
    ['bcc', 'bcc-killed', 'tool-killed'],
    ['bcc', 'bcc-no-room', 'no-memory'],
    ['bpftrace', 'bpftrace-no-memory', 'no-memory'],
    ['bpftrace', 'bpftrace-killed', 'tool-killed'],
    ['bpftrace', 'bpftrace-no-room', 'no-memory'],
  ])('%s: %s is blocked', async (tool, name, code) => {
    expect(await said(tool, pasted(name))).toMatchObject({ kind: 'blocked', codes: [code] });
  });

  it.each<[ToolKind, NoticeCode, string]>([
    ['bcc', 'lockdown', 'Lockdown: memleak: use of bpf to read kernel RAM is restricted; see man kernel_lockdown.7'],
    ['bpftrace', 'no-headers', "/bpftrace/include/asm.h:4:10: fatal error: 'linux/types.h' file not found"],
    ['bcc', 'no-headers', "include/linux/kernel.h:5:10: fatal error: 'asm/barrier.h' file not found"],
    ['bcc', 'tool-missing', 'ImportError: libbcc.so.0: cannot open shared object file: No such file or directory'],
    ['bcc', 'tool-missing', 'AttributeError: /lib/libbcc.so.0: undefined symbol: bpf_module_create_b'],
    [
      'bpftrace',
      'tool-missing',
      'bpftrace: error while loading shared libraries: libbcc.so.0: cannot open shared object',
    ],
    ['bpftrace', 'tool-missing', 'bpftrace: symbol lookup error: bpftrace: undefined symbol: bpf_attach_uprobe'],
    ['bpftrace', 'kernel-refused', 'ERROR: Error loading program: uprobe:/lib/libc.so.6:malloc (try -v)'],
    ['bpftrace', 'kernel-refused', 'ERROR: Loading BPF object(s) failed.'],
    ['bpftrace', 'maps-refused', "ERROR: failed to create map: '@x': Operation not permitted (1)"],
    ['bpftrace', 'no-memory', "ERROR: failed to create map: '@x': Cannot allocate memory (12)"],
    ['bcc', 'no-memory', 'OSError: [Errno 12] Cannot allocate memory'],
    ['bcc', 'no-memory', "Exception: Failed to load BPF program b'malloc_enter': Cannot allocate memory"],
    ['bcc', 'no-memory', 'MemoryError'],
    ['bpftrace', 'no-memory', 'LLVM ERROR: out of memory'],
    ['memleak', 'no-memory', "libbpf: failed to load object 'memleak_bpf': -12"],
    ['gadget', 'no-memory', 'Error: running gadget: creating eBPF collection: map @x: cannot allocate memory'],
    ['bcc', 'tool-killed', 'command terminated with exit code 137'],
    ['bcc', 'tool-killed', 'Killed'],
    ['bpftrace', 'tool-killed', 'Killed'],
    ['memleak', 'tool-killed', 'bash: line 1:  4711 Killed                  sudo memleak -p 12'],
    ['bpftrace', 'tool-killed', '[1]+  Killed                  sudo bpftrace -p 12 outstanding.bt 12'],
    ['gadget', 'tool-killed', 'Error: signal: killed'],
    ['bcc', 'tool-killed', 'zsh: killed     sudo memleak-bpfcc -p 12'],
    ['bpftrace', 'tool-killed', '죽었음'],
    ['bcc', 'tool-killed', '[  812.1] Memory cgroup out of memory: Killed process 4711 (memleak-bpfcc)'],
    [
      'bpftrace',
      'no-such-library',
      "stdin:1:1-30: ERROR: uprobe target file '/no/such/libc.so' does not exist or is not executable",
    ],
    ['memleak', 'no-memory', 'memleak: the table of blocks: Cannot allocate memory'],
    ['gadget', 'lockdown', 'Error: kernel is locked down; see man kernel_lockdown.7'],
    ['bcc', 'tool-failed', 'Exception: Failed to compile BPF module <text>'],
    ['bpftrace', 'tool-failed', 'terminate called after throwing an unforeseen exception'],
    ['memleak', 'tool-failed', 'memleak: something nobody foresaw has failed'],
  ])('%s, %s: %s', async (tool, code, line) => {
    const { kind, codes, first } = await said(tool, `$ sudo ${tool}\n${line}\n$ `);
    expect([kind, codes, first]).toEqual(['blocked', [code], line]);
  });

  it('the guide’s name of a library is a thing to learn, and no lack of the machine', async () => {
    const line = "stdin:1:1-24: ERROR: uprobe target file 'libc.so.6' does not exist or is not executable";
    expect(await said('bpftrace', `${line}\n`)).toMatchObject({ kind: 'wrong', codes: ['library-by-name'] });
  });

  it('of a traceback the exception is the reason', async () => {
    const text =
      'Traceback (most recent call last):\n  File "/usr/sbin/memleak-bpfcc", line 4, in <module>\n    errors = open("/x")\nRuntimeError: this was not foreseen\n';
    expect(await said('bcc', text)).toMatchObject({ kind: 'blocked', first: 'RuntimeError: this was not foreseen' });
  });

  it.each([
    'outstanding.bt:12:24-35: ERROR: Undefined map: @x',
    'ERROR: syntax error, unexpected }, expecting {',
    "x.bt:1:10: fatal error: 'mine.h' file not found",
    'error: Looks like the BPF stack limit of 512 bytes is exceeded. Please move large on stack variables',
  ])('a script of one’s own that is at fault is wrong: %s', async (line) => {
    expect(await said('bpftrace', `${line}\n`)).toMatchObject({ kind: 'wrong', codes: ['script-rejected'] });
  });

  it('a shell that does not understand what was typed is no fault of the machine', async () => {
    expect(await said('bpftrace', "bash: syntax error near unexpected token `('\n")).toMatchObject({
      kind: 'wrong',
      codes: ['bad-usage'],
    });
  });

  it('where there is something to judge, an error beside it decides nothing', async () => {
    const { kind, codes } = await said('bcc', `${pasted('bcc-tabs')}error: something or other\n`);
    expect([kind === 'blocked', codes.includes('tool-failed')]).toEqual([false, false]);
  });
});
