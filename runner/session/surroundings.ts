import type { Lesson, Step } from '../lesson/define.ts';
import type { Environment } from '../model/environment.ts';
import type { Lab, Pace } from '../model/lab.ts';
import type { Tool } from '../model/tool.ts';
import type { ToolKind } from '../model/kinds.ts';
import type { Lang } from '../words/index.ts';
import type { Ui } from './ui.ts';

/** What the walk needs from outside; adapters are the command's to choose. */
export interface Surroundings {
  ui: Ui;
  environment: Environment;
  tools: Record<ToolKind, Tool>;
  pace: Pace;
  signal: AbortSignal;
  /** Opens the learner's editor on a file; false where there is none. */
  edit(file: string): Promise<boolean>;
  /** Shows the list of lessons with this one under the cursor; the one chosen, or null for none. */
  lessons(current: string): Promise<string | null>;
  /** Opens a recorded shell beside the lab; resolves when it ends. */
  shell(lesson: Lesson, lab: Lab): Promise<void>;
  /** Goes on in this language, the next time too. */
  speak(lang: Lang): Promise<void>;
  /** Makes sure that the tool works here, asking for what is missing. */
  ready(step: Step): Promise<void>;
}
