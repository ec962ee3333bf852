import { afterEach, describe, expect, it, vi } from 'vitest';
import { closest } from '../../runner/cli/closest.ts';
import { namesOf, parse } from '../../runner/cli/parse.ts';
import { commands, shapes } from '../../runner/commands/index.ts';
import { prefer } from '../../runner/journal/preferences.ts';
import '../journal/state.ts';

afterEach(() => vi.unstubAllEnvs());

const names = namesOf(commands);
const parsed = (argv: string[]) => parse(argv, commands, { signal: new AbortController().signal, commands: shapes });
const asked = async (argv: string[]) => (await parsed(argv)).asked;

const error = (argv: string[]): Promise<{ errorName: string; exit: number; values: Record<string, string> }> =>
  parsed(argv).then(
    () => {
      throw new Error(`${argv.join(' ')} was taken`);
    },
    (e) => e,
  );

describe('argv', () => {
  it('without anything is the start, with everything at its default', async () => {
    vi.stubEnv('WORKSHOP_LANG', 'en');
    expect(await asked([])).toMatchObject({
      command: 'start',
      lang: 'en',
      env: 'host',
      pace: 'fast',
      given: new Set(),
      json: false,
      yes: false,
      install: true,
      debug: false,
    });
  });
  it('whoever learns does so at the pace they chose once; a lab that is asked for is the real thing', async () => {
    expect(await asked(['up'])).toMatchObject({ pace: 'real' });
    expect(await asked(['run', '4'])).toMatchObject({ pace: 'fast' });
    await prefer('pace', 'real');
    expect(await asked(['run', '4'])).toMatchObject({ pace: 'real' });
    expect(await asked(['run', '4', '--pace', 'fast'])).toMatchObject({ pace: 'fast' });
  });
  it.each([
    [
      ['run', '4', 'pair', '--pace', 'fast'],
      { command: 'run', lesson: '4', step: 'pair', pace: 'fast', given: new Set(['pace']) },
    ],
    [['run', '--pace=fast', '--lang=ko', '4'], { lesson: '4', step: undefined, pace: 'fast', lang: 'ko' }],
    [['--json', 'list'], { command: 'list', json: true }],
    [['--lang', 'ko', '--env', 'kind', 'status', '--json'], { command: 'status', lang: 'ko', env: 'kind', json: true }],
    [['--pace', 'fast'], { command: 'start', pace: 'fast' }],
    [['doctor', '-y'], { command: 'doctor', yes: true, fix: false, install: true }],
    [['doctor', '--install', '--for', 'tests', '--no-install'], { fix: true, for: 'tests', install: false }],
    [['tour', '--no-install'], { install: false }],
    [['verify'], { lessons: [], requireAll: false, junit: undefined }],
    [
      ['verify', '3', 'pairing', '--require-all', '--junit', 'f.xml'],
      { lessons: ['3', 'pairing'], requireAll: true, junit: 'f.xml' },
    ],
    [['check', '--', '--odd'], { command: 'check', lesson: '--odd' }],
    [['check', '--answer=a=b'], { answer: 'a=b' }],
    [['check', '--answer='], { answer: '' }],
    [['check', '--answer=-5'], { answer: '-5' }],
    [['check', '4/pair', '--file', '-'], { file: '-' }],
    [['--help'], { command: 'help', of: undefined }],
    [['run', '-h', '4'], { command: 'help', of: 'run' }],
    [['status', '--junit', 'x', '--help', '--lang', 'ko'], { command: 'help', of: 'status', lang: 'ko' }],
    [['help', 'up'], { command: 'help', of: 'up' }],
  ])('%j', async (argv, expected) => {
    expect(await asked(argv)).toMatchObject(expected);
  });

  it('of a command that begins something means this host without a terminal, by WORKSHOP_ENV what that says', async () => {
    vi.stubEnv('WORKSHOP_ENV', 'kind');
    for (const command of ['up', 'status'])
      expect(await asked([command])).toMatchObject({ env: 'kind', given: new Set(['env']) });
    expect((await asked(['up', '--env', 'cluster'])).env).toBe('cluster');
    vi.stubEnv('WORKSHOP_ENV', '');
    expect(await asked(['up'])).toMatchObject({ env: 'host', given: new Set() });
    vi.stubEnv('WORKSHOP_ENV', 'kindd');
    expect(await error(['up'])).toMatchObject({
      errorName: 'usage.bad-value',
      values: { option: '--env', value: 'kindd' },
    });
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
  ])('%j under %j is %s', async (argv, env, lang) => {
    for (const name of ['WORKSHOP_LANG', 'LC_ALL', 'LC_MESSAGES', 'LANG'])
      vi.stubEnv(name, (env as Record<string, string>)[name] ?? '');
    expect((await asked(argv)).lang).toBe(lang);
  });
  it('is the one that was chosen once, whatever the locale, unless another is asked for', async () => {
    for (const name of ['WORKSHOP_LANG', 'LC_ALL', 'LC_MESSAGES']) vi.stubEnv(name, '');
    vi.stubEnv('LANG', 'en_US.UTF-8');
    await prefer('language', 'ko');
    expect((await asked(['list'])).lang).toBe('ko');
    expect((await asked(['list', '--lang', 'en'])).lang).toBe('en');
    vi.stubEnv('WORKSHOP_LANG', 'en');
    expect((await asked(['list'])).lang).toBe('en');
  });
});

