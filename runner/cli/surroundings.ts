import { environmentOf } from '../environments/index.ts';
import { handOver } from '../exec.ts';
import type { EnvironmentKind } from '../model/kinds.ts';
import type { Lab, Pace } from '../model/lab.ts';
import { recordedShell } from '../session/shell.ts';
import type { Surroundings } from '../session/surroundings.ts';
import type { Ui } from '../session/ui.ts';
import { tools } from '../tools/index.ts';
import type { Lesson } from '../lesson/define.ts';
import { prefer } from '../journal/preferences.ts';
import { progressNow } from '../journal/progress.ts';
import { chooseLesson } from './choose-lesson.ts';
import { ready } from './ready.ts';

/** What a walk gets from this program: the environment chosen, the editor, the shell, the installer. */
export async function surroundings(
  asked: Parameters<typeof ready>[2] & { env: EnvironmentKind; pace: Pace },
  ui: Ui,
): Promise<Surroundings> {
  const environment = await environmentOf(asked.env);
  const readied = new Set<string>();
  return {
    ui,
    environment,
    tools,
    pace: asked.pace,
    signal: asked.signal,
    async edit(file) {
      const own = process.env.VISUAL || process.env.EDITOR;
      const editor = own || (await firstOf(environment.place, Object.keys(LEAVING)));
      if (!editor) return false;
      if (!own) ui.print(ui.style.dim(ui.say('edit.opens', { editor, leave: LEAVING[editor] ?? '' })));
      // $EDITOR may hold arguments; the file is passed beside it, never as text in it.
      return (await handOver(['bash', '-c', `${editor} "$1"`, 'editor', file])) === 0;
    },
    lessons: (current) => chooseLesson(ui, progressNow(ui.lang), current),
    shell: (lesson: Lesson, lab: Lab) => recordedShell([lesson], lab, tools, ui),
    async speak(lang) {
      ui.speak(lang);
      await prefer('language', lang);
    },
    async ready(step) {
      if (readied.has(step.reads)) return;
      await ready(environment, step.reads, { ...asked, lang: ui.lang });
      readied.add(step.reads);
    },
  };
}

/** Editors that are opened where the person named none, and the keys that save and leave. */
const LEAVING: Record<string, string> = { nano: 'Ctrl-O Enter Ctrl-X', vim: 'Esc :wq Enter', vi: 'Esc :wq Enter' };

async function firstOf(
  place: { which(p: string): Promise<string | null> },
  programs: string[],
): Promise<string | null> {
  for (const p of programs) if (await place.which(p)) return p;
  return null;
}
