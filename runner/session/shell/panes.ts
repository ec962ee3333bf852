import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT } from '../../errors.ts';
import { pressInterrupt } from '../../interrupts.ts';
import { onPath } from '../../paths.ts';
import { labEnv } from '../attempt.ts';
import { equip } from '../equip.ts';
import type { Ui } from '../ui.ts';
import { needScript, opening } from './on-screen.ts';
import type { Beside, OwnShell, Told } from './own-shell.ts';
import { type Recording, recording } from './recording.ts';
import { tick, toldLines, type Tools } from './tick.ts';
import { inPane, otherPane, ownTmux, type Pane, split } from './tmux.ts';

/** What two panes need beside what they show. */
export interface Panes {
  tools: Tools;
  ui: Ui;
  signal: AbortSignal;
  /** Opens the shell where the learner arrives first: they asked for it before they came here. */
  atOnce: boolean;
  /** Does what is another session's while it lasts. */
  outside<T>(work: () => Promise<T>): Promise<T>;
  /** The session from here on, as a command of its own, and what it is told by its environment. */
  again(at: Beside): { argv: string[]; env: Record<string, string> };
}

/**
 * The lesson on the left, the shell on the right. In the person's own tmux a pane is opened beside ours, which goes on as it is;
 * elsewhere the session goes on in a tmux of ours, and this one waits for it to end. One shell serves all labs of a session:
 * what it is told of the lab changes at its next prompt.
 */
export function panes({ tools, ui, signal, atOnce, outside, again }: Panes): OwnShell {
  const { say, style } = ui;
  let right: { shell: Recording; pane: Pane } | null = null;
  let now: Beside | null = null;
  let news = new AbortController();
  let wanted = atOnce;

  const heard = async (output: string) => {
    if (!now) return;
    const { lesson, lab } = now;
    const told = await tick([lesson], lab, output, tools, ui);
    if (!told || !right) return;
    await right.shell.tell(toldLines(told, lab, ui), right.pane.write);
    news.abort(told satisfies Told);
  };

  const openRight = async (at: Beside) => {
    await needScript(at.lab);
    const env = at.lab.place.env();
    const greeting = [...opening(at.lab, ui), style.dim(say('shell.pane', { keys: await otherPane() }))];
    const shell = recording({ name: say('shell.prompt'), kubeconfig: env.KUBECONFIG, greeting }, heard);
    shell.set(labEnv(at.lab));
    const set = Object.entries(env).map(([key, value]) => `${key}=${value}`);
    const pane = await split(['env', ...set, ...shell.argv], process.cwd(), shell.hangUpScript);
    if (pane) right = { shell, pane };
    else {
      await shell.end();
      ui.print(say('shell.no-pane'));
    }
  };

  const closeRight = async () => {
    right?.shell.hangUp();
    await right?.pane.close();
    await right?.shell.end();
    right = null;
  };

  const elsewhere = async (at: Beside): Promise<'here' | 'elsewhere'> => {
    const { argv, env } = again(at);
    const dir = mkdtempSync(join(tmpdir(), 'workshop-panes-'));
    try {
      const words = { hint: say('shell.hint'), enter: say('shell.enter') };
      const code = await outside(() => ownTmux(argv, { dir, env, signal, ...words }));
      if (code === null) {
        ui.print(say('shell.no-pane'));
        return 'here';
      }
      // Ctrl-C over there was for the session.
      if (code === EXIT.interrupted) pressInterrupt();
      return 'elsewhere';
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  };

  const own: OwnShell = {
    lacks: ({ lesson }) =>
      onPath('tmux') ? null : say('shell.no-tmux', { lesson: String(Number(lesson.id.slice(0, 2))) }),
    async open(at) {
      if (!inPane()) return elsewhere(at);
      if (right && (await right.pane.open())) await right.pane.select();
      else {
        await closeRight();
        await openRight(at);
      }
      return 'here';
    },
    async follow(at) {
      if (right && now?.lab.id !== at.lab.id) right.shell.set(labEnv(at.lab));
      if (right && now?.step !== at.step) await equip(at.lab, tools[at.step.reads], at.step);
      now = at;
      if (!wanted) return;
      wanted = false;
      await own.open(at);
    },
    news() {
      news = new AbortController();
      return news.signal;
    },
    end: closeRight,
  };
  return own;
}
