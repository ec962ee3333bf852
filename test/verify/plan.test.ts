import { describe, expect, it } from 'vitest';
import { loadLesson } from '../../runner/lesson/load.ts';
import type { LabFacts } from '../../runner/lesson/define.ts';
import { asWritten, plan, type Run } from '../../runner/verify/plan.ts';
import { command, lesson, planned, question } from './runs.ts';

const facts = { pid: 34 } as LabFacts;
const keys = (runs: Run[]) => runs.map((r) => r.key);
const written = (id: string, text: string, more: object = {}) => ({ id, command: text, shows: [], ...more });

describe('a step', () => {
  it('is its solution twice on the leaker, and its control', () => {
    const { steps, runs } = planned(command());
    expect(runs.map((r) => [r.key, r.variant, r.command(facts)])).toEqual([
      ['03-calls/look/control:half-block', 'half-block', { argv: ['trace', '34'], elevated: true }],
      ['03-calls/look/first', 'leaker', { argv: ['trace', '34'], elevated: true }],
      ['03-calls/look/second', 'leaker', { argv: ['trace', '34'], elevated: true }],
    ]);
    expect(steps).toMatchObject([{ step: { id: 'look' }, asWritten: [] }]);
    expect([steps[0]?.control, ...(steps[0]?.solutions ?? [])]).toEqual(runs);
  });
  it('whose control is another command runs that', () => {
    const run = () => ({ shell: 'trace --wrong' });
    const { steps, runs } = planned(command({ control: { variant: 'leaker', run } }));
    expect(keys(runs)).toEqual(['03-calls/look/control:leaker:look', '03-calls/look/first', '03-calls/look/second']);
    expect(steps[0]?.control.command(facts)).toEqual({ shell: 'trace --wrong' });
    expect(steps[0]?.solutions[0].command(facts)).toEqual({ argv: ['trace', '34'], elevated: true });
  });
});

describe('a question', () => {
  it('is answered from the runs of the step it asks about', () => {
    const { steps, runs } = planned(command(), question());
    expect(keys(runs)).toEqual(['03-calls/look/control:half-block', '03-calls/look/first', '03-calls/look/second']);
    const [asked, asking] = steps;
    expect(asking?.solutions[0]).toBe(asked?.solutions[0]);
    expect(asking?.solutions[1]).toBe(asked?.solutions[1]);
    expect(asking?.control).toBe(asked?.control);
  });
  it('with another control needs one run more, of the other step’s command', () => {
    const { runs } = planned(command(), question({ control: { variant: 'slow' } }));
    expect(keys(runs)).toEqual([
      '03-calls/look/control:half-block',
      '03-calls/look/first',
      '03-calls/look/second',
      '03-calls/look/control:slow',
    ]);
    expect(runs[3]).toMatchObject({ variant: 'slow', step: { id: 'look' } });
  });
  it('does not share the control that another step has a command of its own for', () => {
    const custom = { variant: 'half-block', run: () => ({ shell: 'x' }) };
    expect(keys(planned(command({ control: custom }), question()).runs)).toEqual([
      '03-calls/look/control:half-block:look',
      '03-calls/look/first',
      '03-calls/look/second',
      '03-calls/look/control:half-block',
    ]);
    expect(
      keys(
        planned(
          command(),
          question({ control: custom }),
          question({ id: 'again', control: { ...custom, run: () => ({ shell: 'y' }) } }),
        ).runs,
      ),
    ).toEqual([
      '03-calls/look/control:half-block',
      '03-calls/look/first',
      '03-calls/look/second',
      '03-calls/look/control:half-block:how-many',
      '03-calls/look/control:half-block:again',
    ]);
  });
  it.each(['lok', 'how-many'])('about %s has nothing to run', (from) => {
    expect(() => planned(command(), question({ from }))).toThrow('03-calls/how-many: no run to ask about');
  });
});

