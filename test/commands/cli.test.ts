import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lessonIds, loadLesson } from '../../runner/lesson/load.ts';
import { documentIn } from '../e2e/documents.ts';
import { root, type World, world } from '../e2e/world.ts';

let w: World;
beforeAll(() => {
  w = world();
});
afterAll(() => w.end());

const json = async (...args: string[]) => {
  const { code, out, err } = await w.run([...args, '--json']);
  return { code, err, document: documentIn(out) as never as ReturnType<typeof JSON.parse> };
};

describe('what a person gets wrong is said on stderr, with exit code 2 and no stack trace', () => {
  it.each([
    [['lst'], 'There is no command “lst”.', 'Did you mean “list”?'],
    [['--pase'], 'Unknown option: --pase', 'Did you mean “--pace”?'],
    [
      ['verify', '--hlep'],
      'Unknown option: --hlep',
      'Next  Did you mean “--help”? See `npm run workshop -- verify --help`.',
    ],
    [['status', '--junit', 'x.xml'], 'Unknown option: --junit', 'There are: --env --json'],
    [['list', '--version'], 'Unknown option: --version', 'See `npm run workshop -- list --help`'],
    [['list', 'all'], '“all” is one word too many.', 'It is used so: list'],
    [['bundle'], 'FILE is missing.', 'bundle FILE'],
    [['up', '--pace', 'slow'], '“slow” is no value for --pace.', 'Allowed: real, fast'],
    [['up', '--variant', 'twn'], '“twn” is no value for --variant.', 'leaker, twin'],
    [
      ['run', 'pairng'],
      '`npm run workshop -- run` asks questions, and there is no terminal to ask on.',
      'npm run workshop -- tour',
    ],
    [['hint', 'pairng/pair'], 'There is no lesson “pairng”.', 'Did you mean “pairing”?'],
    [['hint', '4/pairr'], 'has no step “pairr”.', 'Did you mean “pair”?'],
    [['solution'], 'Which step? None was named.', '4/pair'],
    [['hint', '4/pair', '--level', '9'], '“9” is no value for --level.', 'Allowed: 1–3'],
    [['hint', '4/pair', '--level=two'], '“two” is no value for --level.', 'Allowed: 1–3'],
    [['reset'], '`npm run workshop -- reset` asks questions', '--yes'],
  ])('%j', async (args, what, help) => {
    const { code, out, err } = await w.run(args);
    expect(err).toContain(what);
    expect(err).toContain(help);
    expect(err).not.toMatch(/\n\s+at /);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it('in the language asked for, however it is written, even where parsing failed', async () => {
    for (const args of [
      ['lst', '--lang', 'ko'],
      ['lst', '--lang=ko'],
      ['--pase', '--lang=ko'],
    ]) {
      const { err, code } = await w.run(args);
      expect(err).toMatch(/[가-힣]/);
      expect(code).toBe(2);
    }
    expect((await w.run(['list', '--lang', 'de'])).err).toContain('“de” is no value for --lang.');
  });

  it('with a stack trace where it is asked for', async () => {
    expect((await w.run(['lst', '--debug'])).err).toMatch(/\n\s+at parse/);
  });
});

describe.each(['en', 'ko'] as const)('in 80 columns (%s)', (lang) => {
  it.each([['--help'], ['help'], ['verify', '--help'], ['help', 'verify'], ['-h', 'up'], ['up', '--junit', 'x', '-h']])(
    '%s %s',
    async (...args) => {
      const { code, out, err } = await w.run([...args, '--lang', lang]);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      const about = args.find((word) => ['up', 'verify'].includes(word));
      for (const name of about === undefined ? ['tour', 'verify', 'lint'] : [about])
        expect(out).toMatch(new RegExp(`\\b${name}\\b`));
      if (about !== undefined) expect(out).toContain(about === 'up' ? '--variant NAME' : '--junit FILE');
      for (const line of out.split('\n')) expect(stringWidth(line), line).toBeLessThanOrEqual(80);
    },
  );
});

describe.each(['en', 'ko'] as const)('into a pipe (%s)', (lang) => {
  it('list gives each lesson and step a line of its own', async () => {
    const { code, out } = await w.run(['list', '--lang', lang]);
    expect(code).toBe(0);
    const { document } = await json('list');
    const lines = out.trimEnd().split('\n');
    for (const lesson of document.lessons) {
      expect(lines).toContain(`   ${lesson.summary[lang]}`);
      for (const step of lesson.steps)
        expect(
          lines.filter((l) => l.includes(step.title[lang]) && l.endsWith(`${lesson.id.slice(3)}/${step.id}`)),
        ).toHaveLength(1);
    }
    expect(lines).toHaveLength(
      document.lessons.reduce((n: number, l: { steps: unknown[] }) => n + 2 + l.steps.length, 0),
    );
  });
});

describe('on an empty state', () => {
  it('list shows each lesson and step as new', async () => {
    const { code, err, document } = await json('list');
    expect({ code, err, schema: document.schema }).toEqual({ code: 0, err: '', schema: 'ebpf-workshop/list/1' });
    expect(document.lessons.map((l: { id: string }) => l.id)).toEqual(lessonIds());
    for (const lesson of document.lessons) {
      expect(lesson).toMatchObject({
        minutes: expect.any(Number),
        title: { ko: expect.stringMatching(/\S/), en: expect.stringMatching(/\S/) },
        summary: { ko: expect.any(String), en: expect.any(String) },
      });
      expect(lesson.steps.map((s: { id: string }) => s.id)).toEqual(
        (await loadLesson(lesson.id)).steps.map((s) => s.id),
      );
      for (const step of lesson.steps)
        expect(step).toMatchObject({ kind: expect.stringMatching(/^(command|script|repair|question)$/), state: 'new' });
    }
  });

  it('status begins with the first step of the first lesson', async () => {
    const { code, err, document } = await json('status');
    const [first = ''] = lessonIds();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(document).toMatchObject({
      schema: 'ebpf-workshop/status/1',
      next: { lesson: first, step: (await loadLesson(first)).steps[0]?.id },
      labs: [],
    });
    for (const lesson of document.lessons) {
      expect(lesson).toMatchObject({ passed: 0, skipped: 0, of: lesson.steps.length });
      for (const step of lesson.steps)
        expect(step).toMatchObject({
          state: 'new',
          attempts: 0,
          last: null,
          hints: 0,
          solutionShown: false,
          timeToPass: null,
        });
    }
  });

  it('down has nothing to remove', async () => {
    expect(await json('down')).toEqual({
      code: 0,
      err: '',
      document: { schema: 'ebpf-workshop/down/1', removed: [], orphans: [], kept: [], setAside: [] },
    });
  });

  it('check says that no lab is up, exit 4', async () => {
    const { code, out, err } = await w.run(['check', '4/pair'], { input: 'PID 12: malloc(1)\n' });
    expect({ code, out }).toEqual({ code: 4, out: '' });
    expect(err).toContain('No lab is up.');
  });

  it('solution gives the script and the command, names standing for the lab’s values', async () => {
    const { code, err, document } = await json('solution', '4/by-call-site');
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('No lab is up') });
    expect(document).toEqual({
      schema: 'ebpf-workshop/solution/1',
      lesson: '04-pairing',
      step: 'by-call-site',
      lab: null,
      command: expect.stringMatching(/^sudo bpftrace -p PID \S+\/by-call-site\.bt PID LIBC 10000 85000$/),
      script: { file: 'bpf/by-call-site.bt', text: readFileSync(join(root, 'bpf/by-call-site.bt'), 'utf8') },
      from: null,
      diagnosis: null,
    });
    expect((await json('solution', '10/no-calls')).document).toMatchObject({ diagnosis: 'file' });
    expect((await w.run(['solution', '10/no-calls', '--lang', 'en'])).out).toMatch(/^What is wrong: the probe sits/m);
    expect((await json('solution', '4/lost-a-day')).document).toMatchObject({ script: null, from: 'pair' });
    expect((await w.run(['solution', '4/by-call-site'])).out).toContain(document.script.text);
  });
});

