import { catalog } from '../lesson/catalog.ts';
import { keyOf, type Progress } from '../journal/progress.ts';
import type { Ui } from '../session/ui.ts';

/** The list of lessons to choose from: minutes, how far each has come, the cursor on `next`. Null for none. */
export async function chooseLesson(ui: Ui, progress: Progress, next: string | undefined): Promise<string | null> {
  const { say, style } = ui;
  const entries = await catalog();
  const choices = entries.map(({ id, title, minutes, steps }) => {
    const passed = steps.filter((step) => progress.get(keyOf(id, step.id))?.state === 'passed').length;
    const far = passed === steps.length ? style.good('✓') : passed > 0 ? `${passed}/${steps.length}` : '';
    return {
      key: String(Number(id.slice(0, 2))),
      label: title[ui.lang],
      hint: [say('lesson.minutes', { minutes }), far, id === next ? `← ${say('list.next')}` : '']
        .filter(Boolean)
        .join('  '),
    };
  });
  const numbered = (id: string | undefined) => entries.find((e) => e.id === id);
  const initial = numbered(next)?.id.slice(0, 2);
  const key = await ui.choose(say('list.choose'), [...choices, { key: 'q', label: say('list.back') }], {
    back: 'q',
    ...(initial === undefined ? {} : { initial: String(Number(initial)) }),
  });
  return entries.find((e) => String(Number(e.id.slice(0, 2))) === key)?.id ?? null;
}
