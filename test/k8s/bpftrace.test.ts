import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const checkout = join(import.meta.dirname, '../..');
const wrapper = join(checkout, 'k8s/toolbox/bin/bpftrace');

/** What a function of the wrapper makes of each argument, in one Python. */
function answers<T>(name: string, given: unknown[]): T[] {
  const input = given.map((argument) => `${JSON.stringify([name, argument])}\n`).join('');
  const { stdout, stderr, status } = spawnSync(
    '/usr/bin/python3',
    ['-B', join(import.meta.dirname, 'driver.py'), wrapper],
    { input, encoding: 'utf8', env: { ...process.env, PYTHONIOENCODING: 'utf-8' } },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}
const swapped = (...programs: string[]): string[] => answers('swapped', programs);
const rewritten = (...argvs: string[][]): string[][] => answers('rewritten', argvs);

const scripts = readdirSync(join(checkout, 'bpf')).filter((n) => n.endsWith('.bt'));
const text = (name: string) => readFileSync(join(checkout, 'bpf', name), 'utf8');

describe('pid and tid, each for the other', () => {
  it.each<[program: string, expected: string]>([
    ['pid', 'tid'],
    ['tid', 'pid'],
    [
      'uprobe:$2:malloc /pid == $1 && arg0 >= 131072/ { @asked[tid] = arg0; }',
      'uprobe:$2:malloc /tid == $1 && arg0 >= 131072/ { @asked[pid] = arg0; }',
    ],
    ['{ @[pid,tid]=1; @a[tid, pid]++; }', '{ @[tid,pid]=1; @a[pid, tid]++; }'],
    ['{ printf("pid %d tid %d\\n", pid, tid); }', '{ printf("pid %d tid %d\\n", tid, pid); }'],
    ['!pid;-pid;(pid)', '!tid;-tid;(tid)'],
    ['a/*x*/pid//pid\npid', 'a/*x*/tid//pid\ntid'],
    ['"a" pid "b"', '"a" tid "b"'],
  ])('%j', (program, expected) => {
    expect(swapped(program)).toEqual([expected]);
  });
  it.each([
    ['a string', '{ printf("pid tid // /* \\" pid"); }'],
    ['a string that ends in a backslash', '{ printf("\\\\", "pid"); }'],
    ['a line comment', '// pid == tid "pid'],
    ['a block comment', '/* pid\n * tid "\n */'],
    ['a variable', '{ $pid = 1; $tid = $pid; $ pid = 2; }'],
    ['a map', '{ @pid = 1; @tid[1] = @pid; delete(@ pid); }'],
    ['a field by pointer', '{ print(curtask->pid); print(args->tid, args -> pid); }'],
    ['a field', '{ print(args.pid, $x.tid); }'],
    ['part of a word', '{ ppid; pids; tids; nspid; pid_t; my_tid; pid2; cgroupid; stid }'],
    ['a capital', '{ PID; Tid }'],
    ['nothing', ''],
  ])('are left where they are %s', (_, program) => {
    expect(swapped(program)).toEqual([program]);
  });
  it.each([
    '"pid',
    '/* pid',
    '"\\',
    '\\"pid"',
    '/*',
    '//',
    '"pid\npid" pid',
    '->',
    '@',
    '$',
    '.',
    '\0pid\0',
    '한글 pid',
    'é->pid',
    '"'.repeat(999),
    '/*'.repeat(999),
    `"${'\\'.repeat(1001)}`,
  ])('whatever the text, it comes through: %j', (program) => {
    const [once = ''] = swapped(program);
    expect(once.replaceAll(/pid|tid/g, 'x')).toBe(program.replaceAll(/pid|tid/g, 'x'));
    expect(swapped(once)).toEqual([program]);
  });

  it('in our own scripts: every use in code, and nothing else', () => {
    expect(scripts.length).toBeGreaterThan(5);
    const all = swapped(...scripts.map(text));
    expect(swapped(...all)).toEqual(scripts.map(text));
    // None of them has a comment's mark in a string, or a variable or a field that is called so.
    const code = (program: string) => program.replaceAll(/\/\/.*/g, '').replaceAll(/"[^"\n]*"/g, '""');
    scripts.forEach((name, i) => {
      const program = text(name);
      const after = all[i] as string;
      expect(code(after), name).toBe(
        code(program).replaceAll(/\b[pt]id\b/g, (word) => (word === 'pid' ? 'tid' : 'pid')),
      );
      expect(code(after), name).not.toBe(code(program));
      for (const kept of [/\/\/.*/g, /"[^"\n]*"/g]) expect(after.match(kept), name).toEqual(program.match(kept));
    });
  });
});

describe('a command line', () => {
  const file = join(checkout, 'bpf/malloc-calls.bt');
  const [program = ''] = swapped(text('malloc-calls.bt'));

  it('with a file becomes one with its text; what comes before and after stays', () => {
    expect(rewritten(['-p', '7', file, '7', '/lib/libc.so.6', '100'])).toEqual([
      ['-p', '7', '-e', program, '7', '/lib/libc.so.6', '100'],
    ]);
    expect(rewritten(['-q', '--unsafe', '-f', 'json', '-B', 'line', '-o', 'out', file, '-e', 'pid'])).toEqual([
      ['-q', '--unsafe', '-f', 'json', '-B', 'line', '-o', 'out', '-e', program, '-e', 'pid'],
    ]);
  });
  it('with a program has that swapped, and nothing after it', () => {
    expect(rewritten(['-p', '7', '-e', 'BEGIN { print(pid); }', 'pid', '7'])).toEqual([
      ['-p', '7', '-e', 'BEGIN { print(tid); }', 'pid', '7'],
    ]);
  });
  it('is not rewritten where an option’s own word looks like a file', () => {
    for (const option of ['-B', '-f', '-o', '-p', '-c', '-I', '--include', '-l', '-d'])
      expect(rewritten([option, file])).toEqual([[option, file]]);
    expect(rewritten(['-c', file, '-e', 'pid'])).toEqual([['-c', file, '-e', 'tid']]);
  });
  it('whose file is not there is left to bpftrace, which says so', () => {
    expect(rewritten(['-p', '7', '/nowhere/pid.bt', '7'], ['/', 'x'])).toEqual([
      ['-p', '7', '/nowhere/pid.bt', '7'],
      ['/', 'x'],
    ]);
  });
  it.each([[[]], [['--version']], [['-e']], [['-p']], [['-l', '*pid*']], [['--help', '-v']]])(
    '%j has no program',
    (argv) => {
      expect(rewritten(argv)).toEqual([argv]);
    },
  );
});
