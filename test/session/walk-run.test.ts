import { describe, expect, it } from 'vitest';
import '../lesson/checkout.ts';
import { innermostClaim } from '../../runner/interrupts.ts';
import { readEvents } from '../../runner/journal/events.ts';
import { FakeEnvironment, type FakeLab } from './fakes.ts';
import { RIGHT, WRONG } from './small.ts';
import { names } from '../journal/state.ts';
import { printing, walked } from './walking.ts';

const first = (environment: FakeEnvironment) => environment.started[0] as FakeLab;

describe('w', () => {
  it('shows all that the last run printed, as it came, and is not there before', async () => {
    const { ui } = await walked(0, ['n', 'r', 'w', 'q'], { environment: printing('\x1b[31mred\nharmless\n') });
    expect(ui.offered.map((o) => o.keys.includes('w'))).toEqual([false, false, true, true]);
    expect(ui.text.match(/red\nharmless/g)).toHaveLength(2);
  });
});

describe('r', () => {
  it('makes ready, runs what is shown, checks what it printed, and tells', async () => {
    const asked: string[] = [];
    const { ui, environment, events } = await walked(0, ['n', 'r', 'm', 'n', 'q'], {
      environment: printing(RIGHT),
      ready: async (step) => void asked.push(step.id),
    });
    expect(asked).toEqual(['look']);
    expect(first(environment).required).toEqual(['tracefs']);
    expect(first(environment).ran).toMatchObject([{ argv: ['trace', '-p', '100'], options: { elevated: true } }]);
    expect(ui.text).toMatch(
      /\$ sudo trace -p 100\nlive: malloc 1024[\s\S]*live ended\n\[picture\]\n\noutcome: pass\n[\s\S]*Seen\./,
    );
    expect(events).toEqual(['look shown', 'look ran', 'look attempt pass', 'how-many shown']);
    expect(names('transcripts')).toHaveLength(1);
  });
  it('what it meant comes with a key of its own, so that verdict and plot stand above the menu', async () => {
    const { ui } = await walked(0, ['n', 'r', 'm', 'q'], { environment: printing(RIGHT) });
    const verdict = ui.shown.indexOf('outcome: pass');
    expect(ui.shown[verdict + 1]).toContain('Seen.');
    const [, , after, explained] = ui.offered.map(({ keys }) => keys.includes('m'));
    expect([after, explained]).toEqual([true, false]);
    const skipped = await walked(0, ['n', 'r', 'n', 'q'], { environment: printing(RIGHT) });
    expect(skipped.ui.text).not.toContain('Seen.');
  });
  it.each([
    [WRONG, 'wrong'],
    ['malloc 1024\n', 'not yet'],
    ['! needs-root\n', 'blocked'],
  ])('%j is %s: no picture, nothing of what it all meant, and no way on', async (prints, kind) => {
    const { ui, events } = await walked(0, ['n', 'r', 'q'], { environment: printing(prints) });
    expect(ui.text).toContain(`outcome: ${kind}`);
    expect(ui.text).not.toMatch(/picture|Seen\./);
    expect(events.at(-1)).toBe(`look attempt ${kind}`);
    expect(ui.offered.at(-1)?.keys).not.toContain('n');
  });
  it('a lab that dies meanwhile is broken; the next run is in another', async () => {
    const environment = printing(RIGHT);
    const { ui, events } = await walked(0, ['n', 'r', 'r', 'q'], {
      environment,
      ready: async () => {
        const lab = first(environment);
        lab.next = { prints: RIGHT, meanwhile: () => (lab.alive = false) };
      },
    });
    expect(ui.outcomes.map((o) => o.kind)).toEqual(['broken', 'pass']);
    expect(events).toEqual(['look shown', 'look ran', 'look attempt broken', 'look ran', 'look attempt pass']);
    expect(readEvents().flatMap((e) => (e.type === 'attempt' ? [e.lab.pid] : []))).toEqual([100, 101]);
  });
  it('Ctrl-C ends the tool alone: what it printed is judged', async () => {
    const environment = printing(RIGHT);
    const { end, ui } = await walked(0, ['n', 'r', 'q'], {
      environment,
      ready: async () => {
        first(environment).next = { prints: WRONG, meanwhile: () => innermostClaim()?.() };
      },
    });
    expect(first(environment).ran[0]?.options.signal?.aborted).toBe(true);
    expect([end, ui.outcomes[0]?.kind]).toEqual(['quit', 'wrong']);
    expect(innermostClaim()).toBeUndefined();
  });
});

