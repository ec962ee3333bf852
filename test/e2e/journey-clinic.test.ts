import { afterAll, beforeAll, expect, test } from 'vitest';
import { words } from '../../runner/words/index.ts';
import { type Terminal, terminal } from './terminal.ts';
import { type World, world } from './world.ts';

let w: World;
beforeAll(() => {
  w = world();
});
afterAll(() => w.end());

const literally = (text: string) => new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
/** What tracing takes, on kernels where probes are perf events as well. */
const LACKS = ',+bpf,+perfmon,+sys_admin';
const CUT_DOWN = 'sudo setpriv --bounding-set=-all';
const HOME = '\x01';
const RIGHT = '\x1b[C';

const passed = async (step: string): Promise<string | undefined> => {
  const { lessons } = (await w.json(['status'])) as unknown as {
    lessons: { lesson: string; steps: { step: string; state: string }[] }[];
  };
  return lessons.find((l) => l.lesson === '10-clinic')?.steps.find((s) => s.step === step)?.state;
};

test('in Korean, what is broken is run, named by moving in the list, and repaired in the line', async () => {
  const say = words('ko');
  const t = terminal(w, ['run', '10', '--pace', 'fast', '--lang', 'ko']);
  const now = () => t.sees(literally(say('step.what-now')));
  await t.sees(literally(say('lesson.begin')));
  t.type('\r');
  await now();
  t.type('r');
  await t.sees(/CAP_BPF and CAP_PERFMON/);
  await t.sees(literally(say('broken.seen')));
  await now();
  // Enter alone goes on with the list, whose first is not it; the cursor moves on by itself.
  t.type('\r');
  await t.sees(literally(say('diagnosis.which')));
  t.type('\r');
  await t.sees(literally(say('diagnosis.not', { name: '' }).split('.')[0] as string));
  expect(await passed('not-permitted')).toBe('started');
  await now();
  t.type('d');
  await t.sees(literally(say('diagnosis.refused')));
  t.type('4\r');
  await t.sees(literally(say('diagnosis.repair')));
  await now();
  t.type('e');
  await t.sees(literally(say('step.edit')));
  t.type(HOME + RIGHT.repeat(CUT_DOWN.length) + LACKS);
  t.type('\r');
  await t.sees(literally(say('outcome.pass')));
  await leave(t, say('step.passed'), say('session.bye'));
  expect(await passed('not-permitted')).toBe('passed');
  expect(w.processes()).toEqual([]);
});

test('with ACCESSIBLE=1 the list is numbered, and what passed before is passed', async () => {
  const say = words('en');
  const t = terminal(w, ['run', '10/by-its-pid', '--pace', 'fast'], { ACCESSIBLE: '1' });
  const choice = async (key: string) => {
    await t.sees(/Your choice \(1–\d+\):/);
    t.type(`${key}\r`);
  };
  await choice('r');
  await t.sees(/there is no process \d+ here/);
  await choice('d');
  await t.sees(/1\. the probe sits in a file/);
  await t.sees(/8\. that number is another process/);
  await t.sees(literally(say('ask.which')));
  t.type('8\r');
  await t.sees(literally(say('diagnosis.repair')));
  await choice('e');
  await t.sees(literally(say('step.edit')));
  const broken = /\$ sudo unshare --pid --fork --mount-proc (.*?)\r?\n/.exec(t.raw())?.[1];
  t.type(`sudo ${broken}\r`);
  await t.sees(/\[PASS\] What is wrong has been named/);
  await choice('q');
  await t.sees(literally(say('session.bye')));
  expect((await t.exit).exitCode).toBe(0);
  expect(t.raw()).not.toContain('\x1b[');
  expect(await passed('by-its-pid')).toBe('passed');
  expect(w.processes()).toEqual([]);
});

test('check takes a diagnosis, a repair, or both, and --json says how they stand', async () => {
  const up = (await w.json(['up', '--pace', 'fast'])) as unknown as { id: string };
  try {
    const checked = async (...args: string[]) => {
      const { code, out } = await w.run(['check', '10/not-permitted', '--json', ...args]);
      const { outcome, criteria } = JSON.parse(out) as {
        outcome: string;
        criteria: { id: string; state: string; text: string }[];
      };
      const said = criteria.find((c) => c.id === 'diagnosis');
      return { code, outcome, state: said?.state, text: said?.text ?? '' };
    };
    const wrong = await checked('--answer', 'headers');
    expect(wrong).toMatchObject({ code: 1, outcome: 'wrong', state: 'unmet' });
    expect(wrong.text).toMatch(/not “the kernel's headers are missing”.*A tool that compiles/);
    expect(await checked('--answer', 'capability')).toMatchObject({ code: 1, outcome: 'not yet', state: 'met' });
    expect((await w.run(['check', '10/not-permitted', '--answer', 'ghosts'])).code).toBe(2);
  } finally {
    await w.run(['down', up.id]);
  }
});

async function leave(t: Terminal, at: string, bye: string): Promise<void> {
  await t.sees(literally(at));
  t.type('q');
  await t.sees(literally(bye));
  expect((await t.exit).exitCode).toBe(0);
}
