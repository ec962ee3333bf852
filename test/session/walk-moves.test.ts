import { describe, expect, it } from 'vitest';
import '../lesson/checkout.ts';
import { append, type NewEvent } from '../../runner/journal/events.ts';
import { WorkshopError } from '../../runner/errors.ts';
import { FakeEnvironment, FakeLab, FakeTool } from './fakes.ts';
import '../journal/state.ts';
import { everyToolIs, walked } from './walking.ts';

const COMMAND = ['r', 'e', 'o', 'c', 'h', 's', 't', 'k', 'b', 'l', 'x', 'q'];
const QUESTION = ['a', 'g', 'h', 's', 't', 'k', 'b', 'l', 'x', 'q'];
const withN = (keys: string[]) => ['n', ...keys.filter((k) => k !== 'k')];
const passed = (step: string): NewEvent => ({
  type: 'attempt',
  lesson: '01-small',
  step,
  outcome: 'pass',
  criteria: [],
  transcript: null,
  hash: null,
  lab: { id: 'l', pid: 1, startTime: '1' },
});

describe('a lesson', () => {
  it('begins with its introduction, ends with its recap, and skipping blocks nothing', async () => {
    const { end, ui, events } = await walked(0, ['n', 'k', 'k', 'k']);
    expect(end).toBe('done');
    expect(ui.text).toMatch(
      /A small lesson[\s\S]*Introduction to 100\.[\s\S]*1\/3 {2}Look at calls[\s\S]*sudo trace -p 100[\s\S]*2\/3 {2}How many[\s\S]*3\/3 {2}Your own script[\s\S]*That was 0\.3 s of your time[\s\S]*Lesson done: A small lesson/,
    );
    expect(events).toEqual(['look shown', 'look skip', 'how-many shown', 'how-many skip', 'own shown', 'own skip']);
    expect(ui.offered.map((o) => o.keys)).toEqual([['n', 'q'], COMMAND, QUESTION, COMMAND]);
  });
  it('from a later step has no introduction', async () => {
    const { ui } = await walked(1, ['q']);
    expect(ui.text).not.toContain('Introduction');
    expect(ui.offered[0]?.keys).toEqual(QUESTION);
  });
  it('that nobody begins is not shown', async () => {
    for (const typed of [['q'], []]) expect(await walked(0, typed)).toMatchObject({ end: 'quit', events: [] });
  });
});

describe('keys', () => {
  it.each([
    [['n', 'q'], 'quit'],
    [['n'], 'quit'],
    [['n', 'k', 'k', 'q'], 'quit'],
  ])('%j end in %s', async (typed, end) => {
    expect((await walked(0, typed)).end).toBe(end);
  });
  it('l is only a look: with nothing chosen the step goes on in the same lab', async () => {
    const { end, environment } = await walked(0, ['n', 'l', 'k', 'q']);
    expect([end, environment.started.length]).toEqual(['quit', 1]);
  });
  it('l leads to the lesson that was chosen, from the one at hand', async () => {
    const asked: string[] = [];
    const lessons = async (current: string) => {
      asked.push(current);
      return '02-other';
    };
    const { end, environment } = await walked(0, ['n', 'l'], { lessons });
    expect([end, asked]).toEqual([{ lesson: '02-other' }, ['01-small']]);
    expect(environment.started.map((l) => l.downs)).toEqual([1]);
  });
  it('g goes from a question to its run, and from there back to the question', async () => {
    const { events, ui } = await walked(1, ['g', 'g', 'q']);
    expect(events).toEqual(['how-many shown', 'look shown', 'how-many shown']);
    expect(ui.offered.map(({ keys }) => keys.includes('g'))).toEqual([true, true, true]);
    expect((await walked(0, ['n', 'q'])).ui.offered.at(-1)?.keys).not.toContain('g');
  });
  it('t shows the text of the step again', async () => {
    const { ui } = await walked(0, ['n', 't', 'q']);
    expect(ui.shown.filter((line) => line.includes('sudo trace -p 100'))).toHaveLength(2);
  });
  it('b goes back, from the first step to itself', async () => {
    const { ui, events } = await walked(1, ['b', 'b', 'k', 'q']);
    expect(events).toEqual(['how-many shown', 'look shown', 'look shown', 'look skip', 'how-many shown']);
    expect(ui.text).not.toContain('Introduction');
  });
  it('n is offered once a step has passed, and skip no more', async () => {
    for (const step of ['look', 'how-many', 'own']) append(passed(step));
    const { end, ui, events } = await walked(0, ['n', 'n', 'n', 'n']);
    expect(end).toBe('done');
    expect(ui.offered.slice(1).map((o) => o.keys)).toEqual([withN(COMMAND), withN(QUESTION), withN(COMMAND)]);
    expect(ui.offered.slice(1).every((o) => o.message.startsWith('Passed'))).toBe(true);
    expect(events.filter((e) => e.endsWith('skip'))).toEqual([]);
  });
  it('o opens a shell beside this very lab, and the step goes on', async () => {
    const opened: [string, number][] = [];
    const { end, environment } = await walked(0, ['n', 'o', 'q'], {
      shell: async (lesson, lab) => void opened.push([lesson.id, lab.target.pid]),
    });
    expect(opened).toEqual([['01-small', 100]]);
    expect([end, environment.started.length]).toEqual(['quit', 1]);
  });
});

