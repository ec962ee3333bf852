import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorNames } from '../../runner/errors.ts';
import { IMAGES } from '../../runner/environments/kube/images.ts';
import { blockSize, enough } from '../../runner/evidence/criteria/calls.ts';
import { lessonIds, loadLesson } from '../../runner/lesson/load.ts';
import { en } from '../../runner/words/en.ts';
import { bytes, duration, type MessageKey, words } from '../../runner/words/index.ts';
import { ko } from '../../runner/words/ko.ts';

const runner = join(import.meta.dirname, '../../runner');
const sources = readdirSync(runner, { recursive: true, encoding: 'utf8' })
  .filter((f) => f.endsWith('.ts') && !f.startsWith('terminal/messages'))
  .map((f) => [f, readFileSync(join(runner, f), 'utf8')] as const);
const code = sources.map(([, text]) => text).join('\n');

const keys = Object.keys(en) as MessageKey[];
const under = (prefix: string) => keys.filter((k) => k.startsWith(prefix)).map((k) => k.slice(prefix.length));
const blanks = (text: string) => [...text.matchAll(/\{\w+(?::\w+)?\}/g)].map((m) => m[0]).sort();
const names = (text: string) => [...text.matchAll(/\{(\w+)/g)].map((m) => m[1] as string);

describe('the two languages', () => {
  it('have the same keys', () => {
    expect(Object.keys(ko).sort()).toEqual([...keys].sort());
  });
  it.each(keys)('%s has the same blanks, formatted alike', (key) => {
    expect([...new Set(blanks(ko[key]))]).toEqual([...new Set(blanks(en[key]))]);
  });
  it('are whole: nothing empty, no stray space, no format that we do not have', () => {
    for (const [key, text] of [...Object.entries(en), ...Object.entries(ko)]) {
      expect(text, key).toBe(text.trim());
      expect(text, key).not.toBe('');
      for (const blank of blanks(text)) expect(blank, key).toMatch(/^\{\w+(:bytes|:time)?\}$/);
    }
  });
  it('are told apart: sentences in Korean are Korean', () => {
    for (const key of keys)
      if (/[a-z]{3,} [a-z]{2,} [a-z]{2,}/.test(en[key].replaceAll(/\{[^}]*\}|`[^`]*`/g, '')))
        expect(ko[key], key).toMatch(/[가-힣]/);
  });
});

describe('an error', () => {
  it.each([...errorNames, 'fault'])('%s says what happened, why, and what to do', (name) => {
    for (const part of ['what', 'why', 'next']) expect(keys).toContain(`error.${name}.${part}`);
  });
  it('that has words is one', () => {
    const named = new Set(under('error.').flatMap((k) => /^(.*)\.(?:what|why|next)$/.exec(k)?.[1] ?? []));
    expect([...named].sort()).toEqual([...errorNames, 'fault'].sort());
  });

  /** The text of a call's arguments, from after its opening bracket. */
  const args = (from: string): string => {
    let depth = 1;
    let at = 0;
    for (; at < from.length && depth > 0; at++) depth += from[at] === '(' ? 1 : from[at] === ')' ? -1 : 0;
    return from.slice(0, at - 1);
  };
  const thrown = code
    .split('new WorkshopError(')
    .slice(1)
    .map(args)
    .filter((a) => a.startsWith("'"));
  it.each([...new Set(thrown)])('gets every value that its words ask for: %s', (call) => {
    const name = call.slice(1, call.indexOf("'", 1));
    for (const part of ['what', 'why', 'next'] as const) {
      // What terminal/errors.ts adds to every error.
      for (const blank of names(en[`error.${name}.${part}` as MessageKey]).filter((b) => !['dir', 'meant'].includes(b)))
        expect(call).toMatch(new RegExp(`\\b${blank}\\b`));
    }
  });
});

describe('a stage', () => {
  const ids = [
    ...new Set([...code.matchAll(/\bstage(?:\.there)?\('([a-z-]+)'/g)].map((m) => m[1] as string)),
    ...Object.keys(IMAGES).map((name) => `image-${name}`),
  ];
  it.each(ids)('%s has words', (id) => {
    expect(keys).toContain(`stage.${id}`);
  });
  it('that has words is one', () => {
    expect(
      under('stage.')
        .filter((id) => !['began', 'done'].includes(id))
        .sort(),
    ).toEqual([...ids].sort());
  });
});

describe('a criterion', async () => {
  const lessons = await Promise.all(lessonIds().map(loadLesson));
  const ids = new Set([
    ...lessons.flatMap((l) => l.steps.flatMap((s) => (s.kind === 'question' ? [] : s.expect.map((c) => c.id)))),
    ...(['malloc', 'mmap'] as const).flatMap((what) => [enough(what, 1).id, blockSize(what).id]),
    ...[...code.matchAll(/criterion\('([a-z-]+)'/g)].map((m) => m[1] as string),
  ]);
  it.each([...ids])('%s has a title and words for each state', (id) => {
    for (const part of ['', '.met', '.unmet', '.more']) expect(keys).toContain(`criterion.${id}${part}`);
  });
});

describe('a cause', () => {
  const criteria = sources
    .filter(([f]) => f.startsWith('evidence/criteria/') && !f.endsWith('define.ts'))
    .map(([, text]) => text)
    .join('\n');
  // The last argument of unmet(…) and more(…), or a `cause` made before: one of a few literals, outside what was seen.
  const used = new Set(
    criteria
      .split('\n')
      .filter((line) => /\b(?:unmet|more)\(|\bcause\b/.test(line))
      .flatMap((line) =>
        [...line.replaceAll(/\{[^{}]*\}/g, '').matchAll(/[,?:] '([a-z]+(?:-[a-z]+)*)'/g)].map((m) => m[1] as string),
      ),
  );
  it.each([...used])('%s has words', (cause) => {
    expect(keys).toContain(`cause.${cause}`);
  });
  it('is found as it is given', () => {
    for (const cause of ['wrong-pid', 'no-answer', 'too-high', 'through-mmap', 'comes-back', 'flat'])
      expect(used).toContain(cause);
  });
});

describe('a notice', () => {
  const union = /export type NoticeCode =([^;]*);/.exec(code)?.[1] ?? '';
  const codes = [...union.matchAll(/'([a-z-]+)'/g)].map((m) => m[1] as string);
  it.each(codes)('%s has words', (name) => {
    expect(keys).toContain(`notice.${name}`);
  });
  it('that has words is one', () => {
    expect(under('notice.').sort()).toEqual([...codes].sort());
  });
});

describe('numbers', () => {
  it.each([
    [0, '0 bytes'],
    [1023, '1023 bytes'],
    [1024, '1024 bytes (1 KiB)'],
    [1048576, '1048576 bytes (1 MiB)'],
    [1052672, '1052672 bytes (1.004 MiB)'],
    [-2097152, '-2097152 bytes (-2 MiB)'],
    [2147483648, '2147483648 bytes (2 GiB)'],
    [Number.NaN, 'NaN'],
  ])('%d bytes', (n, text) => {
    expect(bytes(n)).toBe(text);
  });
  it.each([
    [350, '350 ms', '350 ms'],
    [8000, '8.0 s', '8.0초'],
    [119_949, '119.9 s', '119.9초'],
    [300_000, '5 min', '5분'],
  ])('%d ms', (ms, english, korean) => {
    expect([duration(ms, 'en'), duration(ms, 'ko')]).toEqual([english, korean]);
  });
  it('are put where they belong; what has no value stays visible, and no value is read twice', () => {
    expect(words('en')('report.settle', { ms: 8000 })).toBe('About 8.0 s more would settle it.');
    expect(words('en')('report.settle')).toBe('About {ms:time} more would settle it.');
    expect(words('en')('status.skipped', { n: '{n}' })).toBe('{n} skipped');
  });
});
