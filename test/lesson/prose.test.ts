import { describe, expect, it } from 'vitest';
import { fill, parseProse, placeholders, ProseError } from '../../runner/lesson/prose.ts';

const FRONT = '---\ntitle: T\nsummary: S\nobjectives:\n  - one\n---\n';
const of = (body: string) => parseProse(`${FRONT}${body}`);
/** Lines above the body. */
const ABOVE = 6;

describe('parseProse', () => {
  const whole = of(`
Hello {{pid}}.

## Look at it  {#look}

Body.

\`\`\`sh
# no heading
## Not a section {#none}
\`\`\`

### Hints {#hints}

What comes before the first is no hint.

1. Nudge
   goes on.

2. Pointer
3. The command is:

   \`\`\`sh
   {{command}}
   \`\`\`

### What you saw {#after}

After.

## Again {#again}

Other.

## Recap {#recap}

The end.
`);

  it('frontmatter and parts', () => {
    expect(whole).toMatchObject({
      title: 'T',
      summary: 'S',
      objectives: ['one'],
      intro: '\nHello {{pid}}.\n\n',
      recap: '\nThe end.\n\n',
    });
    expect([...whole.steps.keys()]).toEqual(['look', 'again']);
  });
  it('a step', () => {
    expect(whole.steps.get('look')).toMatchObject({
      title: 'Look at it',
      after: '\nAfter.\n\n',
      starter: null,
      line: ABOVE + 4,
    });
    expect(whole.steps.get('look')?.body).toBe('\nBody.\n\n```sh\n# no heading\n## Not a section {#none}\n```\n\n');
  });
  it('hints are an ordered list, each with what is indented under it', () => {
    expect(whole.steps.get('look')?.hints).toEqual([
      'Nudge\ngoes on.',
      'Pointer',
      'The command is:\n\n```sh\n{{command}}\n```',
    ]);
    expect(whole.steps.get('again')).toMatchObject({ hints: [], after: '' });
  });
  it('a starter is the fence that says so', () => {
    const { steps } = of('\n## A {#a}\n\n```bt\nno\n```\n\n```bt starter\nBEGIN { }\n// ?\n```\n\n```sh\nx\n```\n');
    expect(steps.get('a')?.starter).toBe('BEGIN { }\n// ?\n');
  });
  it('CRLF reads the same', () => {
    const text = `${FRONT}\nHi.\n\n## A {#a}\n\n\`\`\`bt starter\nBEGIN\n\`\`\`\n\n### H {#hints}\n\n1. one\n   more\n`;
    expect(parseProse(text.replaceAll('\n', '\r\n'))).toEqual(parseProse(text));
  });
  it.each([
    ['tildes', '~~~\n## B {#b}\n~~~'],
    ['a fence in a fence', '````md\n```\n## B {#b}\n```\n````'],
    ['backticks in tildes', '~~~md\n```\n~~~'],
    ['an indented fence', '  ```\n## B {#b}\n  ```'],
    ['a heading of a comment', '```sh\n# one\n## two\n```'],
  ])('a fence holds headings: %s', (_, fence) => {
    const { steps } = of(`## A {#a}\n${fence}\n## C {#c}\nx\n`);
    expect([...steps.keys()]).toEqual(['a', 'c']);
    expect(steps.get('a')?.body).toContain(fence);
  });

  it.each([
    ['no frontmatter', '# Hello\n', 1, /frontmatter between ---/],
    ['nothing', '', 1, /frontmatter/],
    ['frontmatter that does not end', '---\ntitle: T\n', 1, /frontmatter/],
    ['a byte before it', ` ${FRONT}`, 1, /frontmatter/],
    ['a key missing', '---\ntitle: T\nobjectives: [a]\n---\n', 1, /summary/],
    ['a key too many', `${FRONT.slice(0, -4)}author: me\n---\n`, 1, /author/],
    ['no objective', '---\ntitle: T\nsummary: S\nobjectives: []\n---\n', 1, /objectives/],
    ['an empty title', '---\ntitle: ""\nsummary: S\nobjectives: [a]\n---\n', 1, /title/],
    [
      'frontmatter that is no YAML',
      '---\ntitle: T\nsummary: "open\nobjectives: [a]\n---\n',
      4,
      /^frontmatter: Missing closing "quote$/,
    ],
    ['a section without an id', `${FRONT}a\n\n## Look at it\n`, ABOVE + 3, /needs an id: ## Look at it/],
    ['a title in the text', `${FRONT}\n# Title\n`, ABOVE + 2, /needs an id/],
    ['an id in capitals', `${FRONT}## Look {#Look}\n`, ABOVE + 1, /needs an id/],
    ['two sections of one id', `${FRONT}## A {#a}\n\n## B {#a}\n`, ABOVE + 3, /two sections have the id a/],
    [
      'a part that steps do not have',
      `${FRONT}## A {#a}\n### Tips {#tips}\n`,
      ABOVE + 2,
      /no such part of a step: \{#tips\}/,
    ],
    ['hints of no step', `${FRONT}\n### Hints {#hints}\n`, ABOVE + 2, /no such part/],
    ['hints of the recap', `${FRONT}## A {#a}\n## R {#recap}\n### Hints {#hints}\n`, ABOVE + 3, /no such part/],
    ['an open fence', `${FRONT}## A {#a}\n\`\`\`sh\nls\n`, ABOVE + 4, /not closed/],
    ['a fence that another closes', `${FRONT}\n~~~\n\`\`\`\n`, ABOVE + 4, /not closed/],
  ])('%s is a mistake with its line', (_, text, line, says) => {
    const parse = () => parseProse(text);
    expect(parse).toThrow(ProseError);
    expect(parse).toThrow(says);
    expect(parse).toThrow(expect.objectContaining({ line }));
  });
});

describe('placeholders', () => {
  it('are found in order, with repeats', () => {
    expect(placeholders('{{pid}} {{ pid }} {pid} {{command}}\n{{pid}} {{a-b}}')).toEqual(['pid', 'command', 'pid']);
  });
  it('are filled with the value as it is', () => {
    expect(fill('{{a}}{{b}} {{a}}', { a: '$&$1', b: '{{a}}' })).toBe('$&$1{{a}} $&$1');
  });
  it('without a value stay and are reported', () => {
    const missing: string[] = [];
    expect(fill('{{pid}} {{toString}} {{constructor}}', { pid: '' }, (name) => missing.push(name))).toBe(
      ' {{toString}} {{constructor}}',
    );
    expect(missing).toEqual(['toString', 'constructor']);
  });
});
