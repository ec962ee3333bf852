import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { put } from './checkout.ts';
import { BUILDS, buildOf, loadWorkload, settingsOf, truthOf } from '../../runner/environments/workload.ts';

const load = () => loadWorkload('stealth-leaker');

function complaint(...changes: [string, string][]): string {
  put(...changes);
  try {
    load();
  } catch (error) {
    expect(error).toMatchObject({
      errorName: 'lesson.invalid',
      exit: 3,
      values: { file: 'workloads/stealth-leaker/workload.yaml' },
    });
    return (error as { values: { detail: string } }).values.detail;
  }
  throw new Error('nothing was wrong with it');
}

describe('workload.yaml as shipped', () => {
  it('leaks the guide’s numbers at the real pace', () => {
    put();
    expect(truthOf(load(), 'real')).toEqual({
      workload: 'stealth-leaker',
      leaks: true,
      call: 'malloc',
      function: 'memory_leak_thread',
      blockBytes: 1048576,
      periodMs: 8000,
      capBytes: 2147483648,
    });
    expect(truthOf(load(), 'fast')).toMatchObject({ periodMs: 300, blockBytes: 1048576 });
  });

  it('says each variant in the service’s own settings', () => {
    put();
    const leaker = {
      LEAK: 'on',
      LEAK_BLOCK_BYTES: '1048576',
      LEAK_PERIOD_MS: '300',
      LEAK_CAP_BYTES: '2147483648',
      LEAK_SITE: 'memory_leak_thread',
    };
    expect(settingsOf(load(), 'leaker', 'fast')).toEqual(leaker);
    expect(settingsOf(load(), 'twin', 'fast')).toEqual({ ...leaker, LEAK: 'off' });
    expect(settingsOf(load(), 'half-block', 'fast')).toEqual({ ...leaker, LEAK_BLOCK_BYTES: '524288' });
    expect(settingsOf(load(), 'slow', 'real')).toEqual({ ...leaker, LEAK_PERIOD_MS: '24000' });
    expect(settingsOf(load(), 'other-function', 'fast')).toEqual({ ...leaker, LEAK_SITE: 'report_cache_thread' });
    expect(settingsOf(load(), 'uneven-twin', 'fast')).toEqual({ ...leaker, LEAK: 'off', LEAK_BLOCK_STEP: '4096' });
    expect(settingsOf(load(), 'busy', 'fast')).toEqual({ ...leaker, REQUEST_BYTES: '1020000' });
  });

  it('says which build a variant runs; its settings are those of any other', () => {
    put();
    expect(
      ['leaker', 'twin', 'static', 'static-stripped-twin', 'no-frame-pointers-other-function'].map((v) =>
        buildOf(load(), v),
      ),
    ).toEqual([undefined, undefined, 'static', 'static-stripped', 'no-frame-pointers']);
    expect(settingsOf(load(), 'static-stripped', 'fast')).toEqual(settingsOf(load(), 'leaker', 'fast'));
    expect(settingsOf(load(), 'static-stripped-double', 'fast')).toEqual(settingsOf(load(), 'double-block', 'fast'));
    expect(settingsOf(load(), 'no-frame-pointers-other-function', 'fast')).toEqual(
      settingsOf(load(), 'other-function', 'fast'),
    );
  });

  it('has a variant of each build, and the Makefile makes those, no others', () => {
    put();
    expect(new Set(Object.values(load().variants).flatMap(({ build }) => build ?? []))).toEqual(new Set(BUILDS));
    const makefile = readFileSync(join(import.meta.dirname, '../../workloads/stealth-leaker/Makefile'), 'utf8');
    expect(/^BUILDS := (.*)$/m.exec(makefile)?.[1]?.split(' ').sort()).toEqual([...BUILDS].sort());
  });

  it('a variant that is not in it is named', () => {
    put();
    expect(() => settingsOf(load(), 'twinn', 'fast')).toThrow(/twinn/);
  });
});

describe('a mistake in workload.yaml', () => {
  it.each<[string, [string, string], RegExp]>([
    ['a misspelt key', ['summary:', 'sumary:'], /sumary/],
    ['a misspelt key of the truth', ['  blockBytes: 1048576', '  blockBites: 1048576'], /blockBites[\s\S]*truth/],
    ['a misspelt key of a pace', ['{ periodMs: 300 }', '{ periodMS: 300 }'], /periodMS[\s\S]*fast/],
    ['a misspelt key of a variant', ['{ blockBytes: 524288 }', '{ blockByte: 524288 }'], /blockByte[\s\S]*half-block/],
    ['a key that is missing', ['  function: memory_leak_thread\n', ''], /truth\.function/],
    [
      'a build that is none',
      ['{ build: static }', '{ build: statc }'],
      /static-stripped[\s\S]*variants\.static\.build/,
    ],
    ['a number that is none', ['periodMs: 8000\n', 'periodMs: 8 s\n'], /truth\.periodMs/],
    ['a number that can’t be', ['blockBytes: 1048576', 'blockBytes: -1'], /truth\.blockBytes/],
    ['a word for yes that YAML reads as true', ['leak: "off"', 'leak: true'], /variants\.twin\.leak/],
    ['one language only', ['  en: ', '  de: '], /de[\s\S]*summary|summary\.en/],
  ])('(%s) is an error that says where', (_, change, says) => {
    expect(complaint(change)).toMatch(says);
  });

  it('(it is no YAML) is one as well', () => {
    expect(complaint(['truth:\n', 'truth: {\n'])).toMatch(/line \d+/);
  });
});
