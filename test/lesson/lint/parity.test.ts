import { describe, expect, it } from 'vitest';
import { ID } from '../checkout.ts';
import { parity } from '../../../runner/lesson/lint/parity.ts';
import { read, swap } from './reading.ts';

const said = (of: Parameters<typeof parity>[0]) =>
  parity(of).map((m) => `${m.file.replace(`lessons/${ID}/`, '')}:${m.line} ${m.text}`);

describe('the same', () => {
  it('words may differ, comments may differ', () => {
    expect(
      parity(
        read({ ko: (t) => swap('Look at calls', '호출 보기')(swap('Introduction to {{pid}}', '{{pid}} 소개')(t)) }),
      ),
    ).toEqual([]);
  });
  it.each([
    ['of a shell', '# each one', '# 하나씩'],
    ['of bpftrace', '// all of them', '// 전부'],
    ['alone on a line', '\n# all of them', '\n# 전부'],
    ['with space after it', '# each one  ', '# 하나씩'],
  ])('a comment %s', (_, en, ko) => {
    expect(parity(read({ en: swap('# all of them', en), ko: swap('# 전부', ko) }))).toEqual([]);
  });
  it('order of placeholders and links is the language’s own', () => {
    const both = (a: string, b: string) => swap('How many were there?', `${a} ${b}`);
    expect(
      parity(
        read({
          en: both('{{pid}} [a](https://a)', '{{log}} [b](https://b)'),
          ko: both('{{log}} [나](https://b)', '{{pid}} [가](https://a)'),
        }),
      ),
    ).toEqual([]);
  });
  it('a lesson with one language unread has no other to differ from', () => {
    const half = read({ ko: swap('{{pid}}', '') });
    half.prose.en = null;
    expect(parity(half)).toEqual([]);
  });
});

describe('differs', () => {
  it.each<[string, (text: string) => string, string]>([
    [
      'a placeholder in the introduction',
      swap('{{pid}}', ''),
      'ko.md:1 intro: placeholders differ from en.md: - | pid',
    ],
    [
      'a placeholder too many',
      swap('How many were there?', '{{pid}} {{log}}'),
      'ko.md:34 how-many: placeholders differ from en.md: log pid | -',
    ],
    [
      'a placeholder twice',
      swap('That was {{period}}', '{{period}} {{period}}'),
      'ko.md:1 recap: placeholders differ from en.md: period period | period',
    ],
    ['a hint', swap('2. There.', '2. {{libc}}'), 'ko.md:10 look, hint 2: placeholders differ from en.md: libc | -'],
    ['the text after', swap('Seen.', '[a](https://a)'), 'ko.md:10 look, after: links differ from en.md'],
    [
      'a link',
      swap('https://bpftrace.org/#docs', 'https://bpftrace.org/#doc'),
      'ko.md:52 own: links differ from en.md',
    ],
    [
      'a code block too many',
      swap('How many were there?', '```\nx\n```'),
      'ko.md:34 how-many: 1 code blocks, en.md has 0',
    ],
    [
      'code',
      swap('trace-all  ', 'trace-al  '),
      'ko.md:10 look: code block 1 differs from en.md by more than its comments',
    ],
    [
      'code’s language',
      swap('```sh guide\ntrace', '```bash\ntrace'),
      'ko.md:10 look: code block 1 differs from en.md by more than its comments',
    ],
    [
      'what looks like a comment',
      swap('   # 전부', '#전부'),
      'ko.md:10 look: code block 1 differs from en.md by more than its comments',
    ],
    [
      'an indented block of a hint',
      swap('   {{command}}\n   ```\n\n###', '   {{command}} -v\n   ```\n\n###'),
      'ko.md:10 look, hint 3: code block 1 differs from en.md by more than its comments',
    ],
    ['objectives', swap('  - Look', '  - 보기\n  - 듣기'), 'ko.md:1 2 objectives, en.md has 1'],
  ])('%s', (_, change, text) => {
    expect(said(read({ ko: change }))).toEqual([text]);
  });
});

describe('a link to nothing', () => {
  const link = (to: string) => swap('../guide.yaml', to);
  it.each(['../guide.yml', 'pictures/a.png', '../../LICENSE#mit', '../02-second/en.md'])(
    '%s, in both languages',
    (to) => {
      expect(said(read({ en: link(to), ko: link(to) }))).toEqual([
        `ko.md:52 a link to nothing: ${to}`,
        `en.md:52 a link to nothing: ${to}`,
      ]);
    },
  );
  it.each(['../guide.yaml#all', '#own', 'https://nowhere.example/x', 'mailto:a@b', 'steps.ts'])('is not %s', (to) => {
    expect(said(read({ en: link(to), ko: link(to) }))).toEqual([]);
  });
  it('in hints, after, introduction and recap too', () => {
    const everywhere = (t: string) =>
      ['1. Look.', 'Seen.', '{{pid}}.', 'of your time.'].reduce(
        (text, place) => swap(place, `${place} [x](no.md)`)(text),
        t,
      );
    expect(said(read({ en: everywhere, ko: everywhere })).filter((m) => m.startsWith('en'))).toEqual(
      ['en.md:1', 'en.md:10', 'en.md:10', 'en.md:1'].map((w) => `${w} a link to nothing: no.md`),
    );
  });
});
