import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Evidence, Subjects } from '../../runner/evidence/model.ts';
import { type Term, termsOf, resultOf } from '../../runner/evidence/sum.ts';
import type { QuestionStep } from '../../runner/lesson/define.ts';
import { lessonIds, loadLesson } from '../../runner/lesson/load.ts';
import { tellAnswer } from '../../runner/session/sum.ts';
import { tools } from '../../runner/tools/index.ts';
import { words } from '../../runner/words/index.ts';
import { truth } from './judging.ts';

const recorded = (file: string) => readFileSync(new URL(`../fixtures/output/${file}`, import.meta.url), 'utf8');

const list = (at: number, blocks: number) =>
  JSON.stringify([
    {
      timestamp_raw: 1.8e18 + at * 1e6,
      mntns_id: 4026533149,
      comm: 'stealth-leaker',
      pid: 9383,
      stack_id: 7,
      outstanding_bytes: blocks * truth.blockBytes,
      outstanding_count: blocks,
      allocated_bytes: blocks * truth.blockBytes,
      freed_bytes: 0,
      allocs: blocks,
      frees: 0,
      lost: 0,
      ustack: { addresses: '0x01; ', symbols: 'memory_leak_thread; ', stack_id: 7 },
    },
  ]);
const lists = (last: number) => `${[1, 3, 5, 7, last].map((n, i) => list(i * 600, n)).join('\n')}\n`;
const rows = (kib: number) =>
  `    PID    VSZ   RSS COMMAND\n   4711  90000 25000 stealth-leaker\n   4720  70000 ${kib} memleak\n`;

/** What the step of each question printed, twice: on the leaker, and where the numbers are others. */
const RUNS: Record<string, [ran: string, other: string]> = {
  '01-crime-scene/how-fast': pair('system/debian-12/all-green.txt', 'system/debian-12/all-green-twin.txt'),
  '01-crime-scene/by-its-own-count': pair('system/debian-12/the-log.txt', 'system/debian-12/the-log-twin.txt'),
  '02-can-this-kernel/which-page': pair('system/debian-12/attach.txt', 'system/debian-12/attach-offset-control.txt'),
  '03-bpftrace-calls/pages': [
    recorded('bpftrace/0.17.0/mmap-calls.txt'),
    recorded('bpftrace/0.17.0/mmap-calls.txt').replaceAll('1052672', '528384'),
  ],
  '03-bpftrace-calls/per-minute': [
    recorded('bpftrace/0.17.0/malloc-calls.txt'),
    recorded('bpftrace/0.17.0/malloc-calls.txt').replaceAll('1048576', '524288'),
  ],
  '04-pairing/lost-a-day': pair('bpftrace/0.17.0/outstanding-leaker.txt', 'bpftrace/0.17.0/outstanding-twin.txt'),
  '04-pairing/oldest': pair('bpftrace/0.17.0/outstanding-leaker.txt', 'bpftrace/0.17.0/outstanding-twin.txt'),
  '05-trend-and-ratio/when-cap': [
    recorded('bpftrace/0.17.0/trend.txt'),
    recorded('bpftrace/0.17.0/trend.txt').replace(/(@requested\[\d+\]: )(\d+)(?![\s\S]*@requested)/, '$19$2'),
  ],
  '06-bcc-memleak/how-many': pair('bcc/0.31.0/memleak-leaker-threshold.txt', 'bcc/0.31.0/memleak-twin-threshold.txt'),
  '07-bcc-mallocstacks/if-kept': pair('bcc/0.31.0/mallocstacks-leaker.txt', 'bcc/0.31.0/mallocstacks-double-block.txt'),
  '08-inspektor-gadget/whose-pid': [lists(9), lists(9).replaceAll('9383', '530')],
  '08-inspektor-gadget/unseen': [lists(9), lists(20)],
  '09-leak-or-cache/share': pair('bpftrace/0.17.0/outstanding-one-in-four.txt', 'bpftrace/0.17.0/outstanding-twin.txt'),
  '11-what-tracing-costs/what-it-holds': [rows(13_500), rows(90_000)],
};

/** Answered by a word: what the lab was drawn as. */
const BY_A_WORD = ['09-leak-or-cache/which'];

function pair(ran: string, other: string): [string, string] {
  return [recorded(ran), recorded(other)];
}

const questions = (await Promise.all(lessonIds().map(loadLesson))).flatMap((lesson) =>
  lesson.steps.flatMap((step) =>
    step.kind === 'question' && !BY_A_WORD.includes(`${lesson.id}/${step.id}`)
      ? [[`${lesson.id}/${step.id}`, step] as const]
      : [],
  ),
);

async function reckoned(step: QuestionStep, text: string) {
  const evidence: Evidence[] = [];
  async function* once() {
    yield Buffer.from(text);
  }
  for await (const e of tools[step.reads].read(once())) evidence.push(e);
  const libc = /\/proc\/\d+\/root\/\S*libc\.so\.6/.exec(text)?.[0] ?? '/libc.so.6';
  const subjects: Subjects = { pid: 1, innerPid: 1, libc, owns: null };
  const right = step.reckon(evidence, truth, subjects);
  if (right?.kind !== 'number') throw new Error('no number');
  return { right, evidence };
}

/** A number as it stands in the output, and is no part of another. */
const standsIn = ({ value }: Term, text: string): boolean =>
  new RegExp(`(?<![\\d.])${value}(?:\\.0)?(?![\\d.]\\d)`).test(text);

it('every question of every lesson has recordings here', () => {
  expect(questions.map(([id]) => id).toSorted()).toEqual(Object.keys(RUNS).toSorted());
});

describe.each(questions)('%s', (id, step) => {
  const [ran, other] = RUNS[id] as [string, string];

  it('is answered by a sum of numbers that its run printed', async () => {
    const { right } = await reckoned(step, ran);
    expect(right.value).toBe(resultOf(right.sum));
    const terms = termsOf(right.sum);
    expect(terms.filter((t) => t.from === 'seen' && !standsIn(t, ran))).toEqual([]);
    for (const t of terms.filter((t) => t.from === 'lab'))
      expect([truth.periodMs / 1000, truth.capBytes]).toContain(t.value);
    expect(terms.some((t) => t.from === 'seen' || t.from === 'counted')).toBe(true);
  });

  it('is told with all of those numbers in both languages, and never as a bare result', async () => {
    const { right } = await reckoned(step, ran);
    for (const lang of ['en', 'ko'] as const) {
      const text = tellAnswer(words(lang), right);
      for (const { value } of termsOf(right.sum)) expect(text).toContain(String(value));
      expect(text).toMatch('op' in right.sum ? /[÷×−+].* [=≈] / : /^\S+ \d+ = /);
    }
  });

  it('has other numbers where the run printed others', async () => {
    const [here, there] = [(await reckoned(step, ran)).right, (await reckoned(step, other)).right];
    expect(termsOf(there.sum)).not.toEqual(termsOf(here.sum));
    expect(there.value).not.toBe(here.value);
  });
});