describe('what is wrong with it is said', () => {
  it.each([
    [['--pase', 'fast'], '--pase', '--pace'],
    [['list', '--jsn'], '--jsn', '--json'],
    [['verify', '--hlep'], '--hlep', '--help'],
    [['--langg=ko'], '--langg', '--lang'],
    [['--junit', 'f.xml', 'verify'], '--junit', ''],
    [['-z'], '-z', ''],
    [['--zzzzzz'], '--zzzzzz', ''],
    // Options of other commands are none of this one's, however near.
    [['status', '--junit', 'x.xml'], '--junit', ''],
    [['hint', '4/pair', '--junit', 'foo'], '--junit', ''],
    [['list', '--version'], '--version', ''],
    [['shell', '--json'], '--json', ''],
    [['list', '--constructor'], '--constructor', ''],
  ])('%j is unknown', async (argv, option, meant) => {
    expect(await error(argv)).toMatchObject({ errorName: 'usage.unknown-option', exit: 2, values: { option, meant } });
  });
  it('with the options that there are, and where to read of them', async () => {
    expect((await error(['list', '--pace', 'fast'])).values).toEqual({
      option: '--pace',
      options: '--json --lang --no-install --debug --help',
      meant: '',
      command: 'list ',
    });
  });
  it.each([
    [['list', '--lang'], { errorName: 'usage.missing-value', values: { option: '--lang', value: 'ko|en' } }],
    [
      ['check', '--answer', '--json'],
      { errorName: 'usage.missing-value', values: { option: '--answer', value: 'TEXT' } },
    ],
    [['list', '--json=yes'], { errorName: 'usage.needless-value', values: { option: '--json' } }],
    [['bundle'], { errorName: 'usage.missing-argument', values: { argument: 'FILE', usage: 'bundle FILE' } }],
    [['list', 'all'], { errorName: 'usage.needless-argument', values: { argument: 'all', usage: 'list' } }],
    [['hint', '4', 'pair', 'x'], { errorName: 'usage.needless-argument', values: { argument: 'x' } }],
  ])('%j', async (argv, expected) => {
    expect(await error(argv)).toMatchObject({ exit: 2, ...expected });
  });
  it.each([
    [['--lang', 'de'], '--lang', 'de', 'ko, en'],
    [['--lang='], '--lang', '', 'ko, en'],
    [['up', '--pace', 'slow'], '--pace', 'slow', 'real, fast'],
    [['up', '--env', 'kindd'], '--env', 'kindd', 'host, kind, cluster'],
  ])('%j', async (argv, option, value, allowed) => {
    expect(await error(argv)).toMatchObject({
      errorName: 'usage.bad-value',
      exit: 2,
      values: { option, value, allowed },
    });
  });
  it.each([
    ['lst', 'list'],
    ['verfy', 'verify'],
    ['stat', 'status'],
    ['docter', 'doctor'],
    ['frobnicate', ''],
  ])('command %s', async (command, meant) => {
    expect(await error([command])).toMatchObject({
      errorName: 'usage.unknown-command',
      exit: 2,
      values: { command, meant, commands: names.join(' ') },
    });
  });
  it.each(['constructor', '__proto__', 'toString'])('no command is inherited: %s', async (name) => {
    expect(await error([name])).toMatchObject({ errorName: 'usage.unknown-command' });
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