describe('e', () => {
  it('begins with the command; what was typed is one argument of bash, and stays', async () => {
    const { ui, environment } = await walked(0, ['n', 'e', ' trace -p $TARGET_PID | cat\n', 'r', 'e', 'trace 2', 'q'], {
      environment: printing(WRONG),
    });
    expect(ui.initial).toEqual(['sudo trace -p 100', 'trace -p $TARGET_PID | cat']);
    expect(first(environment).ran.map((r) => r.argv)).toEqual([
      ['bash', '-c', 'trace -p $TARGET_PID | cat'],
      ['bash', '-c', 'trace -p $TARGET_PID | cat'],
      ['bash', '-c', 'trace 2'],
    ]);
    expect(ui.text).toContain('$ trace -p $TARGET_PID | cat');
  });
  it('left as it was is the command itself', async () => {
    const { environment } = await walked(0, ['n', 'e', 'sudo trace -p 100', 'q'], { environment: printing(WRONG) });
    expect(first(environment).ran.map((r) => [r.argv, r.options.elevated])).toEqual([[['trace', '-p', '100'], true]]);
  });
  it('given up runs nothing', async () => {
    const { environment, events } = await walked(0, ['n', 'e'], { environment: printing(WRONG) });
    expect(first(environment).ran).toEqual([]);
    expect(events).toEqual(['look shown']);
  });
  it('of a script opens the learner’s copy, then runs it', async () => {
    const edited: string[] = [];
    const { ui, environment } = await walked(2, ['e', 'q'], {
      environment: printing(RIGHT),
      edit: async (file) => {
        edited.push(file);
        return true;
      },
    });
    expect(edited).toEqual([expect.stringMatching(/scripts\/01-small\/own\.bt$/)]);
    expect(ui.initial).toEqual([]);
    expect(first(environment).ran.map((r) => r.argv)).toEqual([['trace', edited[0]]]);
  });
  it('of a script without an editor is of the command', async () => {
    const { ui, environment } = await walked(2, ['e', 'trace mine', 'q'], { environment: printing(RIGHT) });
    expect(ui.initial).toEqual([expect.stringMatching(/^trace .*own\.bt$/)]);
    expect(first(environment).ran.map((r) => r.argv)).toEqual([['bash', '-c', 'trace mine']]);
  });
});

describe('c', () => {
  it('checks what was pasted, and runs nothing', async () => {
    const { ui, environment, events } = await walked(0, ['n', 'c', WRONG, 'c', RIGHT.trimEnd(), 'm', 'n', 'q']);
    expect(ui.outcomes.map((o) => o.kind)).toEqual(['wrong', 'pass']);
    expect(first(environment).ran).toEqual([]);
    expect(events).toEqual([
      'look shown',
      'look ran',
      'look attempt wrong',
      'look ran',
      'look attempt pass',
      'how-many shown',
    ]);
    expect(ui.text).toContain('Seen.');
  });
  it('given up checks nothing', async () => {
    expect((await walked(0, ['n', 'c'])).events).toEqual(['look shown']);
  });
});

describe('a', () => {
  it('is judged by what this lab showed', async () => {
    const { ui, events } = await walked(0, ['n', 'r', 'n', 'a', '4', 'a', ' 3 ', 'n', 'q'], {
      environment: printing(RIGHT),
    });
    expect(ui.outcomes.slice(1).map((o) => [o.kind, o.criteria[0]?.cause])).toEqual([
      ['wrong', 'too-high'],
      ['pass', undefined],
    ]);
    expect(events).toEqual([
      'look shown',
      'look ran',
      'look attempt pass',
      'how-many shown',
      'how-many attempt wrong',
      'how-many attempt pass',
      'own shown',
    ]);
    expect(readEvents().flatMap((e) => (e.type === 'attempt' && e.answer !== undefined ? [e.answer] : []))).toEqual([
      '4',
      ' 3 ',
    ]);
  });
  it('without a run is not yet, and says which step to run', async () => {
    const { ui } = await walked(1, ['a', '3', 'q']);
    expect(ui.outcomes).toMatchObject([
      { kind: 'not yet', criteria: [{ cause: 'no-evidence', seen: { from: expect.any(String) } }] },
    ]);
  });
  it('another lab’s answer does not count', async () => {
    await walked(0, ['n', 'r', 'q'], { environment: printing(RIGHT) });
    const environment = new FakeEnvironment();
    await environment.up({ workload: 'small', variant: 'leaker', pace: 'fast', lifetime: 'session' });
    expect((await walked(1, ['a', '3', 'q'], { environment })).ui.outcomes).toMatchObject([{ kind: 'not yet' }]);
  });
  it.each(['', '  '])('%j is no answer', async (answer) => {
    expect((await walked(1, ['a', answer, 'q'])).events).toEqual(['how-many shown']);
  });
  it('that is wrong has another service drawn, where one was: what was seen is no evidence of that one', async () => {
    const environment = printing(RIGHT);
    const up = environment.up.bind(environment);
    environment.up = (spec) => up({ ...spec, seed: 5 });
    const { ui } = await walked(0, ['n', 'r', 'n', 'a', '4', 'a', '3', 'q'], { environment });
    expect(ui.outcomes.map((o) => o.kind)).toEqual(['pass', 'wrong', 'not yet']);
    expect(ui.text).toContain(ui.say('lab.drawn-anew'));
    expect(environment.started).toHaveLength(2);
    expect(environment.started[0]?.downs).toBeGreaterThan(0);
  });
});
