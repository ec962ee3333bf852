import { describe, expect, it } from 'vitest';
import '../lesson/checkout.ts';
import '../journal/state.ts';
import { innermostClaim } from '../../runner/interrupts.ts';
import type { LabSpec } from '../../runner/model/lab.ts';
import { FakeEnvironment, type FakeLab } from './fakes.ts';
import { lesson as small, RIGHT } from './small.ts';
import { walked } from './walking.ts';

/** What a script of its own prints on the twin that gives back, where it looks at what is taught. */
const NO = 'malloc 1024\nmalloc 9\nmalloc 1024\n';

/** The leaker prints what passes, the twin this. */
class Both extends FakeEnvironment {
  twin: FakeLab['next'];
  constructor(twin: FakeLab['next'] | string) {
    super();
    this.twin = typeof twin === 'string' ? { prints: twin } : twin;
  }
  override async up(spec: LabSpec) {
    const lab = await super.up(spec);
    lab.next = spec.variant === 'twin' ? this.twin : { prints: RIGHT };
    return lab;
  }
}
const OWN = 2;
const kinds = (ui: { outcomes: { kind: string }[] }) => ui.outcomes.map((o) => o.kind);

describe('a script that passed', () => {
  it('runs on the twin as well, beside the leaker, and passes once the check says no there', async () => {
    const environment = new Both(NO);
    const { ui, events } = await walked(OWN, ['r', 'n', 'q'], { environment });
    const [lab, twin] = environment.started as [FakeLab, FakeLab];
    expect(twin.spec).toEqual({ workload: 'small', variant: 'twin', pace: 'fast', lifetime: 'session' });
    expect(twin.ran.map((r) => r.argv)).toEqual(lab.ran.map((r) => r.argv));
    expect([lab.ran.length, twin.downs]).toEqual([1, 1]);
    expect(ui.text).toContain('[your service (pid 100) | the healthy twin]');
    expect(ui.text).not.toContain('[picture]');
    expect(kinds(ui)).toEqual(['wrong', 'pass']);
    expect(ui.outcomes[1]?.criteria.at(-1)).toMatchObject({ id: 'tells-apart', state: 'met', seen: { on: 'twin' } });
    expect(events).toContain('own attempt pass');
  });
  it('is shown whole by w, with what the twin printed below, and of a second run only that', async () => {
    const { ui } = await walked(OWN, ['r', 'r', 'w', 'q'], { environment: new Both(NO) });
    expect(ui.shown.filter((text) => text === `${RIGHT}\n${NO}`.trimEnd())).toHaveLength(1);
  });
  it('tells of the twin what is not met there, and no more', async () => {
    const { ui } = await walked(OWN, ['r', 'q'], { environment: new Both(NO) });
    expect(ui.outcomes[0]?.criteria.map((c) => c.state)).toEqual(['unmet']);
  });
  it('is wrong where it says the same of the healthy one', async () => {
    const environment = new Both(RIGHT);
    const { ui, events } = await walked(OWN, ['r', 'q'], { environment });
    expect(ui.outcomes.at(-1)?.criteria.at(-1)).toMatchObject({ state: 'unmet', cause: 'same-as-healthy' });
    expect(events.at(-1)).toBe('own attempt wrong');
    expect(ui.offered.at(-1)?.keys).not.toContain('n');
    expect(environment.started[1]?.downs).toBe(1);
  });
  it('that fails already is not run there', async () => {
    const environment = new Both(NO);
    const up = environment.up.bind(environment);
    environment.up = async (spec) => Object.assign(await up(spec), { next: { prints: NO } });
    await walked(OWN, ['r', 'q'], { environment });
    expect(environment.started).toHaveLength(1);
  });
  it('that was pasted is not yet passed: what was pasted shows one service', async () => {
    const environment = new Both(NO);
    const { ui, events } = await walked(OWN, ['c', RIGHT.trimEnd(), 'q'], { environment });
    expect(ui.outcomes.at(-1)?.criteria.at(-1)).toMatchObject({ state: 'more', cause: 'only-here' });
    expect(events.at(-1)).toBe('own attempt not yet');
    expect(environment.started).toHaveLength(1);
  });
  it('with a command of the learner’s own has that at the twin’s pid', async () => {
    const environment = new Both(NO);
    await walked(OWN, ['e', 'mine -p 100 /proc/100/root/libc.so.6 1000 x100', 'q'], { environment });
    expect(environment.started[1]?.ran[0]?.argv).toEqual([
      'bash',
      '-c',
      'mine -p 101 /proc/101/root/libc.so.6 1000 x100',
    ]);
  });
});

describe('Ctrl-C', () => {
  it('while the script runs on the twin ends that alone: what it printed is judged, and the twin ends', async () => {
    const environment = new Both({ prints: NO, meanwhile: () => innermostClaim()?.() });
    const { end, ui } = await walked(OWN, ['r', 'q'], { environment });
    expect([end, ui.outcomes.at(-1)?.kind]).toEqual(['quit', 'pass']);
    expect(environment.started[1]).toMatchObject({ downs: 1 });
    expect(innermostClaim()).toBeUndefined();
  });
  it('before the twin is up leaves the step as it is', async () => {
    const environment = new Both(NO);
    const up = environment.up.bind(environment);
    environment.up = async (spec) => {
      if (spec.variant !== 'twin') return up(spec);
      innermostClaim()?.();
      throw new Error('aborted');
    };
    const { ui, events } = await walked(OWN, ['r', 'q'], { environment });
    expect(ui.outcomes.at(-1)?.criteria.at(-1)).toMatchObject({ cause: 'only-here' });
    expect(events.at(-1)).toBe('own attempt not yet');
  });
  it('is not what a twin that cannot be had is', async () => {
    const environment = new Both(NO);
    const up = environment.up.bind(environment);
    environment.up = async (spec) => {
      if (spec.variant === 'twin') throw new Error('no memory');
      return up(spec);
    };
    await expect(walked(OWN, ['r', 'q'], { environment })).rejects.toThrow('no memory');
    expect(environment.started[0]?.downs).toBe(1);
  });
});

describe('a command that is drawn beside a twin', () => {
  const beside = {
    ...small,
    steps: small.steps.map((step) =>
      step.kind === 'command' ? { ...step, twin: 'twin', draws: 'survival' as const } : step,
    ),
  };
  it('is run there once it has passed, and both are drawn as it says', async () => {
    const environment = new Both(NO);
    const { ui } = await walked(0, ['n', 'r', 'q'], { environment }, beside);
    expect(environment.started.map(({ spec }) => spec.variant)).toEqual(['leaker', 'twin']);
    expect(ui.text).toContain('[your service (pid 100) | the healthy twin, survival]');
    expect(kinds(ui)).toEqual(['wrong', 'pass']);
  });
  it('without one it is run on the leaker alone', async () => {
    const environment = new Both(NO);
    await walked(0, ['n', 'r', 'q'], { environment });
    expect(environment.started).toHaveLength(1);
  });
});
