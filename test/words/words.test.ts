import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytes, duration, retell, words } from '../../runner/words/index.ts';
import { languageOf, spoken } from '../../runner/words/language.mjs';

describe('words', () => {
  it('fill their blanks in both languages, formatted as each writes it', () => {
    const said = { bytes: 1048576, ms: 8000 };
    expect([words('en')('plot.level', said), words('ko')('plot.level', said)]).toEqual([
      '1048576 bytes (1 MiB) after 8.0 s',
      '8.0초 뒤 1048576 bytes (1 MiB)',
    ]);
  });
  it('fill each blank once: a value that looks like a blank is a value', () => {
    expect(words('en')('down.removed', { id: '{what}', what: '{id}' })).toBe('Removed lab {what} ({id}).');
  });
  it('that are told again fill what they were given; what has no value stays visible', () => {
    const say = words('en');
    expect(retell(say, 'cause.too-short', { moreMs: 8000, seen: 3 })).toBe('Let it run longer, about 8.0 s more.');
    expect(retell(say, 'cause.too-short', {})).toBe('Let it run longer, about {moreMs:time} more.');
  });
});

describe('numbers', () => {
  it('have their noun in the form that they ask for', () => {
    const said = (n: number) => [words('en')('lint.bad', { n }), words('ko')('lint.bad', { n })];
    expect([said(0), said(1), said(2)]).toEqual([
      ['0 mistakes.', '오류 0개.'],
      ['1 mistake.', '오류 1개.'],
      ['2 mistakes.', '오류 2개.'],
    ]);
    expect(words('en')('verify.begin', { steps: 1, runs: 1, pace: 'fast' })).toBe(
      'Verifying 1 step by 1 real run at fast pace',
    );
  });
  it('of bytes are exact, and then rounded', () => {
    const said = [0, 1023, 1024, 1048576, 1052672, -2097152, 2147483648, Number.NaN].map(bytes);
    expect(said).toEqual([
      '0 bytes',
      '1023 bytes',
      '1024 bytes (1 KiB)',
      '1048576 bytes (1 MiB)',
      '1052672 bytes (1.004 MiB)',
      '-2097152 bytes (-2 MiB)',
      '2147483648 bytes (2 GiB)',
      'NaN',
    ]);
  });
  it('of time are in the unit that is read at a glance', () => {
    const times = [350, 8000, 119_949, 300_000];
    expect(times.map((ms) => duration(ms, 'en'))).toEqual(['350 ms', '8.0 s', '119.9 s', '5 min']);
    expect(times.map((ms) => duration(ms, 'ko'))).toEqual(['350 ms', '8.0초', '119.9초', '5분']);
  });
});

describe('the language', () => {
  it('is what --lang says, wherever it stands', () => {
    const english = { LANG: 'en_US.UTF-8' };
    for (const argv of [
      ['--lang', 'ko'],
      ['list', '--json', '--lang=ko'],
    ])
      expect(languageOf(argv, english)).toBe('ko');
    expect(languageOf(['--lang', 'en'], { WORKSHOP_LANG: 'ko' })).toBe('en');
  });
  it('is the environment’s without one, or with one that is none of ours', () => {
    for (const argv of [[], ['list'], ['--lang'], ['--lang', 'fr'], ['--lang=']])
      expect([languageOf(argv, { LANG: 'ko_KR' }), languageOf(argv, { LANG: 'de_DE' })]).toEqual(['ko', 'en']);
  });
  it('is read from the environment as POSIX does, after our own variable', () => {
    expect(spoken({ WORKSHOP_LANG: 'en', LC_ALL: 'ko_KR.UTF-8' })).toBe('en');
    expect(spoken({ LC_ALL: 'C.UTF-8', LANG: 'ko_KR.UTF-8' })).toBe('en');
    expect(spoken({ LC_MESSAGES: 'ko_KR.UTF-8', LANG: 'en_US.UTF-8' })).toBe('ko');
    expect(spoken({})).toBe('en');
  });
  it('is what was chosen once, before the locale and after what is asked for now', () => {
    const state = mkdtempSync(join(tmpdir(), 'workshop-language-'));
    try {
      const env = { XDG_STATE_HOME: state, LANG: 'ko_KR.UTF-8' };
      const at = (word: string) => {
        mkdirSync(join(state, 'ebpf-workshop'), { recursive: true });
        writeFileSync(join(state, 'ebpf-workshop/language'), word);
      };
      expect(spoken(env)).toBe('ko');
      at('en\n');
      expect(spoken(env)).toBe('en');
      expect(spoken({ HOME: '/nowhere', ...env })).toBe('en');
      expect(spoken({ ...env, WORKSHOP_LANG: 'ko' })).toBe('ko');
      expect(languageOf(['--lang', 'ko'], env)).toBe('ko');
      // A word that is none of ours is nobody's choice, and a relative folder is none.
      at('klingon');
      expect(spoken(env)).toBe('ko');
      expect(spoken({ XDG_STATE_HOME: '.', LANG: 'ko_KR' })).toBe('ko');
    } finally {
      rmSync(state, { recursive: true });
    }
  });
});
