import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { match, type Outcome } from '../../runner/evidence/match.ts';
import type { Evidence, Subjects } from '../../runner/evidence/model.ts';
import type { Lesson, Step } from '../../runner/lesson/define.ts';
import { lessonIds, loadLesson } from '../../runner/lesson/load.ts';
import { compare } from '../../runner/session/conclude.ts';
import type { ToolKind } from '../../runner/model/kinds.ts';
import type { Ui } from '../../runner/session/ui.ts';
import { presenting } from '../../runner/terminal/present.ts';
import { tools } from '../../runner/tools/index.ts';
import { truth } from '../lessons/judging.ts';
import { FakeLab } from '../session/fakes.ts';
import { run, screen } from './screen.ts';

const OUTPUT = join(import.meta.dirname, '../fixtures/output');

type Run = { file: string; evidence: Evidence[]; outcome: Outcome };

type Recording = Omit<Run, 'outcome'> & { subjects: Subjects };

/** Every recording of a tool in which it works, read once. */
const read = new Map<string, Promise<Recording[]>>();
async function recordings(tool: ToolKind): Promise<Recording[]> {
  const dir = join(OUTPUT, tool);
  // Several tools side by side are recorded one by one.
  if (!existsSync(dir)) return [];
  const labels = parse(readFileSync(join(dir, 'LABELS.yaml'), 'utf8')) as Record<string, { pid?: number }>;
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.(?:txt|json)$/.test(file) && !file.includes('fail-'),
  );
  return Promise.all(
    files.map(async (file) => {
      const bytes = readFileSync(join(dir, file));
      const pid = labels[file]?.pid ?? 1;
      const libc = new RegExp(`/proc/${pid}/root/\\S*libc\\.so\\.6`).exec(String(bytes))?.[0];
      const evidence: Evidence[] = [];
      for await (const e of tools[tool].read(once(bytes))) evidence.push(e);
      const subjects = { pid, innerPid: pid, libc: libc ?? `/proc/${pid}/root/libc.so.6`, owns: null };
      return { file, evidence, subjects };
    }),
  );
}

async function runsOf({ reads, expect }: Exclude<Step, { kind: 'question' }>): Promise<Run[]> {
  const all = read.get(reads) ?? recordings(reads);
  read.set(reads, all);
  return (await all).map(({ subjects, ...run }) => ({
    ...run,
    outcome: match(expect, { evidence: run.evidence, truth, subjects }),
  }));
}

/** A leaker's run, judged by this step, as if that were enough for it. */
function made({ expect }: Exclude<Step, { kind: 'question' }>): Run {
  const evidence = run(26);
  const subjects = { pid: 12345, innerPid: 1, libc: '', owns: null };
  return { file: 'made', evidence, outcome: { ...match(expect, { evidence, truth, subjects }), kind: 'pass' } };
}

async function* once(bytes: Uint8Array) {
  yield bytes;
}

/** What stands on the screen from the plot on, as rows, with the line of keys below. */
function payoff(lang: 'en' | 'ko', size: { columns: number; rows: number }, pass: Run, twin: Run | null): string[] {
  const out = Object.assign(screen({ columns: size.columns }), { rows: size.rows });
  const ui = presenting(lang, out) as Ui;
  const told = ['', ...ui.outcome(pass.outcome, 'machine')];
  if (twin)
    compare({ around: { environment: { site: 'machine' } }, lab: new FakeLab(12345), ui }, pass.evidence, {
      on: 'twin',
      ...twin,
    });
  else ui.picture(pass.evidence, { pid: 12345, comm: 'stealth-leaker' }, told);
  for (const line of told) ui.print(line);
  ui.print(ui.say('step.passed'));
  return out.text().trimEnd().split('\n');
}

const lessons: Lesson[] = await Promise.all(lessonIds().map(loadLesson));
const steps = lessons.flatMap((lesson) =>
  lesson.steps.flatMap((step) => (step.kind === 'question' ? [] : [{ name: `${lesson.id}/${step.id}`, step }])),
);

describe.each(steps)('after a run of $name', ({ step }) => {
  it('plot and verdict stand above the keys, on a small screen and a larger one, in both languages', async () => {
    const runs = await runsOf(step);
    const real = runs.filter((r) => r.outcome.kind === 'pass');
    // What no recording shows is as high as any leak: the picture is the leaker's, the criteria are its own.
    const passed = real.length > 0 ? real : [made(step)];
    // A script is held against each kind of run that fails it on what it teaches.
    const failed = runs.filter((r) => r.outcome.criteria.some((c) => c.teaches && c.state === 'unmet'));
    for (const lang of ['en', 'ko'] as const)
      for (const size of [
        { columns: 80, rows: 24 },
        { columns: 100, rows: 32 },
      ])
        for (const pass of passed)
          for (const twin of step.kind === 'script' ? onceEach(failed.filter((f) => sameVersion(f, pass))) : [null]) {
            const rows = payoff(lang, size, pass, twin);
            const where = `${lang} ${size.columns}×${size.rows} ${pass.file} ${twin?.file ?? ''}`;
            expect(rows.length, `${where}\n${rows.join('\n')}`).toBeLessThanOrEqual(size.rows);
            if (twin === null && pass.evidence.filter((e) => e.kind === 'allocation' && e.address).length > 3)
              expect(rows.join('\n'), where).toMatch(/│.*█[\s\S]*└/);
            for (const row of rows) expect(stringWidth(row), `${where}: ${row}`).toBeLessThanOrEqual(size.columns);
          }
  });
});

/** Of runs that are told alike, one. */
const onceEach = (runs: Run[]): Run[] => [
  ...new Map(runs.map((r) => [r.outcome.criteria.map((c) => `${c.state} ${c.cause}`).join(), r])).values(),
];
const sameVersion = (a: Run, b: Run) => a.file.split('/')[0] === b.file.split('/')[0];
