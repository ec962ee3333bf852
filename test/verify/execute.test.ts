import { describe, expect, it } from 'vitest';
import { FakeEnvironment, FakeLab } from '../session/fakes.ts';
import type { LabSpec } from '../../runner/model/lab.ts';
import { execute } from '../../runner/verify/execute.ts';
import type { Run } from '../../runner/verify/plan.ts';
import { command, planned } from './runs.ts';

const PRINTS = 'PID 100: watching malloc\nPID 100: malloc(1024)\nPID 100: malloc(1024)\n';
const nothing = { leftovers: async () => [] };
/** So many runs of one step, as plan makes them. */
const runs = (n: number, more: object = {}): Run[] => {
  const [run] = planned(command(more)).runs;
  return Array.from({ length: n }, (_, i) => ({ ...(run as Run), key: `run ${i}` }));
};

/** Whose labs print what a tracer does, and how many of them are up at once. */
class Busy extends FakeEnvironment {
  up_ = 0;
  most = 0;
  lab(_: FakeLab): void {}
  override async up(spec: LabSpec) {
    const lab = await super.up(spec);
    lab.next = { prints: PRINTS };
    this.most = Math.max(this.most, ++this.up_);
    const down = lab.down.bind(lab);
    lab.down = async () => {
      this.up_--;
      await down();
    };
    this.lab(lab);
    return lab;
  }
}

describe('execute', () => {
  it('runs each in a fresh lab of its own, some side by side, and ends every lab', async () => {
    const environment = new Busy();
    const done: string[] = [];
    const { results, leftovers } = await execute(runs(20), environment, 'fast', {
      ...nothing,
      onDone: (r) => done.push(r.run.key),
    });
    expect([...results.keys()].sort()).toEqual(
      runs(20)
        .map((r) => r.key)
        .sort(),
    );
    expect(done.sort()).toEqual([...results.keys()].sort());
    expect(environment.started).toHaveLength(20);
    expect(environment.started.every((l) => l.downs === 1 && l.ran.length === 1)).toBe(true);
    expect(environment.started[0]?.spec).toEqual({
      workload: 'small',
      variant: 'half-block',
      pace: 'fast',
      lifetime: 'session',
    });
    expect(environment.most).toBeGreaterThan(1);
    expect(environment.most).toBeLessThanOrEqual(6);
    expect(leftovers).toEqual([]);
  });

  it('leaves room for the tools of a step that starts several: two such labs at once, and none that one more tool fits beside', async () => {
    const environment = new Busy();
    const all = runs(8).map((run, i) =>
      i < 6 ? { ...run, step: { ...run.step, reads: 'together' } as Run['step'] } : run,
    );
    const { results } = await execute(all, environment, 'fast', nothing);
    expect(results.size).toBe(8);
    expect(environment.most).toBe(2);
  });

  it('keeps what was printed and what the tool’s reader made of it', async () => {
    const environment = new Busy();
    environment.lab = (lab) => (lab.next = { prints: PRINTS, ending: { code: 3 } });
    const { results } = await execute(runs(1, { requires: ['tracefs'] }), environment, 'fast', nothing);
    expect(results.get('run 0')).toMatchObject({
      text: PRINTS,
      code: 3,
      timedOut: false,
      failed: null,
      evidence: [
        { kind: 'subject', pid: 100 },
        { kind: 'allocation', bytes: 1024, pid: 100 },
        { kind: 'allocation', bytes: 1024, pid: 100 },
      ],
      subjects: { pid: 100 },
      truth: { blockBytes: 1024 },
    });
    expect(environment.started[0]).toMatchObject({
      required: ['tracefs'],
      ran: [{ argv: ['trace', '100'], options: { elevated: true, timeoutMs: runs(1)[0]?.timeoutMs } }],
    });
  });

  it('runs again what is asked for, once and one at a time, and keeps what came of that', async () => {
    const environment = new Busy();
    const all = runs(8);
    const [one, other] = all as [Run, Run];
    let before = 0;
    const { results } = await execute(all, environment, 'fast', {
      ...nothing,
      again: (results) => {
        before = results.size;
        environment.most = 0;
        environment.lab = (lab) => (lab.next = { prints: 'the second time' });
        return [one, other, one];
      },
    });
    expect(before).toBe(8);
    expect(environment.started).toHaveLength(10);
    expect(environment.most).toBe(1);
    expect(results.get(one.key)?.text).toBe('the second time');
    expect(results.get('run 7')?.text).toBe(PRINTS);
  });

  it('a lab that cannot be had, or a command that cannot be made, is that run’s failure alone', async () => {
    const environment = new Busy();
    const up = environment.up.bind(environment);
    environment.up = async (spec) => {
      if (environment.started.length === 1) {
        environment.started.push(new FakeLab(7));
        throw new Error('no compiler');
      }
      return up(spec);
    };
    const some = runs(4);
    (some[3] as Run).command = () => {
      throw new Error('no such script');
    };
    const { results } = await execute(some, environment, 'fast', nothing);
    expect(
      [...results.values()]
        .map((r) => r.failed)
        .filter((f) => f !== null)
        .sort(),
    ).toEqual(['no compiler', 'no such script']);
    expect(environment.up_).toBe(0);
    expect(results.get('run 3')).toMatchObject({ evidence: [], text: '', code: null });
  });

  it('a lab that does not end is its run’s failure; the others end theirs', async () => {
    const environment = new Busy();
    environment.lab = (lab) => {
      if (lab !== environment.started[0]) return;
      lab.down = async () => {
        throw new Error('still there');
      };
    };
    const { results } = await execute(runs(9), environment, 'fast', nothing);
    expect([...results.values()].filter((r) => r.failed === 'still there')).toHaveLength(1);
    expect(results.size).toBe(9);
    expect(environment.started.slice(1).every((l) => l.downs === 1)).toBe(true);
  });

  it('begins no further run once it is interrupted', async () => {
    const environment = new Busy();
    const interrupt = new AbortController();
    const { results } = await execute(runs(50), environment, 'fast', {
      ...nothing,
      signal: interrupt.signal,
      onDone: () => interrupt.abort(),
    });
    expect(results.size).toBeLessThanOrEqual(6);
    expect(environment.up_).toBe(0);
  });

  it('looks for what is left once all labs are down', async () => {
    const environment = new Busy();
    const { leftovers } = await execute(runs(8), environment, 'fast', {
      leftovers: async () => [`${environment.up_} labs up`],
    });
    expect(leftovers).toEqual(['0 labs up']);
    expect(await execute([], environment, 'fast', { leftovers: async () => ['a mount'] })).toEqual({
      results: new Map(),
      leftovers: ['a mount'],
    });
  });
});