describe('a learner’s way is kept', () => {
  it('a hint after the other, each remembered; the last stays', async () => {
    for (const level of [1, 2, 3, 3]) {
      const { document } = await json('hint', '4/how-old');
      expect(document).toMatchObject({
        schema: 'ebpf-workshop/hint/1',
        lesson: '04-pairing',
        step: 'how-old',
        lang: 'en',
        level,
        of: 3,
        text: expect.stringMatching(/\S/),
      });
    }
    expect((await json('hint', '4/how-old', '--level', '1')).document.level).toBe(1);
    const lesson = (await json('status')).document.lessons.find((l: { lesson: string }) => l.lesson === '04-pairing');
    expect(lesson.steps.find((s: { step: string }) => s.step === 'how-old')).toMatchObject({
      state: 'started',
      hints: 3,
      attempts: 0,
    });
    expect(lesson.steps.find((s: { step: string }) => s.step === 'by-call-site')).toMatchObject({
      solutionShown: true,
    });
  });

  it('and forgotten on reset, of one step, of a lesson, of all', async () => {
    expect((await json('reset', '4/how-old')).document).toEqual({
      schema: 'ebpf-workshop/reset/1',
      steps: ['04-pairing/how-old'],
      kept: [],
    });
    expect((await json('hint', '4/how-old')).document.level).toBe(1);
    expect((await json('reset', '4', '--yes')).document.steps).toHaveLength(
      (await loadLesson('04-pairing')).steps.length,
    );
    expect((await json('reset', '--yes')).code).toBe(0);
    const { lessons } = (await json('status')).document;
    expect(
      lessons
        .flatMap((l: { steps: { state: string; hints: number }[] }) => l.steps)
        .filter((s: { state: string; hints: number }) => s.state !== 'new' || s.hints > 0),
    ).toEqual([]);
  });
});

it('lint is one document, its exit code as it says', async () => {
  const { code, err, document } = await json('lint');
  expect({ code, err }).toEqual({ code: document.ok ? 0 : 1, err: '' });
  expect(document).toEqual({
    schema: 'ebpf-workshop/lint/1',
    ok: document.mistakes.length === 0,
    mistakes: expect.any(Array),
  });
  for (const mistake of document.mistakes)
    expect(mistake).toEqual({
      file: expect.stringMatching(/^lessons\//),
      line: expect.any(Number),
      text: expect.stringMatching(/\S/),
    });
});
