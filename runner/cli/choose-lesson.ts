import { catalog } from '../lesson/catalog.ts';
import { keyOf, type Progress } from '../journal/progress.ts';
import type { Ui } from '../session/ui.ts';
import { lessonNamed } from './select.ts';

/** The list of lessons to choose from: minutes, how far each has come, the cursor on `next`, or on the way out after the last. Null for none. */
export async function chooseLesson(ui: Ui, progress: Progress, next: string | undefined): Promise<string | null> {
  const { say, style } = ui;
  const entries = await catalog();
  const choices = entries.map(({ id, title, minutes, steps }) => {
    const passed = steps.filter((step) => progress.get(keyOf(id, step.id))?.state === 'passed').length;
    const far = passed === steps.length ? style.good('✓') : passed > 0 ? `${passed}/${steps.length}` : '';
    return {
      key: numberOf(id),
      label: title[ui.lang],
      hint: [say('lesson.minutes', { minutes }), far, id === next ? `← ${say('list.next')}` : '']
        .filter(Boolean)
        .join('  '),
    };
  });
  const key = await ui.choose(say('list.choose'), [...choices, { key: 'q', label: say('list.back') }], {
    back: 'q',
    initial: next === undefined ? 'q' : numberOf(next),
  });
  return (key !== null && lessonNamed(key)) || null;
}

/** As people say it: `4` for 04-pairing. */
const numberOf = (id: string): string => String(Number(id.slice(0, 2)));
