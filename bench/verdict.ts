// Whether the verdict is right: the corpus under each tool, judged at 20, 60 and 200 s by the product's own judge, beside what
// others go by on the same data. Needs root (or sudo) and cc. `--quick` looks for 20 s, `--long` for 200 (60 otherwise).
// `--only=lost-late,warm-up`, `--tools=sums,bpftrace`, `--seeds=1,2`, `--beside=19` at once, `--keep=DIR` keeps what was
// recorded (`--record` does no more), `--from=DIR` judges that without tracing, and `--pack=test/fixtures/verdict` makes fixtures of it.
import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { builtCorpus } from './lib/corpus.ts';
import { quantile, table } from './lib/figures.ts';
import { interrupted as signal } from './lib/interrupt.ts';
import { option } from './lib/option.ts';
import {
  type Course,
  courseOf,
  dueMs,
  evidenceOf,
  leaks,
  precision,
  recall,
  type Rule,
  RULES,
  sees,
  sumAt,
} from './lib/looks.ts';
import { scratch } from './lib/programs.ts';
import { pack, type Recording, record, recordingsIn, type Watching, WATCHING, WAYS } from './lib/recording.ts';
import { madeTracer } from './lib/tracer.ts';

const LOOKS = [20, 60, 200];
/** What is published of GenCount, of its authors' programs and not of these. */
const PUBLISHED = ['GenCount, as published', '', '', '0.93', '0.88'];

/** They keep all that they take, and go on: to who does not look into the process they are the same as a leak, until they stop. */
const SAME_AS_A_LEAK = ['cache-filling', 'scale-out'];

const listOf = (name: string) => option(name)?.split(',');
const flag = (name: string) => process.argv.includes(`--${name}`);

const seconds = flag('quick') ? 20 : flag('long') ? 200 : 60;
const asked = (listOf('tools') ?? WATCHING.filter((w) => w !== 'bcc' || !flag('quick'))) as Watching[];
const seeds = listOf('seeds')?.map(Number);
const beside = Number(option('beside') ?? 19);
const from = option('from');
const unknown = asked.find((tool) => !WATCHING.includes(tool));
if (unknown !== undefined) throw new Error(`--tools: ${unknown} is none of ${WATCHING.join(', ')}`);

// Each program and each tool beside it listens.
setMaxListeners(0, signal);
const { dir, end } = scratch();
const absent = new Map<Watching, string>();
try {
  const into = from ?? option('keep') ?? join(dir, 'recordings');
  if (from === undefined) await recordAll(into);
  if (!flag('record')) await judgeIn(into);
} catch (error) {
  signal.throwIfAborted();
  throw error;
} finally {
  end();
}

/** What lies in a folder, judged; `--pack` copies it. */
async function judgeIn(folder: string): Promise<void> {
  const those = recordingsIn(folder).filter(
    ({ watching, truth: { program, seed } }) =>
      asked.includes(watching) && (listOf('only')?.includes(program) ?? true) && (seeds?.includes(seed) ?? true),
  );
  if (those.length === 0) throw new Error('nothing was recorded');
  const packed = option('pack');
  if (packed !== undefined) pack(those, packed);
  process.stdout.write(`${report(await judged(those)).join('\n')}\n`);
}

/** One tool after the other, programs side by side. */
async function recordAll(into: string): Promise<void> {
  const unmade = await madeTracer(signal);
  if (unmade !== null) throw new Error(unmade);
  const corpus = builtCorpus(join(dir, 'build'));
  const kinds = corpus.kinds.filter((kind) => listOf('only')?.includes(kind) ?? true);
  const all = (seeds ?? [1]).flatMap((seed) => kinds.map((kind) => ({ kind, seed })));
  for (const watching of asked)
    for (let at = 0; at < all.length && !absent.has(watching); at += beside) {
      signal.throwIfAborted();
      const programs = all.slice(at, at + beside);
      const why = await record({ corpus, watching, programs, seconds, into, dir, signal });
      if (why !== null) absent.set(watching, why);
      else process.stderr.write(`${WAYS[watching].what}: ${at + programs.length} of ${all.length} programs\n`);
    }
}