describe('the lab', () => {
  it.each([[['n', 'q']], [['n', 'l']], [['n', 'k', 'k', 'k']], [['q']], [[]]])(
    'of a session ends with it: %j',
    async (typed) => {
      const { environment, ui } = await walked(0, typed);
      expect(environment.started.map((l) => [l.spec, l.downs])).toEqual([
        [{ workload: 'small', variant: 'leaker', pace: 'fast', lifetime: 'session' }, 1],
      ]);
      expect(ui.shown.at(-1)).toBe('The service was stopped.');
    },
  );
  it('ends when a step throws, too', async () => {
    const environment = new FakeEnvironment();
    const ready = async () => {
      throw new Error('no tracer');
    };
    await expect(walked(0, ['n', 'r'], { environment, ready })).rejects.toThrow('no tracer');
    expect(environment.started.map((l) => l.downs)).toEqual([1]);
  });
  it('that was up before is used, and left', async () => {
    const environment = new FakeEnvironment(
      new FakeLab(7, { lifetime: 'until-down', variant: 'twin' }),
      new FakeLab(8),
      new FakeLab(9, { lifetime: 'until-down', pace: 'real' }),
    );
    const { ui } = await walked(0, ['n', 'q'], { environment });
    expect(ui.text).toContain('sudo trace -p 9');
    expect(ui.text).not.toMatch(/Fast pace|was stopped/);
    expect(environment.started).toEqual([]);
    expect(environment.there.map((l) => l.downs)).toEqual([0, 0, 0]);
  });
  it('is one that the tool fits which was found here, looked for before anything is shown', async () => {
    const environment = new FakeEnvironment(new FakeLab(9, { lifetime: 'until-down' }));
    const tool = Object.assign(new FakeTool('gadget'), { standsIn: 'memleak' as const });
    let found = false;
    environment.fits = () => (found ? { libc: 'system' } : {});
    const ready = async () => {
      found = true;
    };
    const { ui } = await walked(0, ['n', 'q'], { environment, ready, tools: everyToolIs(tool) });
    expect(environment.started.map((l) => [l.spec.libc, l.downs])).toEqual([['system', 1]]);
    expect(ui.text).toContain('sudo trace -p 100');
    expect(ui.text).toMatch(/It runs on the libc of this machine/);
  });
  it('is there though the tool is not, to be read about', async () => {
    const environment = new FakeEnvironment();
    environment.fits = () => ({});
    const tool = Object.assign(new FakeTool('gadget'), { standsIn: 'memleak' as const });
    const ready = async () => {
      throw new WorkshopError('sudo.missing');
    };
    const { end, ui } = await walked(0, ['n', 'q'], { environment, ready, tools: everyToolIs(tool) });
    expect([end, environment.started.length]).toEqual(['quit', 1]);
    expect(ui.text).not.toMatch(/libc of this machine/);
  });
  it('that died is replaced: what changed is said, and neither is left behind', async () => {
    const environment = new FakeEnvironment();
    const shell = async () => {
      (environment.started[0] as FakeLab).alive = false;
    };
    const { ui } = await walked(0, ['n', 'o', 'k', 'q'], { environment, shell });
    expect(ui.text).toContain('pid 100 is gone, the new pid is 101');
    expect(environment.started.map((l) => l.downs)).toEqual([1, 1]);
  });
  it('that died is not replaced for somebody who leaves', async () => {
    const environment = new FakeEnvironment();
    const shell = async () => {
      (environment.started[0] as FakeLab).alive = false;
    };
    const { end } = await walked(0, ['n', 'o', 'q'], { environment, shell });
    expect([end, environment.started.length]).toEqual(['quit', 1]);
  });
  it('that died is ended even when no other can be had', async () => {
    const environment = new FakeEnvironment();
    const shell = async () => {
      (environment.started[0] as FakeLab).alive = false;
      environment.up = async () => {
        throw new Error('no compiler');
      };
    };
    await expect(walked(0, ['n', 'o', 'k'], { environment, shell })).rejects.toThrow('no compiler');
    expect(environment.started.map((l) => l.downs)).toEqual([1]);
  });
  it('that somebody else started and that died is theirs to remove', async () => {
    const theirs = new FakeLab(9, { lifetime: 'until-down' });
    const environment = new FakeEnvironment(theirs);
    const shell = async () => {
      theirs.alive = false;
      environment.there = [];
    };
    await walked(0, ['n', 'o', 'k', 'q'], { environment, shell });
    expect([theirs.downs, environment.started[0]?.downs]).toEqual([0, 1]);
  });
});
