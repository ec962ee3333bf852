import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bt, display, memleak, quote } from '../../runner/lesson/commands.ts';
import type { LabFacts } from '../../runner/lesson/define.ts';
import { manualFacts } from '../../runner/lesson/facts.ts';
import { times } from '../property.ts';

const bash = (command: string): string[] =>
  execFileSync('bash', ['-c', command], { encoding: 'utf8', maxBuffer: 1e8 }).split('\0').slice(0, -1);

/** Words made of what shells trip over. */
const hostile = fc
  .array(
    fc.constantFrom(
      "'",
      '"',
      '\\',
      '\n',
      '\r',
      '\t',
      ' ',
      '$',
      '$(id)',
      '`id`',
      '{HOME}',
      '!',
      '!!',
      '*',
      '?',
      '[a-z]',
      '{a,b}',
      '~',
      '#',
      ';',
      '&',
      '|',
      '<(x)',
      '>',
      '%s',
      '-',
      '--',
      '=',
      '^',
      '(',
      ')',
      '\x01',
      '\x1b[31m',
      '\x7f',
      'a',
      'Z9_',
      '/proc/1/root',
      '메모리',
      '👾',
      'é',
      '\u202e',
      '\u2028',
      '\ufeff',
    ),
    { maxLength: 8, size: 'max' },
  )
  .map((some) => some.join(''));

describe('quote', () => {
  it.each(['bpftrace', '-p', '12', '/usr/lib/libc.so.6', 'a=b', 'a:b,c', 'x@y', '50%', '+1'])(
    '%s needs none',
    (word) => {
      expect(quote(word)).toBe(word);
    },
  );
  it.each([
    '',
    ' ',
    "'",
    "it's",
    "''",
    '\n',
    'a\n',
    '$(id)',
    '`id`',
    '$HOME',
    '~',
    '*',
    '!!',
    '한글',
    '\\',
    '-e "x"',
    '#',
    '{a,b}',
  ])('bash reads %j back', (word) => {
    expect(bash(`printf '%s\\0' ${quote(word)}`)).toEqual([word]);
  });
  it(
    'bash reads back whatever was quoted',
    times(20)(fc.array(hostile, { minLength: 1, maxLength: 500, size: 'max' }), (words) => {
      expect(bash(`printf '%s\\0' ${words.map(quote).join(' ')}`)).toEqual(words);
    }),
  );
});

describe('display', () => {
  it('is an argv as one types it', () => {
    expect(display({ argv: ['bpftrace', '-e', "BEGIN { printf('x'); }"], elevated: true })).toBe(
      "sudo bpftrace -e 'BEGIN { printf('\\''x'\\''); }'",
    );
    expect(display({ argv: ['ps', '-o', 'pid,rss'], elevated: false })).toBe('ps -o pid,rss');
    expect(bash(display({ argv: ['printf', '%s\\0', '$(id)', 'a b', '', "'\n"], elevated: false }))).toEqual([
      '$(id)',
      'a b',
      '',
      "'\n",
    ]);
  });
  it('is a shell command as it is', () => {
    expect(display({ shell: 'a | b > "$C"' })).toBe('a | b > "$C"');
  });
});

it('bt: the pid twice, the libc, whole numbers', () => {
  const lab = {
    pid: 12,
    libc: '/proc/12/root/lib/libc.so.6',
    tickMs: 600,
    kube: null,
    typed: (argv, where) => ({ argv: [...argv], elevated: where !== 'pod' }),
    script: (name) => `/bpf/${name}`,
  } as LabFacts;
  expect(
    bt(
      'trend.bt',
      (l) => l.tickMs,
      () => 1500.4,
    )(lab),
  ).toEqual({
    argv: ['bpftrace', '-p', '12', '/bpf/trend.bt', '12', '/proc/12/root/lib/libc.so.6', '600', '1500'],
    elevated: true,
  });
});

it('memleak: our own, on the lab’s process, elevated; in a pod where its pid holds', () => {
  const lab = {
    pid: 12,
    memleak: '/cache/memleak',
    typed: (argv, where) => ({ argv: [...argv], elevated: where !== 'pod' }),
  } as LabFacts;
  expect(memleak(lab, '--json', '-d', '5')).toEqual({
    argv: ['/cache/memleak', '-p', '12', '--json', '-d', '5'],
    elevated: true,
  });
  expect(display(memleak(manualFacts('kind'), '-i', '8'))).toBe(
    'kubectl -n memleak-tools exec -i TOOLBOX -- in-pidns NODE-PID memleak -p 1 -i 8',
  );
  expect(display(memleak(manualFacts('host'), '-i', '8'))).toBe('sudo memleak -p PID -i 8');
});
