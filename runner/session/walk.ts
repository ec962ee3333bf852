import type { Lesson, Step } from '../lesson/define.ts';
import { loadProse } from '../lesson/load.ts';
import { fill, type Prose } from '../lesson/prose.ts';
import type { Lang } from '../words/index.ts';
import { labKeeper } from './lab-keeper.ts';
import { blanks } from './placeholders.ts';
import { takeStep } from './step.ts';
import type { Surroundings } from './surroundings.ts';

export type WalkEnd = 'quit' | 'done' | { lesson: string };

/** One learner's way through one lesson, from a step on. The lab starts when it is first needed and ends with the walk. */
export async function walk(lesson: Lesson, from: number, around: Surroundings): Promise<WalkEnd> {
  const { ui, environment } = around;
  const { say, style } = ui;
  // In the language of the moment: the learner may change it at any step.
  const read = new Map<Lang, Prose>();
  const prose = (): Prose => {
    const known = read.get(ui.lang) ?? loadProse(lesson.id, ui.lang, environment.kind);
    read.set(ui.lang, known);
    return known;
  };
  const labs = labKeeper(lesson, around);
  const show = (text: string) => ui.prose(fill(text, blanks(lesson, null, labs.last(), ui.lang)));

  try {
    await labs.need(lesson.steps[from] as Step);
    ui.print(
      `\n${style.strong(`${lesson.id.slice(0, 2)}  ${prose().title}`)}  ${style.dim(say('lesson.minutes', { minutes: lesson.minutes }))}`,
    );
    if (from === 0) {
      await show(prose().intro);
      const begin = await ui.keys(
        say('lesson.begin'),
        [
          { key: 'n', label: say('key.n.begin') },
          { key: 'q', label: say('key.q') },
        ],
        { initial: 'n', also: [] },
      );
      if (begin !== 'n') return 'quit';
    }
    let cameFrom: number | null = null;
    for (let index = from; index < lesson.steps.length; ) {
      const went = await takeStep({ lesson, prose, labs, around }, index, cameFrom);
      if (went === 'quit' || 'lesson' in went) return went;
      index = went.to;
      cameFrom = went.from ?? null;
    }
    ui.print(`\n${style.strong(say('lesson.recap'))}`);
    await show(prose().recap);
    ui.print(style.good(say('lesson.done', { title: prose().title })));
    return 'done';
  } finally {
    await labs.end();
  }
}
