import { describe, expect, it } from 'vitest';
import type { EnvironmentKind } from '../../runner/model/kinds.ts';
import { onlyIn, parseProse, ProseError } from '../../runner/lesson/prose.ts';

const all = ['host', 'kind', 'cluster'] as const satisfies EnvironmentKind[];
/** What is left in an environment: each line with its number. */
const left = (text: string, environment: EnvironmentKind) =>
  onlyIn(text, environment)
    .split('\n')
    .flatMap((line, i) => (line === '\0' ? [] : [`${i + 1} ${line}`]));

describe('a block for environments', () => {
  const text = 'a\n<!-- only host -->\nb\n\n<!-- end -->\nc\n<!-- only kind cluster -->\nd\n<!-- end -->\ne';
  it.each([
    ['host', ['1 a', '3 b', '4 ', '6 c', '10 e']],
    ['kind', ['1 a', '6 c', '8 d', '10 e']],
    ['cluster', ['1 a', '6 c', '8 d', '10 e']],
  ] as const)('in %s leaves its lines, with their numbers', (environment, lines) => {
    expect(left(text, environment)).toEqual(lines);
  });
  it('may be of one alone, of all, and empty', () => {
    for (const one of all)
      for (const environment of all)
        expect(left(`<!-- only ${one} -->\nx\n<!-- end -->`, environment)).toEqual(one === environment ? ['2 x'] : []);
    for (const environment of all)
      expect(left('<!-- only host kind cluster -->\n<!-- end -->\nx', environment)).toEqual(['3 x']);
  });
  it('reads the same with CRLF, and with space after a mark', () => {
    for (const environment of all) {
      expect(onlyIn(text.replaceAll('\n', '\r\n'), environment)).toBe(onlyIn(text, environment));
      expect(onlyIn(text.replaceAll('-->', '-->  '), environment)).toBe(onlyIn(text, environment));
    }
  });
  it('is none: a comment of another kind, a mark within a line', () => {
    const plain = '<!-- a note -->\n  <!-- only host -->\nx <!-- end -->\n<!-- ends -->\n';
    for (const environment of all) expect(onlyIn(plain, environment)).toBe(plain);
  });
});

describe('a mistake, with its line', () => {
  it.each([
    ['a block that is not closed', 'a\n<!-- only kind -->\nb\n', 2, /not closed/],
    ['the second of two that is not closed', '<!-- only kind -->\n<!-- end -->\n<!-- only host -->\n', 3, /not closed/],
    [
      'a block in a block',
      'a\n<!-- only kind -->\n<!-- only host -->\n<!-- end -->\n<!-- end -->\n',
      3,
      /inside another/,
    ],
    ['an end of nothing', 'a\n\n<!-- end -->\n', 3, /of no block/],
    ['an end twice', '<!-- only kind -->\n<!-- end -->\n<!-- end -->\n', 3, /of no block/],
    ['an environment that is none', 'a\n<!-- only docker -->\n<!-- end -->\n', 2, /no such mark: <!-- only docker -->/],
    ['one of two', '<!-- only kind docker -->\n<!-- end -->\n', 1, /no such mark/],
    ['no environment', '<!-- only -->\n<!-- end -->\n', 1, /no such mark/],
    ['a comma', '<!-- only kind, cluster -->\n<!-- end -->\n', 1, /no such mark/],
    ['no space', '<!--only kind-->\n<!-- end -->\n', 1, /no such mark/],
    ['an end with a word', '<!-- only kind -->\n<!-- end kind -->\n', 2, /no such mark/],
    ['a capital', '<!-- only Kind -->\n<!-- end -->\n', 1, /no such mark/],
  ])('%s', (_, text, line, says) => {
    for (const environment of all) {
      expect(() => onlyIn(text, environment)).toThrow(ProseError);
      expect(() => onlyIn(text, environment)).toThrow(says);
      expect(() => onlyIn(text, environment)).toThrow(expect.objectContaining({ line }));
    }
  });
});

describe('prose in an environment', () => {
  const text = `---
title: T
summary: S
objectives: [one]
---
One
<!-- only kind -->
pod
<!-- end -->
paragraph.

## Look {#look}

<!-- only host -->
\`\`\`sh
a
\`\`\`
<!-- end -->
<!-- only kind cluster -->
\`\`\`sh
b
\`\`\`
<!-- end -->

### Hints {#hints}

1. First
<!-- only kind -->
   in a pod
<!-- end -->
2. Second
<!-- only kind -->

## A pod {#pod}

<!-- end -->
## Recap {#recap}
`;
  const [host, kind] = [parseProse(text, 'host'), parseProse(text, 'kind')];
  it('is the host’s unless another is named', () => {
    expect(parseProse(text)).toEqual(host);
    expect(kind).not.toEqual(host);
  });
  it('has no trace of what is left out: no empty line, no code, no section', () => {
    expect([host.intro, kind.intro]).toEqual(['One\nparagraph.\n\n', 'One\npod\nparagraph.\n\n']);
    expect(host.steps.get('look')).toMatchObject({ line: 12, body: '\n```sh\na\n```\n\n', hints: ['First', 'Second'] });
    expect(kind.steps.get('look')).toMatchObject({
      line: 12,
      body: '\n```sh\nb\n```\n\n',
      hints: ['First\nin a pod', 'Second'],
    });
    expect([host, kind].map((p) => [...p.steps.keys()])).toEqual([['look'], ['look', 'pod']]);
    expect(kind.steps.get('pod')?.line).toBe(text.split('\n').indexOf('## A pod {#pod}') + 1);
  });
  it('is told by the file’s own line what is wrong with it', () => {
    const wrong = `${text}\n## No id\n`;
    const line = wrong.split('\n').indexOf('## No id') + 1;
    for (const environment of all)
      expect(() => parseProse(wrong, environment)).toThrow(
        expect.objectContaining({ line, message: expect.stringContaining('## No id') }),
      );
  });
  it('may be wrong in one environment alone', () => {
    const wrong = text.replace('pod\n', '## Pod\n');
    expect(() => parseProse(wrong, 'kind')).toThrow(expect.objectContaining({ line: 8 }));
    expect(parseProse(wrong, 'host')).toEqual(host);
  });
});