describe('the guide’s commands', () => {
  const guided = command({
    guide: [
      written('all', 'sudo trace -e \'\nprintf("%d", <pid>)\' # <pid>'),
      written('apt', 'sudo apt-get install -y trace', { installs: true }),
    ],
  });

  it('run as written, with the pid in its place and nothing else changed', () => {
    const { steps, runs } = planned(guided);
    // What installs goes before all else.
    expect(keys(runs)).toEqual(['03-calls/look/guide:apt', ...keys(runs).slice(1, 4), '03-calls/look/guide:all']);
    expect(steps[0]?.asWritten.map((g) => [g.guide.id, g.run.variant, g.run.command(facts)])).toEqual([
      ['all', 'leaker', { shell: 'sudo trace -e \'\nprintf("%d", 34)\' # 34' }],
      ['apt', 'leaker', { shell: 'sudo apt-get install -y trace' }],
    ]);
  });
  it('that install are not run where that is forbidden', () => {
    const { steps, runs } = plan([lesson(guided)], 'host', 'fast', { install: false });
    expect(keys(runs).slice(3)).toEqual(['03-calls/look/guide:all']);
    expect(steps[0]?.asWritten).toHaveLength(1);
  });
  it('run where they can be typed as they stand', () => {
    const everywhere = command({
      guide: [
        written('here', 'a'),
        written('there', 'kubectl get pod <pod-name>', { in: ['kind', 'cluster'] }),
        written('all', 'b', { in: ['host', 'kind'] }),
      ],
    });
    const ids = (environment: 'host' | 'kind' | 'cluster') =>
      plan([lesson(everywhere)], environment, 'fast', { install: true }).steps[0]?.asWritten.map((g) => g.guide.id);
    expect([ids('host'), ids('kind'), ids('cluster')]).toEqual([['here', 'all'], ['there', 'all'], ['there']]);
    expect(
      asWritten(
        written('there', 'kubectl get pod <pod-name>') as never,
        { ...facts, kube: { pod: 'leaker-5d-x2' } } as LabFacts,
      ),
    ).toEqual({ shell: 'kubectl get pod leaker-5d-x2' });
  });
  it('are put into a shell as they are', () => {
    expect(asWritten(written('x', '$& $1 <pid><pid> <pod-name>') as never, facts)).toEqual({
      shell: '$& $1 3434 <pod-name>',
    });
  });
});

describe('all', () => {
  const lessons = [
    lesson(command({ guide: [written('all', 'x')] }), question(), command({ id: 'own', kind: 'script' })),
    { ...lesson(command(), question()), id: '04-more' },
  ];

  it('lessons in their order, each key once', () => {
    const { steps, runs } = plan(lessons, 'host', 'fast', { install: true });
    expect(steps.map((s) => `${s.lesson.id}/${s.step.id}`)).toEqual([
      '03-calls/look',
      '03-calls/how-many',
      '03-calls/own',
      '04-more/look',
      '04-more/how-many',
    ]);
    expect(new Set(keys(runs)).size).toBe(runs.length);
    expect(runs).toHaveLength(3 + 1 + 3 + 3);
    expect(runs.every((r) => r.key.startsWith(`${r.lesson.id}/`))).toBe(true);
  });
  it('runs have a limit, longer at the real pace; the guide’s are only looked at', () => {
    const limits = (pace: 'fast' | 'real') =>
      new Map(plan(lessons, 'host', pace, { install: true }).runs.map((r) => [r.key, r.timeoutMs]));
    const [fast, real] = [limits('fast'), limits('real')];
    expect(real.get('03-calls/look/first')).toBeGreaterThan(10 * (fast.get('03-calls/look/first') as number));
    expect(real.get('03-calls/look/guide:all')).toBe(fast.get('03-calls/look/guide:all'));
    expect(fast.get('03-calls/look/guide:all')).toBeLessThan(fast.get('03-calls/look/first') as number);
  });
  it('of nothing is nothing', () => {
    expect(plan([], 'host', 'fast', { install: true })).toEqual({ steps: [], runs: [] });
  });
});

it('a lab that is drawn is another one in each run of a step, and its control of another class', async () => {
  const { steps } = plan([await loadLesson('09-leak-or-cache')], 'host', 'fast', { install: false, seed: 5 });
  const which = steps.find(({ step }) => step.id === 'which');
  expect([...(which?.solutions ?? []), which?.control].map((run) => run?.seed)).toEqual([5, 6, 7]);
  expect(plan([await loadLesson('01-crime-scene')], 'host', 'fast', { install: false }).runs[0]).not.toHaveProperty(
    'seed',
  );
});