type Courses = Map<Watching, Map<Rule, Course[]>>;

async function judged(recordings: readonly Recording[]): Promise<Courses> {
  const courses: Courses = new Map();
  for (const recording of recordings) {
    signal.throwIfAborted();
    if (!sees(recording)) continue;
    const evidence = await evidenceOf(recording);
    const of = courses.get(recording.watching) ?? new Map<Rule, Course[]>();
    courses.set(recording.watching, of);
    for (const rule of Object.keys(RULES) as Rule[]) {
      // What judges by itself prints no course of sums to lay a line through.
      if (recording.watching === 'progressive' && rule !== 'this verdict') continue;
      of.set(rule, [...(of.get(rule) ?? []), courseOf(recording, evidence, rule)]);
    }
  }
  return courses;
}

function report(courses: Courses): string[] {
  const lines: string[] = [];
  for (const [watching, byRule] of courses) lines.push(...ofTool(watching, byRule), '');
  lines.push(...table([['', '', '', 'precision', 'recall'], PUBLISHED]), '', ...byProgram(courses), '');
  for (const [watching, why] of absent) lines.push(`${WAYS[watching].what} is not here: ${why}`);
  if (courses.has('bcc'))
    lines.push(
      'BCC lists what is outstanding: neither since when, nor what came back. So a verdict goes by how the least of it rises, which',
      'a cache, sessions and batches do as well, and a leak hides in what comes and goes at its call site.',
      '',
    );
  lines.push(
    ...targets(courses),
    'Precision: of programs accused, those accused at nothing but the call site that leaks. Recall: of leaks that had 10 s and',
    'five blocks by then (partial: 20 s), those found; of what is held for ever, `growing` counts as found.',
  );
  return lines;
}

function ratio(n: number): string {
  return Number.isNaN(n) ? '–' : n.toFixed(2);
}

function ofTool(watching: Watching, byRule: ReadonlyMap<Rule, Course[]>): string[] {
  const longest = (all: readonly Course[]) => Math.max(...all.map((c) => c.recording.ranMs / 1000));
  const rows = [...byRule].flatMap(([rule, all]) => {
    const wrong = all.filter((c) => c.wrongAt !== null).length;
    return LOOKS.filter((look) => look <= longest(all)).map((look) => {
      const ran = all.filter((c) => c.recording.ranMs >= look * 1000);
      const sum = sumAt(ran, look);
      const took = ran.flatMap(({ rightAt, recording: { truth } }) =>
        rightAt !== null && truth.class === 'lost' ? [rightAt - truth.startsMs / 1000] : [],
      );
      return [
        rule,
        `${look} s`,
        ratio(precision(sum)),
        `${sum.right}/${sum.accused}`,
        ratio(recall(sum)),
        `${sum.found}/${sum.due}`,
        look === longest(all) ? `${wrong} of ${all.length}` : '',
        look === longest(all) && took.length > 0 ? `${quantile(took, 0.5).toFixed(0)} s` : '',
      ];
    });
  });
  return table([
    [WAYS[watching].what, 'look', 'precision', '', 'recall', '', 'wrong at some look', 'median time to it'],
    ...rows,
  ]);
}

/** A line a program: right at each look (L), said to grow (g), nothing (.), wrongly accused (!), and when for the first time. */
function byProgram(courses: Courses): string[] {
  const tools = [...courses.keys()];
  const rows = new Map<string, Map<Watching, string>>();
  for (const [watching, byRule] of courses)
    for (const course of byRule.get('this verdict') ?? []) {
      const { truth, ranMs } = course.recording;
      const marks = LOOKS.filter((s) => s * 1000 <= ranMs).map((s) => mark(course, s));
      const name = `${truth.program} (${truth.seed})`;
      const cells = rows.get(name) ?? new Map<Watching, string>();
      cells.set(watching, marks.join(' ') + (course.wrongAt === null ? '' : ` !${course.wrongAt}`));
      rows.set(name, cells);
    }
  return table([
    ['this verdict, program by program', ...tools],
    ...[...rows].map(([name, cells]) => [name, ...tools.map((tool) => cells.get(tool) ?? '')]),
  ]);
}

