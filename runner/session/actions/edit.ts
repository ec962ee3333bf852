import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { display } from '../../lesson/commands.ts';
import { perform } from '../perform.ts';
import { isDiagnosed, prepare, type StepAt } from '../step-at.ts';
import type { Action } from './action.ts';

/** A script, and a command of several lines, is edited in the learner's editor; a line, or what has no editor, right here. */
export const edit: Action = {
  offered(at) {
    const { step, ui } = at;
    if (step.kind === 'question') return null;
    // First what is wrong, then the repair.
    if (step.kind === 'repair') return isDiagnosed(at) ? ui.say('key.e.repair') : null;
    return ui.say(step.kind === 'script' ? 'key.e.script' : 'key.e');
  },
  brief: ({ step, ui }) => ui.say(step.kind === 'repair' ? 'key.e.repair.brief' : 'key.e.brief'),
  async act(at) {
    const { script, around } = at;
    await prepare(at);
    if (script && (await around.edit(script))) at.edited = null;
    else {
      const typed = await edited(at, at.edited ?? display(at.given()));
      if (typed === null) return;
      at.edited = typed.trim();
    }
    await perform(at);
  },
};

/** The command as the learner left it; null where they thought better of it. */
async function edited({ around, ui }: StepAt, command: string): Promise<string | null> {
  if (!command.includes('\n')) return ui.line(ui.say('step.edit'), command);
  const dir = mkdtempSync(join(tmpdir(), 'workshop-edit-'));
  const file = join(dir, 'command.sh');
  try {
    writeFileSync(file, `${command}\n`);
    if (await around.edit(file)) return readFileSync(file, 'utf8');
    return await ui.block(ui.say('step.edit'), command);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
