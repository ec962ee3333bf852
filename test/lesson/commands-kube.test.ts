import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bpftrace, bt, display, typed } from '../../runner/lesson/commands.ts';
import type { LabFacts } from '../../runner/lesson/define.ts';
import { manualFacts } from '../../runner/lesson/facts.ts';

const dir = mkdtempSync(join(tmpdir(), 'workshop-commands-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const SCRIPT = 'BEGIN { printf("%d $(id) `id` \\"x\\"\\n", $1); }\n// it\'s $HOME\n\n';
const facts = (more: Partial<LabFacts> = {}, path = join(dir, 'x.bt')): LabFacts => ({
  ...manualFacts('kind', () => path),
  pid: 1,
  libc: '/proc/1/root/usr/lib/libc.so.6',
  tickMs: 600,
  ...more,
});
const NODE = ['-n', 'memleak-tools', 'exec', '-i', 'TOOLBOX', '--', 'in-pidns', 'NODE-PID'];

/** What kubectl gets when bash runs the command as it is shown. */
const reached = (shown: string): string[] =>
  execFileSync('bash', ['--norc', '-c', `kubectl() { printf '%s\\0' "$@"; }\n${shown}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);

describe('bpftrace in a pod', () => {
  it('gets the script’s text, whole but for the empty lines at its end, and the arguments after it', () => {
    writeFileSync(join(dir, 'x.bt'), SCRIPT);
    const command = bpftrace(facts(), ['-p', '1'], 'x.bt', ['1', '/lib/a b', '$(id)', "it's"]);
    expect(reached(display(command))).toEqual([
      ...NODE,
      'bpftrace',
      '-p',
      '1',
      '-e',
      SCRIPT.trimEnd(),
      '1',
      '/lib/a b',
      '$(id)',
      "it's",
    ]);
  });
  it.each(['a b', "it's", '$(id)', '`id`', '"', '\\', '한글', '-e', '*', '#', '\n', '~', '$HOME'])(
    'finds a script in a folder called %j',
    (name) => {
      const path = join(dir, `${name}.bt`);
      writeFileSync(path, SCRIPT);
      const asked: string[] = [];
      const command = bpftrace({ ...facts(), script: (s) => [path, asked.push(s)][0] as string }, [], 'mine.bt', [
        '12',
      ]);
      expect(reached(display(command))).toEqual([...NODE, 'bpftrace', '-e', SCRIPT.trimEnd(), '12']);
      expect(asked).toEqual(['mine.bt']);
    },
  );
  it('without arguments has none', () => {
    writeFileSync(join(dir, 'x.bt'), 'BEGIN { exit(); }');
    expect(reached(display(bpftrace(facts(), [], 'x.bt', [])))).toEqual([
      ...NODE,
      'bpftrace',
      '-e',
      'BEGIN { exit(); }',
    ]);
  });
  it('as bt: the pid twice, the libc, whole numbers', () => {
    writeFileSync(join(dir, 'x.bt'), SCRIPT);
    const command = bt(
      'x.bt',
      (l) => l.tickMs,
      () => 1500.4,
    )(facts());
    expect(command).toHaveProperty('shell');
    expect(reached(display(command))).toEqual([
      ...NODE,
      'bpftrace',
      '-p',
      '1',
      '-e',
      SCRIPT.trimEnd(),
      '1',
      '/proc/1/root/usr/lib/libc.so.6',
      '600',
      '1500',
    ]);
  });
});

describe('bpftrace on a host', () => {
  const lab = facts(
    { kube: null, typed: (argv, where) => ({ argv: [...argv], elevated: where !== 'pod' }) },
    '/mine/a b.bt',
  );
  it('gets the path', () => {
    expect(bpftrace(lab, ['-p', '7'], 'x.bt', ['7', '100'])).toEqual({
      argv: ['bpftrace', '-p', '7', '/mine/a b.bt', '7', '100'],
      elevated: true,
    });
  });
});

describe('any other command', () => {
  it('goes where it is told, with nothing for a shell to read', () => {
    expect(typed(facts(), ['ps', '-o', 'pid,rss'], 'pod')).toEqual({
      argv: ['kubectl', '-n', 'memleak-demo', 'exec', 'POD', '--', 'ps', '-o', 'pid,rss'],
      elevated: false,
    });
    expect(typed(facts(), ['sh', '-c', 'a | b'], 'target')).toEqual({
      argv: ['kubectl', ...NODE, 'sh', '-c', 'a | b'],
      elevated: false,
    });
  });
  it('is elevated on a host, unless it is the service’s own', () => {
    const host = manualFacts('host');
    expect(typed(host, ['x'], 'target')).toEqual({ argv: ['x'], elevated: true });
    expect(typed(host, ['x'], 'node')).toEqual({ argv: ['x'], elevated: true });
    expect(typed(host, ['x'], 'pod')).toEqual({ argv: ['x'], elevated: false });
  });
});
