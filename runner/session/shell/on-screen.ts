import { WorkshopError } from '../../errors.ts';
import { handOver } from '../../exec.ts';
import type { Lesson } from '../../lesson/define.ts';
import type { Lab } from '../../model/lab.ts';
import { labEnv } from '../attempt.ts';
import type { Ui } from '../ui.ts';
import type { OwnShell } from './own-shell.ts';
import { recording } from './recording.ts';
import { tick, toldLines, type Tools } from './tick.ts';

/**
 * The learner's own bash on the whole screen: each command's output is read as it ends, and a step that it fulfils is ticked
 * right there, without pasting.
 */
export async function shellOnScreen(
  lessons: readonly Lesson[],
  lab: Lab,
  tools: Tools,
  ui: Ui,
  signal: AbortSignal,
): Promise<void> {
  const { say, style } = ui;
  await needScript(lab);
  const begin = { name: say('shell.prompt'), kubeconfig: lab.place.env().KUBECONFIG };
  const shell = recording(begin, async (output) => {
    const told = await tick(lessons, lab, output, tools, ui);
    if (told) await shell.tell(toldLines(told, lab, ui), (text) => void process.stdout.write(text));
  });
  shell.set(labEnv(lab));
  for (const line of opening(lab, ui)) ui.print(line);
  signal.addEventListener('abort', shell.hangUp);
  try {
    await handOver(shell.argv, { env: { ...lab.place.env(), ...labEnv(lab) } });
  } finally {
    signal.removeEventListener('abort', shell.hangUp);
    await shell.end();
  }
  ui.print(style.dim(say('shell.closed')));
}

/** Where there is one screen and no more, as for those who hear it. */
export const oneScreen = (tools: Tools, ui: Ui, signal: AbortSignal): OwnShell => ({
  lacks: () => null,
  async open({ lesson, lab }) {
    await shellOnScreen([lesson], lab, tools, ui, signal);
    return 'here';
  },
  async follow() {},
  news: () => new AbortController().signal,
  async end() {},
});

export async function needScript(lab: Lab): Promise<void> {
  if (!(await lab.place.which('script')))
    throw new WorkshopError('tool.missing', { program: 'script', command: 'sudo apt-get install -y bsdutils' });
}

/** What a shell begins with. */
export function opening(lab: Lab, { say, style }: Ui): string[] {
  const vars = Object.keys(labEnv(lab)).map((name) => `$${name}`);
  return [say('shell.open', { pid: lab.target.pid }), style.dim(say('shell.vars', { vars: vars.join(' ') }))];
}
