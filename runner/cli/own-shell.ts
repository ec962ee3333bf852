import { join } from 'node:path';
import type { EnvironmentKind } from '../model/kinds.ts';
import type { Pace } from '../model/lab.ts';
import { root } from '../paths.ts';
import { oneScreen } from '../session/shell/on-screen.ts';
import type { Beside, OwnShell } from '../session/shell/own-shell.ts';
import { type Panes, panes } from '../session/shell/panes.ts';
import type { Ui } from '../session/ui.ts';
import { tools } from '../tools/index.ts';
import type { Common } from './declare.ts';

type Asked = Pick<Common, 'lang' | 'install' | 'signal'> & {
  env: EnvironmentKind;
  pace: Pace;
  yes: boolean;
  context?: string | undefined;
  namespace?: string | undefined;
};

/** Where a session goes on in a tmux of ours: the lab that it was at, by its id. */
const RESUMES = 'WORKSHOP_PANES';

export const resumed = (): string | undefined => process.env[RESUMES] || undefined;

/** The learner's own shell: beside the lesson in a pane, or in turn with it for those who hear the screen. */
export function ownShell(asked: Asked, ui: Ui, outside: Panes['outside']): OwnShell {
  if (ui.style.plain) return oneScreen(tools, ui, asked.signal);
  return panes({
    tools,
    ui,
    signal: asked.signal,
    outside,
    atOnce: resumed() !== undefined,
    again: ({ lesson, step, lab }: Beside) => ({
      argv: [
        process.execPath,
        join(root, 'bin/workshop.mjs'),
        ...['run', `${lesson.id}/${step.id}`, '--env', asked.env, '--pace', asked.pace, '--lang', asked.lang],
        ...(asked.context ? ['--context', asked.context] : []),
        ...(asked.namespace ? ['--namespace', asked.namespace] : []),
        ...(asked.yes ? ['--yes'] : []),
        ...(asked.install ? [] : ['--no-install']),
      ],
      env: { [RESUMES]: lab.id },
    }),
  });
}
