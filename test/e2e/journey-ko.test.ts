import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { words } from '../../runner/words/index.ts';
import { type Terminal, terminal } from './terminal.ts';
import { root, type World, world } from './world.ts';

const say = words('ko');
const literally = (text: string) => new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));

let w: World;
beforeAll(() => {
  w = world();
  // An editor that finishes the learner's script, as they would.
  writeFileSync(join(w.dir, 'editor'), `#!/bin/sh\nexec cp ${join(root, 'bpf/by-call-site.bt')} "$1"\n`, {
    mode: 0o755,
  });
});
afterAll(() => w.end());

test('a learner finishes lesson 4 in Korean, with real bpftrace on the real leaker', async () => {
  const t = terminal(w, ['run', '4', '--pace', 'fast', '--lang', 'ko'], { EDITOR: join(w.dir, 'editor') });
  const now = () => t.sees(literally(say('step.what-now')));
  const passed = () => t.sees(literally(say('outcome.pass')));
  // A script that passed is run on the healthy twin as well, and told no there.
  const twin = () => t.sees(literally(say('twin.check', { on: say('twin.healthy') })));
  await t.sees(literally(say('lesson.begin')));
  t.type('n');

  await now();
  expect(t.screen()).toMatch(/sudo bpftrace -p \d+/);
  t.type('r');
  await passed();
  await next(t);

  await now();
  t.type('a');
  await t.sees(literally(say('step.answer')));
  t.type('10,5\r');
  await t.sees(literally(say('outcome.wrong')));
  await now();
  t.type('a');
  await t.sees(literally(say('step.answer')));
  // A MiB each 300 ms, for a day.
  t.type(`${Math.round(86_400_000 / 300 / 1024)} GiB\r`);
  await passed();
  await next(t);

  await now();
  t.type('h');
  await t.sees(literally(say('hint.level', { level: 1, of: 3 })));
  await now();
  t.type('e');
  await twin();
  await passed();
  await next(t);

  await now();
  t.type('s');
  await t.sees(literally(say('solution.take')));
  t.type('y');
  await now();
  t.type('r');
  await twin();
  await passed();
  await next(t);

  await now();
  t.type('a');
  await t.sees(literally(say('step.answer')));
  t.type(`${oldestOf(w)}\r`);
  await passed();
  await next(t);

  await t.sees(literally(say('list.choose')));
  t.type('q');
  await t.sees(literally(say('session.bye')));
  expect((await t.exit).exitCode).toBe(0);

  const { lessons } = (await w.json(['status'])) as unknown as {
    lessons: { lesson: string; passed: number; of: number }[];
  };
  expect(lessons.find((l) => l.lesson === '04-pairing')).toMatchObject({ passed: 5, of: 5 });
  expect(w.processes()).toEqual([]);
});

async function next(t: Terminal): Promise<void> {
  await t.sees(literally(say('step.passed')));
  t.type('n');
}

/** What a learner reads on the screen of the first step: seconds from the first block to the last line. */
function oldestOf(w: World): string {
  const dir = join(w.dir, 'state/ebpf-workshop');
  const events = readFileSync(join(dir, 'progress.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((l) => JSON.parse(l) as { type: string; step: string; transcript: string });
  const text = readFileSync(
    join(dir, 'transcripts', events.find((e) => e.type === 'ran' && e.step === 'pair')?.transcript ?? ''),
    'utf8',
  );
  const times = [...text.matchAll(/(\d+) ms(?: [+-] 0x|$)/gm)].map(([, ms]) => Number(ms));
  return (((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000).toFixed(1);
}