function mark(course: Course, seconds: number): string {
  const { accuses, right, due, look } = course.at(seconds);
  if (accuses) return right ? 'L' : '!';
  if (look.growing) return 'g';
  return leaks(course.recording.truth) && !due ? '-' : '.';
}

/** The targets, and whether this run meets them. */
function targets(courses: Courses): string[] {
  const rows: string[][] = [];
  const target = (what: string, seen: string, most: string, met: boolean) => {
    rows.push([what, seen, most, met ? 'met' : 'MISSED']);
    if (!met) process.exitCode = 1;
  };
  const of = (watching: Watching) => courses.get(watching)?.get('this verdict') ?? [];
  const whole = (watching: Watching, look: number) => of(watching).filter((c) => c.recording.ranMs >= look * 1000);
  for (const [watching, p, r] of [
    ['reachable', 0.97, 0.95],
    ['sums', 0.97, 0.95],
    ['blocks', 0.97, 0.95],
    ['bpftrace', 0.9, 0.85],
  ] as const) {
    const ran = whole(watching, 60);
    if (ran.length === 0) continue;
    const sum = sumAt(ran, 60);
    target(`${WAYS[watching].what}, 60 s: precision`, ratio(precision(sum)), `≥ ${p}`, precision(sum) >= p);
    target(`${WAYS[watching].what}, 60 s: recall`, ratio(recall(sum)), `≥ ${r}`, recall(sum) >= r);
  }
  for (const watching of courses.keys()) {
    const healthy = of(watching).filter((c) => !leaks(c.recording.truth));
    const wrong = healthy.filter((c) => c.wrongAt !== null);
    target(
      `${WAYS[watching].what}: healthy, accused at some look`,
      `${wrong.length} of ${healthy.length}`,
      '0',
      wrong.length === 0,
    );
    const others = wrong.filter((c) => !SAME_AS_A_LEAK.includes(c.recording.truth.program));
    if (wrong.length > others.length)
      rows.push([`  of those, other than ${SAME_AS_A_LEAK.join(' and ')}`, `${others.length}`, '', '']);
  }
  const found = of('progressive').filter((c) => c.at(c.recording.ranMs / 1000).accuses);
  const right = found.filter((c) => c.wrongAt === null).length;
  if (found.length > 0)
    target(
      `${WAYS.progressive.what}: findings that are right`,
      `${right} of ${found.length}`,
      'all',
      right === found.length,
    );
  // Without a look into the process a claim takes age, which is more than this.
  const lost = of('reachable').filter(
    ({ recording: { truth, ranMs } }) => truth.class === 'lost' && dueMs(truth) <= ranMs,
  );
  const timely = lost.filter(
    ({ rightAt, recording: { truth } }) => rightAt !== null && rightAt * 1000 <= dueMs(truth) + 2000,
  );
  if (lost.length > 0)
    target(
      `${WAYS.reachable.what}: lost, found when due`,
      `${timely.length} of ${lost.length}`,
      'all',
      timely.length === lost.length,
    );
  const bound = [...courses.keys()].some((watching) => WAYS[watching].looks !== true);
  return [
    ...table([['targets', 'seen', 'wanted', ''], ...rows]),
    ...(bound
      ? [
          '',
          `Without a look into the process ${SAME_AS_A_LEAK.join(' and ')} are the same as lost-steady and lost-bursts: all is kept,`,
          'and goes on coming. So long as the leaks are found, one or two more of so many are accused: no rule can do better.',
        ]
      : []),
    '',
  ];
}
