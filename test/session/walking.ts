import type { Lesson } from '../../runner/lesson/define.ts';
import { readEvents } from '../../runner/journal/events.ts';
import type { Surroundings } from '../../runner/session/surroundings.ts';
import { walk } from '../../runner/session/walk.ts';
import { TOOLS } from '../../runner/tools/index.ts';
import { FakeEnvironment, FakeTool, FakeUi, fakeShell } from './fakes.ts';
import { lesson as small } from './small.ts';

export interface Walked {
  end: string | { lesson: string };
  ui: FakeUi;
  environment: FakeEnvironment;
  /** `step type`, with what an attempt came to. */
  events: string[];
}

export const everyToolIs = (tool: FakeTool): Surroundings['tools'] =>
  Object.fromEntries(TOOLS.map((kind) => [kind, tool])) as Surroundings['tools'];

/** Walks the small lesson, or another, from a step on, pressing these keys and typing these texts. */
export async function walked(
  from: number,
  typed: string[],
  around: Partial<Surroundings> & { environment?: FakeEnvironment; accessible?: boolean } = {},
  lesson: Lesson = small,
): Promise<Walked> {
  const ui = new FakeUi(...typed);
  ui.style.accessible = around.accessible ?? false;
  const environment = around.environment ?? new FakeEnvironment();
  const tool = new FakeTool();
  const end = await walk(lesson, from, {
    ui,
    tools: everyToolIs(tool),
    pace: 'fast',
    signal: new AbortController().signal,
    edit: async () => false,
    lessons: async () => null,
    shell: fakeShell(),
    speak: async (lang) => ui.speak(lang),
    ready: async () => {},
    ...around,
    environment,
  });
  return {
    end,
    ui,
    environment,
    events: readEvents().map(
      (e) => `${e.step} ${e.type}${e.type === 'attempt' ? ` ${e.outcome}` : e.type === 'hint' ? ` ${e.level}` : ''}`,
    ),
  };
}

/** An environment whose labs print this at each command. */
export function printing(prints: string): FakeEnvironment {
  const environment = new FakeEnvironment();
  const up = environment.up.bind(environment);
  environment.up = async (spec) => {
    const lab = await up(spec);
    lab.next = { prints };
    return lab;
  };
  return environment;
}
