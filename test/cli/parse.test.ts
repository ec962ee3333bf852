import { afterEach, describe, expect, it, vi } from 'vitest';
import { closest } from '../../runner/cli/closest.ts';
import { names, parse } from '../../runner/cli/parse.ts';
import { commands } from '../../runner/commands/index.ts';

afterEach(() => vi.unstubAllEnvs());

const error = (argv: string[]): { errorName: string; exit: number; values: Record<string, string> } => {
  try {
    parse(argv);
  } catch (e) {
    return e as never;
  }
  throw new Error(`${argv.join(' ')} was taken`);
};

describe('argv', () => {
  it('without anything is the start, with everything at its default', () => {
    vi.stubEnv('WORKSHOP_LANG', 'en');
    expect(parse([])).toMatchObject({
      command: 'start',
      args: [],
      lang: 'en',
      env: 'host',
      pace: 'real',
      paceGiven: false,
      json: false,
      yes: false,
      install: true,
      debug: false,
    });
  });
  it.each([
    [
      'run',
      ['run', '4', 'pair', '--pace', 'fast'],
      { command: 'run', args: ['4', 'pair'], pace: 'fast', paceGiven: true },
    ],
    ['=', ['run', '--pace=fast', '--lang=ko', '4'], { args: ['4'], pace: 'fast', lang: 'ko' }],
    ['order', ['--json', 'list'], { command: 'list', json: true }],
    ['short', ['doctor', '-y'], { command: 'doctor', yes: true }],
    ['no-install', ['tour', '--no-install'], { install: false }],
    ['--', ['check', '--', '--odd'], { command: 'check', args: ['--odd'] }],
    ['value with =', ['check', '--answer=a=b'], { flags: { answer: 'a=b' } }],
    ['empty value', ['check', '--answer='], { flags: { answer: '' } }],
    ['help', ['--help'], { command: 'help', args: [] }],
    ['help of', ['run', '-h', '4'], { command: 'help', args: ['run', '4'] }],
  ])('%s', (_, argv, expected) => {
    const { flags, ...rest } = expected as { flags?: object };
    const parsed = parse(argv);
    expect(parsed).toMatchObject(rest);
    if (flags) expect({ ...parsed.flags }).toMatchObject(flags);
  });
  it('names every command that there is, and no other', () => {
    expect([...names, 'start'].sort()).toEqual(Object.keys(commands).sort());
  });
});

describe('the language', () => {
  it.each([
    [['--lang', 'ko'], { LANG: 'en_US.UTF-8' }, 'ko'],
    [['--lang', 'en'], { WORKSHOP_LANG: 'ko' }, 'en'],
    [[], { WORKSHOP_LANG: 'ko', LC_ALL: 'en_US.UTF-8' }, 'ko'],
    [[], { LC_ALL: 'ko_KR.UTF-8', LANG: 'en_US.UTF-8' }, 'ko'],
    [[], { LC_MESSAGES: 'ko_KR.UTF-8' }, 'ko'],
    [[], { LC_ALL: 'C.UTF-8', LANG: 'ko_KR.UTF-8' }, 'en'],
    [[], { LANG: 'ko_KR' }, 'ko'],
    [[], { LANG: 'de_DE.UTF-8' }, 'en'],
    [[], {}, 'en'],
  ])('%j under %j is %s', (argv, env, lang) => {
    for (const name of ['WORKSHOP_LANG', 'LC_ALL', 'LC_MESSAGES', 'LANG'])
      vi.stubEnv(name, (env as Record<string, string>)[name] ?? '');
    expect(parse(argv).lang).toBe(lang);
  });
});

describe('what is wrong with it is said', () => {
  it.each([
    [['--pase', 'fast'], '--pase', '--pace?'],
    [['run', '--jsn'], '--jsn', '--json?'],
    [['--langg=ko'], '--langg', '--lang?'],
    [['-z'], '-z', expect.stringContaining("'-z'")],
    [['--zzzzzz'], '--zzzzzz', expect.stringContaining("'--zzzzzz'")],
    [['--lang'], '--lang', expect.any(String)],
    [['--json=yes'], '--json', expect.any(String)],
  ])('%j', (argv, option, detail) => {
    expect(error(argv)).toMatchObject({ errorName: 'usage.unknown-option', exit: 2, values: { option, detail } });
  });
  it.each([
    [['--lang', 'de'], '--lang', 'de', 'ko, en'],
    [['--lang='], '--lang', '', 'ko, en'],
    [['up', '--pace', 'slow'], '--pace', 'slow', 'real, fast'],
    [['up', '--env', 'kindd'], '--env', 'kindd', 'host, kind, cluster'],
  ])('%j', (argv, option, value, allowed) => {
    expect(error(argv)).toMatchObject({ errorName: 'usage.bad-value', exit: 2, values: { option, value, allowed } });
  });
  it.each([
    ['lst', 'list'],
    ['verfy', 'verify'],
    ['stat', 'status'],
    ['docter', 'doctor'],
    ['frobnicate', ''],
    ['start', null],
  ])('command %s', (command, meant) => {
    if (meant === null) expect(parse([command]).command).toBe('start');
    else
      expect(error([command])).toMatchObject({
        errorName: 'usage.unknown-command',
        exit: 2,
        values: { command, meant, commands: names.join(' ') },
      });
  });
  it.each(['constructor', '__proto__', 'toString'])('no command is inherited: %s', (name) => {
    expect(error([name])).toMatchObject({ errorName: 'usage.unknown-command' });
  });
});

describe('closest', () => {
  it.each([
    ['lst', 'list'],
    ['list', 'list'],
    ['LIST', null],
    ['', null],
    ['s', null],
    ['st', 'status'],
    ['solutoin', 'solution'],
    ['xxxxxxxx', null],
  ])('to %j is %j', (typed, meant) => {
    expect(closest(typed, ['list', 'status', 'solution'])).toBe(meant);
  });
});
