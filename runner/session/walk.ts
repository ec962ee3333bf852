import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../model/lab.ts';
import { WorkshopError } from '../errors.ts';
import { display } from '../lesson/commands.ts';
import { type Command, type Lesson, type Step, sourceOf, variantOf } from '../lesson/define.ts';
import { factsOf } from '../lesson/facts.ts';
import { loadProse } from '../lesson/load.ts';
import { fill, type Prose } from '../lesson/prose.ts';
import { root } from '../paths.ts';
import { check, observe } from './attempt.ts';
import { blanks } from './placeholders.ts';
import { evidenceFor } from '../journal/passed-transcript.ts';
import { append } from '../journal/events.ts';
import { progressNow } from '../journal/progress.ts';
import { perform, tell } from './perform.ts';
import { keyOf } from '../journal/progress.ts';
import { record } from '../journal/attempts.ts';
import { ensureScript, replaceScript } from '../journal/scripts.ts';
import type { Surroundings } from './surroundings.ts';
import type { Choice, Ui } from './ui.ts';

export type WalkEnd = 'quit' | 'done' | 'list';

/** One learner's way through one lesson, from a step on. The lab starts when it is first needed and ends with the walk. */
export async function walk(lesson: Lesson, from: number, around: Surroundings): Promise<WalkEnd> {
  const { ui, environment, pace, signal } = around;
  const { say, style } = ui;
  const prose = loadProse(lesson.id, ui.lang, environment.kind);
  let lab: Lab | null = null;

  const needLab = async (step: Step): Promise<Lab> => {
    const variant = variantOf(lesson, step);
    if (lab?.spec.variant === variant) {
      const health = await lab.health();
      if (health.ok) return lab;
      if (health.reason === 'unreachable')
        throw new WorkshopError('kube.unreachable', { detail: lab.target.kube?.pod ?? '' });
      ui.print(say(health.reason === 'oom-killed' ? 'notice.oom-killed' : 'lab.over'));
    }
    const there = (await environment.labs()).find(
      (l) => l.spec.variant === variant && l.spec.lifetime === 'until-down',
    );
    const before = lab;
    if (there) lab = there;
    else {
      ui.print(style.dim(say('lab.starting')));
      lab = await environment.up({ workload: lesson.workload, variant, pace, lifetime: 'session' }, signal);
    }
    ui.print(
      style.dim(
        lab.target.kube
          ? say('lab.up-pod', { pod: lab.target.kube.pod, namespace: lab.target.kube.namespace })
          : say('lab.up', { pid: lab.target.pid }),
      ),
    );
    if (lab.target.kube) ui.print(style.dim(say('lab.kube', { kubeconfig: lab.place.env().KUBECONFIG ?? '' })));
    if (lab.spec.pace === 'fast') ui.print(style.dim(say('lab.fast', { period: lab.truth.periodMs })));
    if (before)
      ui.print(
        lab.target.kube
          ? say('lab.new-pod', { pod: lab.target.kube.pod })
          : say('lab.new-pid', { old: before.target.pid, pid: lab.target.pid }),
      );
    // After the new one is up, which takes over the mounts of the old.
    if (before?.spec.lifetime === 'session') await before.down();
    return lab;
  };

  try {
    await needLab(lesson.steps[from] as Step);
    ui.print(
      `\n${style.strong(`${lesson.id.slice(0, 2)}  ${prose.title}`)}  ${style.dim(say('lesson.minutes', { minutes: lesson.minutes }))}`,
    );
    if (from === 0) {
      ui.prose(fill(prose.intro, blanks(lesson, null, lab, ui.lang)));
      if (
        (await ui.choose(say('lesson.begin'), [
          { key: 'n', label: say('key.n.begin') },
          { key: 'q', label: say('key.q') },
        ])) !== 'n'
      )
        return 'quit';
    }
    let index = from;
    while (index < lesson.steps.length) {
      const step = lesson.steps[index] as Step;
      const went = await oneStep(lesson, step, prose, needLab, around);
      if (went === 'back') index = Math.max(0, index - 1);
      else if (went === 'next') index++;
      else return went;
    }
    ui.print(`\n${style.strong(say('lesson.recap'))}`);
    ui.prose(fill(prose.recap, blanks(lesson, null, lab, ui.lang)));
    ui.print(style.good(say('lesson.done', { title: prose.title })));
    return 'done';
  } finally {
    const mine = lab as Lab | null;
    if (mine?.spec.lifetime === 'session') {
      await mine.down();
      ui.print(style.dim(say('lab.down')));
    }
  }
}

type Went = 'next' | 'back' | 'quit' | 'list';

async function oneStep(
  lesson: Lesson,
  step: Step,
  prose: Prose,
  needLab: (step: Step) => Promise<Lab>,
  around: Surroundings,
): Promise<Went> {
  const { ui } = around;
  const { say, style } = ui;
  const words = prose.steps.get(step.id);
  if (!words) throw new Error(`${lesson.id}: no prose for ${step.id}`);
  const at = { lesson: lesson.id, step: step.id };
  const number = lesson.steps.indexOf(step) + 1;
  const file = step.kind === 'script' ? ensureScript(lesson.id, step.id, words.starter ?? '') : null;
  append({ type: 'shown', ...at });
  const show = async () => {
    const lab = await needLab(step);
    ui.print(`\n${style.strong(`${number}/${lesson.steps.length}  ${words.title}`)}`);
    ui.prose(fill(words.body, blanks(lesson, step, lab, ui.lang)));
    if (step.kind === 'question' && !evidenceFor(lesson.id, step.from, lab))
      ui.print(style.dim(say('step.no-run', { from: titleOf(prose, step.from) })));
  };
  await show();
  let edited: string | null = null;

  for (;;) {
    const state = progressNow(ui.lang).get(keyOf(lesson.id, step.id));
    const passed = state?.state === 'passed';
    const key = await ui.choose(say(passed ? 'step.passed' : 'step.what-now'), choices(step, passed, say));
    const lab = key === null || key === 'q' ? null : await needLab(step);
    if (key === null || key === 'q' || !lab) return 'quit';
    const facts = factsOf(lab, file ? () => file : undefined);
    switch (key) {
      case 'n':
        return 'next';
      case 'b':
        return 'back';
      case 'l':
        return 'list';
      case 'k':
        append({ type: 'skip', ...at });
        return 'next';
      case 'r':
      case 'e': {
        if (step.kind === 'question') break;
        await around.ready(step);
        for (const feature of step.requires ?? []) await lab.require(feature);
        const usual = step.solution(facts);
        if (key === 'e') {
          if (file && (await around.edit(file))) edited = null;
          else {
            const typed = await ui.block(say('step.edit'), edited ?? display(usual));
            if (typed === null) break;
            edited = typed.trim();
          }
        }
        const command: Command = edited !== null && edited !== display(usual) ? { shell: edited } : usual;
        await perform(lesson, step, lab, command, around, words.after);
        break;
      }
      case 'a': {
        if (step.kind !== 'question') break;
        const answer = await ui.line(say('step.answer'));
        if (answer === null || answer.trim() === '') break;
        const transcript = evidenceFor(lesson.id, step.from, lab);
        const observed = transcript ? await observe(once(transcript), around.tools[step.reads]) : null;
        const outcome = await check(step, lab, observed?.evidence ?? [], answer);
        record({ lesson, step, lab, outcome, spool: null, source: 'paste', answer });
        tell(outcome, ui, { from: titleOf(prose, step.from) });
        if (outcome.kind === 'pass') ui.prose(fill(words.after, blanks(lesson, step, lab, ui.lang)));
        break;
      }
      case 'c': {
        const pasted = await ui.block(say('step.paste'));
        if (pasted === null) break;
        const observed = await observe(once(Buffer.from(`${pasted}\n`)), around.tools[step.reads]);
        const outcome = await check(step, lab, observed.evidence);
        record({ lesson, step, lab, outcome, spool: observed.spool, source: 'paste' });
        tell(outcome, ui, {});
        if (outcome.kind === 'pass') ui.prose(fill(words.after, blanks(lesson, step, lab, ui.lang)));
        break;
      }
      case 'o':
        await around.ready(step);
        for (const feature of step.requires ?? []) await lab.require(feature);
        await around.shell(lesson, lab);
        // Ticked in there, it is explained here.
        if (!passed && progressNow(ui.lang).get(keyOf(lesson.id, step.id))?.state === 'passed')
          ui.prose(fill(words.after, blanks(lesson, step, lab, ui.lang)));
        break;
      case 'h': {
        const level = Math.min((state?.hints ?? 0) + 1, words.hints.length);
        append({ type: 'hint', ...at, level });
        ui.print(style.dim(say('hint.level', { level, of: words.hints.length })));
        ui.prose(fill(words.hints[level - 1] ?? '', blanks(lesson, step, lab, ui.lang)));
        break;
      }
      case 's': {
        append({ type: 'solution', ...at });
        if (step.kind === 'question') {
          ui.print(say('solution.question', { from: titleOf(prose, step.from) }));
          ui.raw(style.accent(display(sourceOf(lesson, step).solution(facts))));
          break;
        }
        ui.raw(`\n${style.accent(display(step.solution(facts)))}\n`);
        if (step.kind === 'script') {
          const finished = readFileSync(join(root, 'bpf', step.script), 'utf8');
          ui.raw(finished);
          const take = await ui.choose(say('solution.take'), [
            { key: 'n', label: say('solution.take.no') },
            { key: 'y', label: say('solution.take.yes') },
          ]);
          if (take === 'y') {
            const aside = replaceScript(lesson.id, step.id, finished);
            if (aside) ui.print(say('reset.aside', { file: aside }));
          }
        }
        break;
      }
      case 'x':
        append({ type: 'reset', ...at });
        if (step.kind === 'script') {
          const aside = replaceScript(lesson.id, step.id, words.starter ?? '');
          if (aside) ui.print(say('reset.aside', { file: aside }));
        }
        edited = null;
        ui.print(say('reset.done', { what: `${lesson.id}/${step.id}` }));
        await show();
        break;
    }
  }
}

const titleOf = (prose: Prose, step: string): string => prose.steps.get(step)?.title ?? step;

function choices(step: Step, passed: boolean, say: Ui['say']): Choice[] {
  const choice = (key: string, name = key): Choice => ({ key, label: say(`key.${name}` as 'key.n') });
  const run =
    step.kind === 'question'
      ? [choice('a')]
      : [choice('r'), choice('e', step.kind === 'script' ? 'e.script' : 'e'), choice('o'), choice('c')];
  return [
    ...(passed ? [choice('n')] : []),
    ...run,
    choice('h'),
    choice('s'),
    ...(passed ? [] : [choice('k')]),
    choice('b'),
    choice('l'),
    choice('x'),
    choice('q'),
  ];
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
